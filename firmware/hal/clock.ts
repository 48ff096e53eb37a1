import type { Duration, Instant } from "../../controllers/units.ts";

/**
 * How good wall time is: kept by a time server; once set (by a battery clock, by hand, from before a power cut) and since then held;
 * or from before this program was made, so surely wrong.
 */
export const CLOCK_QUALITIES = ["synchronised", "held", "unset"] as const;
export type ClockQuality = (typeof CLOCK_QUALITIES)[number];

/** Time as an argument. In tests it is virtual; in the demonstration the simulator feeds it. */
export interface Clock {
  /** Wall time. May jump when it is set. */
  now(): Instant;
  /** Time since an origin of the clock's own; never jumps back. For spans and deadlines. */
  monotonic(): Duration;
  /** Whether wall time can be believed (a cabinet without a battery wakes up in the past): its quality is not `unset`. */
  isSet(): boolean;
  /** Never waits: what is known, at most two minutes old. */
  quality(): ClockQuality;
  /** Resolves after `d` of this clock's time, never before. Rejects with the signal's reason once it aborts. `name` is for logs of what waits. */
  sleep(d: Duration, name: string, signal?: AbortSignal): Promise<void>;
}
