import { type Duration, type Instant, instant } from "../../controllers/units.ts";
import type { Clock } from "../hal/clock.ts";

/**
 * Time for signals: it never jumps, so that no green is cut and no amber lengthened because somebody sets the clock. It begins as
 * wall time and goes on by the monotonic clock; what it is off by since then is said beside it.
 */
export interface SteadyTime {
  now(): Instant;
  /** Wall time less steady time, ms. */
  readonly offset: number;
  /** What was stamped by wall time, in steady time. */
  fromWall(at: Instant): Instant;
  toWall(at: Instant): Instant;
}

export function steadyTime(clock: Clock): SteadyTime {
  const origin = clock.now() - clock.monotonic();
  const offset = () => clock.now() - clock.monotonic() - origin;
  return {
    now: () => instant(clock.monotonic() + origin),
    get offset() {
      return offset();
    },
    fromWall: (at) => moved(at, -offset()),
    toWall: (at) => moved(at, offset()),
  };
}

const LAST = 8.64e15;
const moved = (at: Instant, by: number): Instant => instant(Math.min(LAST, Math.max(0, at + by)));

/** The offset of a coordinated plan in steady time: second 0 of its cycle stays where wall time has it. */
export const steadyOffset = (offset: Duration, cycle: Duration, by: number): number =>
  (((offset - by) % cycle) + cycle) % cycle;
