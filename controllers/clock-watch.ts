import { CABINET, type Finding } from "./alarms.ts";
import { after, hours, type Instant } from "./units.ts";

/** What was shorter is told by nobody: a clock without a battery that is set again drifts by hours at most. */
const WORTH_TELLING = hours(24);
/** A clock that was set and then went on for so long is believed again. */
const STEADY = hours(1);

export interface ClockPass {
  /** The pass before: when it was, when it asked for this one, and whether it believed the clock. */
  readonly at: Instant;
  readonly wakeAt: Instant;
  readonly clockSet: boolean | null;
  /** When the clock was last seen to jump; null for never, or long ago. */
  readonly jumpedAt: Instant | null;
}

/**
 * Whether a clock that was believed has jumped by a day or more since the pass before: an alarm for an hour, for schedules, time stamps
 * and expiries followed it. A clock that is set for the first time does not jump.
 */
export function watchClock(
  before: ClockPass,
  clockSet: boolean,
  now: Instant,
): { readonly jumpedAt: Instant | null; readonly found: readonly Finding[] } {
  const forward = now - before.wakeAt;
  const back = before.at - now;
  const finding = (message: string | null): Finding => ({
    code: "cabinet.clock",
    component: CABINET,
    cause: "jump",
    message,
    at: now,
  });
  if (clockSet && before.clockSet && Math.max(forward, back) >= WORTH_TELLING) {
    const way = forward > back ? "forward" : "back";
    return { jumpedAt: now, found: [finding(`the clock was set ${way} by ${spanOf(Math.max(forward, back))}`)] };
  }
  if (before.jumpedAt === null) return { jumpedAt: null, found: [] };
  const steady = now < before.jumpedAt || now >= after(before.jumpedAt, STEADY);
  return steady ? { jumpedAt: null, found: [finding(null)] } : { jumpedAt: before.jumpedAt, found: [] };
}

function spanOf(ms: number): string {
  const inDays = ms / hours(24);
  return inDays >= 730 ? `${(inDays / 365.25).toFixed(1)} years` : `${inDays.toFixed(1)} days`;
}
