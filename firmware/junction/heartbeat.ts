import { milliseconds, seconds } from "../../controllers/units.ts";
import type { Clock } from "../hal/clock.ts";
import type { OutputPin } from "../hal/pin.ts";

const EVERY = milliseconds(500);
/** Without a pass for so long nobody works any more. The runner passes each second at least. */
const LIVES_FOR = seconds(3);

/** A watchdog line: its level changes each half second while somebody says that they live, and stands still otherwise. */
export interface Heartbeat {
  lives(): void;
  readonly alive: boolean;
  /** Drives the line until the signal aborts, then lets it go. Rejects with the pin's Fault. */
  run(pin: OutputPin, name: string, signal: AbortSignal): Promise<void>;
}

export function heartbeat(clock: Clock): Heartbeat {
  let last = Number.NEGATIVE_INFINITY;
  const beat: Heartbeat = {
    lives() {
      last = clock.monotonic();
    },
    get alive() {
      return clock.monotonic() - last < LIVES_FOR;
    },
    async run(pin, name, signal) {
      try {
        for (let high = true; ; high = !high) {
          await clock.sleep(EVERY, name, signal);
          if (beat.alive) await pin.write(high);
        }
      } finally {
        await pin.close();
      }
    },
  };
  return beat;
}
