import type { Duration } from "../../controllers/units.ts";
import type { Clock } from "./clock.ts";

/** A wait that can be ended early. */
export interface Rest {
  /** Resolves when the time has passed, it was ended, or the signal aborted. Never rejects. */
  readonly over: Promise<void>;
  /** Ends it; may be called at any time. */
  end(): void;
}

/** One for all: an abort without a reason makes an exception each time. */
const ENDED = new Error("ended early");

/** Waits, at most `d`. It leaves nothing behind at the signal, which may live as long as the program. */
export function rest(clock: Clock, d: Duration, name: string, signal: AbortSignal): Rest {
  const early = new AbortController();
  const end = () => early.abort(ENDED);
  if (signal.aborted) return { over: Promise.resolve(), end };
  signal.addEventListener("abort", end, { once: true });
  const done = () => signal.removeEventListener("abort", end);
  return { over: clock.sleep(d, name, early.signal).then(done, done), end };
}
