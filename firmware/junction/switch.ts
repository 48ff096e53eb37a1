import { type Duration, milliseconds } from "../../controllers/units.ts";
import type { Line } from "../config/junctions.ts";
import type { Clock } from "../hal/clock.ts";
import type { OutputPin } from "../hal/pin.ts";

/** An output that is on or off. Its writes stay in order; the first that fails is told. */
export interface Switch {
  set(on: boolean): void;
  /** On for so long; another pulse in between lengthens it. */
  pulse(clock: Clock, d: Duration, name: string, signal: AbortSignal): void;
  /** Off, once that is written. */
  release(): Promise<void>;
}

export function switchOf(
  port: OutputPin,
  when: Line["when"],
  initial: boolean,
  fail: (error: unknown) => void,
): Switch {
  let on = initial;
  let pulses = 0;
  let written: Promise<void> = Promise.resolve();
  const set = (wanted: boolean) => {
    if (wanted === on) return;
    on = wanted;
    written = written.then(() => port.write(wanted === (when === "high")));
    written.catch(fail);
  };
  return {
    set,
    pulse(clock, d, name, signal) {
      const mine = ++pulses;
      set(true);
      clock.sleep(milliseconds(d), name, signal).then(
        () => {
          if (mine === pulses) set(false);
        },
        () => {},
      );
    },
    release() {
      set(false);
      return written;
    },
  };
}
