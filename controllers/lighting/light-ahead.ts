import type { Adaptive } from "../model.ts";
import { type Instant, instant, type Metres } from "../units.ts";
import { rampTime } from "./adaptive.ts";

/** Full light for somebody who may be near during [from, until). */
export interface Interval {
  readonly from: Instant;
  readonly until: Instant;
}

/** More than people on one street make; past it the two intervals closest to each other become one (bright). */
const MOST = 16;

/** When a lamp at `distance` along the way from a counter should be at full light after a count at `at`. */
export function lightFor(at: Instant, distance: Metres, law: Adaptive): Interval {
  const soonest = (Math.max(0, distance - law.ahead) / law.fastest) * 1000;
  const latest = (distance / law.slowest) * 1000 + law.hold;
  return { from: instant(Math.floor(at + soonest)), until: instant(Math.ceil(at + latest)) };
}

/**
 * Adds an interval: sorted, apart from each other, never more than 16, and without those whose ramp is over at `now`.
 * The very same array where the interval lies within one that is there.
 */
export function withInterval(
  seen: readonly Interval[],
  added: Interval,
  law: Adaptive,
  now: Instant,
): readonly Interval[] {
  if (seen.some(({ from, until }) => from <= added.from && until >= added.until)) return seen;
  const oldest = now - rampTime(law);
  const sorted = [...seen, added].filter(({ until }) => until > oldest).toSorted((a, b) => a.from - b.from);
  const merged: Interval[] = [];
  for (const interval of sorted) {
    const last = merged.at(-1);
    if (last && interval.from <= last.until) merged[merged.length - 1] = join(last, interval);
    else merged.push(interval);
  }
  if (merged.length > MOST) {
    const gaps = merged.slice(1).map(({ from }, i) => from - (merged[i] as Interval).until);
    const narrowest = gaps.indexOf(Math.min(...gaps));
    merged.splice(narrowest, 2, join(merged[narrowest] as Interval, merged[narrowest + 1] as Interval));
  }
  return merged;
}

/** Without the intervals that end later than any count at or before `now` could cause: the wall clock was set back. */
export function plausible(seen: readonly Interval[], law: Adaptive, now: Instant): readonly Interval[] {
  const latest = lightFor(now, law.reach, law).until;
  return seen.every(({ until }) => until <= latest) ? seen : seen.filter(({ until }) => until <= latest);
}

const join = (a: Interval, b: Interval): Interval => ({
  from: a.from,
  until: instant(Math.max(a.until, b.until)),
});
