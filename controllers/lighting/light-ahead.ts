import type { Adaptive } from "../model.ts";
import { type Instant, instant, type Metres, metres } from "../units.ts";

/** Light for somebody who may be near during [from, until). */
export interface Interval {
  readonly from: Instant;
  readonly until: Instant;
}

/** More than people on one street make; past it the two intervals closest to each other become one (bright). */
const MOST = 16;
/** Whoever was measured may go faster or slower later on: by so many times. */
const MORE = 1.5;
const LESS = 2;

/** The pace that somebody is followed by, m/s. */
export interface Gait {
  readonly fastest: number;
  readonly slowest: number;
}

/** The pace of those who were counted: as the law assumes it, narrowed or widened by what the counter measured, m/s. */
export function gaitOf(law: Adaptive, measured?: number): Gait {
  if (measured === undefined || !(measured > 0)) return law;
  const slowest = Math.min(Math.max(measured / LESS, law.slowest), law.fastest);
  return { fastest: Math.max(measured * MORE, slowest), slowest };
}

/** How far in front of somebody light is up: the law's `ahead`, farther for who covers more in the time to react. */
export const aheadOf = ({ ahead, reaction }: Adaptive, { fastest }: Gait): number =>
  Math.max(ahead, (fastest * (reaction ?? 0)) / 1000);

/** How long before it is needed a light begins to rise, so that it is up in time. */
const riseTime = ({ up }: Adaptive): number => (up === undefined ? 0 : 100_000 / up);

/** A lamp's way from a counter: the shortest, and the longest that somebody may take. */
export interface Way {
  readonly distance: Metres;
  readonly farthest: Metres;
}

/**
 * When a lamp should be lit after a count at `at`: before the fastest comes near by the shortest way, until the slowest has
 * passed by the longest and `law.hold` is over, widened to multiples of `law.rampStep` since 1970.
 */
export function lightFor(at: Instant, { distance, farthest }: Way, law: Adaptive, gait: Gait = law): Interval {
  const soonest = (Math.max(0, distance - aheadOf(law, gait)) / gait.fastest) * 1000 - riseTime(law);
  const latest = (farthest / gait.slowest) * 1000 + law.hold;
  const step = law.rampStep;
  return {
    from: instant(Math.floor((at + Math.max(0, soonest)) / step) * step),
    until: instant(Math.ceil((at + latest) / step) * step),
  };
}

/**
 * Adds an interval: sorted, never more than 16, apart from each other by more than `law.hold` and a step (a light that would be
 * wanted again so soon stays), and without those that are long over at `now`. The very same array where the interval lies within one
 * that is there.
 */
export function withInterval(
  seen: readonly Interval[],
  added: Interval,
  law: Adaptive,
  now: Instant,
): readonly Interval[] {
  if (seen.length === 0) return [added];
  if (seen.some(({ from, until }) => from <= added.from && until >= added.until)) return seen;
  const gap = gapOf(law);
  const merged: Interval[] = [];
  let [next, placed]: [Interval, boolean] = [added, false];
  for (const interval of stillOf(seen, law, now)) {
    if (interval.until + gap < next.from) merged.push(interval);
    else if (placed || next.until + gap < interval.from) {
      if (!placed) merged.push(next);
      placed = true;
      merged.push(interval);
    } else next = joined(interval, next);
  }
  if (!placed) merged.push(next);
  if (merged.length > MOST) {
    const gaps = merged.slice(1).map(({ from }, i) => from - (merged[i] as Interval).until);
    const narrowest = gaps.indexOf(Math.min(...gaps));
    merged.splice(narrowest, 2, joined(merged[narrowest] as Interval, merged[narrowest + 1] as Interval));
  }
  return merged;
}

/** Until when somebody may be near who may be so at `now`; null where nobody may. */
export function litUntil(seen: readonly Interval[], now: Instant): Instant | null {
  for (const { from, until } of seen) if (from <= now && until > now) return until;
  return null;
}

/** When somebody may come next after `now`; null where nobody does. */
export function nextOf(seen: readonly Interval[], now: Instant): Instant | null {
  for (const { from } of seen) if (from > now) return from;
  return null;
}

/** So soon again and it would flicker: the hold, and the step that light still has before it falls. */
const gapOf = ({ hold, rampStep }: Pick<Adaptive, "hold" | "rampStep">): number => hold + rampStep;

/** Without the intervals that have been over for so long that a new one is another; the same array where none has. */
export function stillOf(
  seen: readonly Interval[],
  law: Pick<Adaptive, "hold" | "rampStep">,
  now: Instant,
): readonly Interval[] {
  const gap = gapOf(law);
  return seen.every(({ until }) => until + gap >= now) ? seen : seen.filter(({ until }) => until + gap >= now);
}

/** When somebody may be near who may be anywhere at `now`: for as long as one count is followed. */
export const anybody = (now: Instant, law: Adaptive): Interval =>
  lightFor(now, { distance: metres(0), farthest: law.reach }, law);

/** Without the intervals that end later than any count at or before `now` could cause: the wall clock was set back. */
export function plausible(seen: readonly Interval[], law: Adaptive, now: Instant): readonly Interval[] {
  const latest = lightFor(now, { distance: law.reach, farthest: law.reach }, law).until;
  return seen.every(({ until }) => until <= latest) ? seen : seen.filter(({ until }) => until <= latest);
}

const joined = (a: Interval, b: Interval): Interval => ({
  from: instant(Math.min(a.from, b.from)),
  until: instant(Math.max(a.until, b.until)),
});
