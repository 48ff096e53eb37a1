import type { VirtualClock } from "../clock.ts";
import { SimulatedPin } from "../pin.ts";
import type { PulseTwin } from "./twin.ts";

/** A CP2112 is read by its driver each 40 ms: what is shorter may not be seen. Both parts of a pulse keep well away from that. */
const PULSE_MS = 120;
const GAP_MS = 120;
/** A worn contact opens and closes so often. */
const CHATTER_MS = 4;

/** A counter that closes a dry contact once for each person, one after the other where many come at once. */
export function counterPulseTwin(clock: VirtualClock, activeWhen: "high" | "low" = "low", name?: string): PulseTwin {
  const idle = activeWhen === "low";
  const pin = new SimulatedPin(idle, name);
  const state = { people: 0, busy: false, pulse: false, silent: false, stuck: false, chatterUntil: 0 };

  const show = () => pin.set((state.pulse || state.stuck) && !state.silent ? !idle : idle);

  const next = () => {
    state.busy = state.people > 0;
    if (!state.busy) return;
    state.people--;
    state.pulse = true;
    show();
    clock.after(PULSE_MS, "simulated pulse", () => {
      state.pulse = false;
      show();
      clock.after(GAP_MS, "simulated pulse", next);
    });
  };

  const chatter = () => {
    if (clock.monotonic() >= state.chatterUntil) return show();
    pin.set(!pin.high);
    clock.after(CHATTER_MS, "simulated chatter", chatter);
  };

  return {
    pin,
    pass(_direction, people = 1) {
      state.people += people;
      if (!state.busy) next();
    },
    silence(on) {
      state.silent = on;
      show();
    },
    stick(on) {
      state.stuck = on;
      show();
    },
    chatter(ms) {
      state.chatterUntil = clock.monotonic() + ms;
      chatter();
    },
  };
}
