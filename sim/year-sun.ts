import type { SunDay } from "../controllers/model.ts";
import { type Instant, instant } from "../controllers/units.ts";

type Sun = (at: Instant) => SunDay;

const HOUR = 3_600_000;
/** No night and no day of this world is longer. */
const LONGEST = 366 * 24 * HOUR;

const overlap = (from: number, to: number, begin: number, end: number): number =>
  Math.max(0, Math.min(to, end) - Math.max(from, begin));

/** How long it is dark in [from, to), at most some hours, ms: between a day's sunset and the next day's sunrise. */
export function darkIn(sun: Sun, from: Instant, to: Instant): number {
  const day = sun(instant(Math.floor((from + to) / 2)));
  if (day === "up") return 0;
  if (day === "down") return to - from;
  return to - from - overlap(from, to, day.rise, day.set);
}

export function isDark(sun: Sun, at: number): boolean {
  const day = sun(instant(at));
  return typeof day === "string" ? day === "down" : at < day.rise || at >= day.set;
}

/** The next sunset (`dark`) or sunrise after `at`; at Infinity where there is none for a year. */
export function turnAfter(sun: Sun, at: number): { readonly at: number; readonly dark: boolean } {
  for (let then = at; then < at + LONGEST; then += HOUR) {
    const day = sun(instant(then));
    if (typeof day === "string") continue;
    if (at < Math.round(day.rise)) return { at: Math.round(day.rise), dark: false };
    if (at < Math.round(day.set)) return { at: Math.round(day.set), dark: true };
  }
  return { at: Number.POSITIVE_INFINITY, dark: false };
}
