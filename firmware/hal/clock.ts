import type { Duration, Instant } from "../../controllers/units.ts";

/** Time as an argument. In tests it is virtual; in the demonstration the simulator feeds it. */
export interface Clock {
  /** Wall time. May jump when it is set. */
  now(): Instant;
  /** Time since an origin of the clock's own; never jumps back. For spans and deadlines. */
  monotonic(): Duration;
  /** Whether wall time can be believed (a cabinet without a battery wakes up in the past). */
  isSet(): boolean;
  /** Resolves after `d` of this clock's time, never before. Rejects with the signal's reason once it aborts. `name` is for logs of what waits. */
  sleep(d: Duration, name: string, signal?: AbortSignal): Promise<void>;
}
