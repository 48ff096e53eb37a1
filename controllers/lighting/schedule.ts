import type { DayTime, Schedule, SchedulePeriod, SunDay } from "../model.ts";
import { type Instant, instant } from "../units.ts";
import type { LocalClock } from "./local-time.ts";

const MINUTE = 60_000;
const DAY_MINUTES = 1440;

/** What a schedule says during [from, to): a period, or null for off. */
export interface InForce {
  readonly from: Instant;
  readonly to: Instant;
  readonly period: SchedulePeriod | null;
  /** What was in force just before `from`. */
  readonly before: SchedulePeriod | null;
}

/**
 * What a schedule says at `now` in a zone and under a sun, and until when. A night runs from the first period's `from`
 * to `off`; a period whose time comes before the night's start is in force from the start, one after `off` never is.
 * While the sun stays up all day it sets never and has risen already; while it stays down, the other way round.
 */
export function inForce(schedule: Schedule, local: LocalClock, sun: (at: Instant) => SunDay, now: Instant): InForce {
  const today = local.day(now);
  // Two days each way: where clocks are far from the sun, its events lie up to half a day from where they are named.
  const nights = [-2, -1, 0, 1, 2].map((days) => nightOf(schedule, local, sun, today + days));
  const changes = [...new Set(nights.flatMap((night) => night.changes))].toSorted((a, b) => a - b);
  const next = changes.findIndex((at) => at > now);
  const from = changes[next - 1] ?? 0;
  const to = changes[next] ?? now + MINUTE; // never missing: tomorrow's turn ends after `now`
  return {
    from: instant(from),
    to: instant(to),
    period: periodAt(nights, now),
    before: from > 0 ? periodAt(nights, from - 1) : null,
  };
}

/** One turn of a schedule, as times in ms since 1970. */
interface Night {
  readonly start: number;
  readonly end: number;
  readonly periods: readonly { readonly from: number; readonly period: SchedulePeriod }[];
  readonly changes: readonly number[];
}

function periodAt(nights: readonly Night[], at: number): SchedulePeriod | null {
  const night = nights.findLast(({ start }) => start <= at);
  if (!night || at >= night.end) return null;
  return (night.periods.findLast(({ from }) => from <= at) ?? night.periods[0])?.period ?? null;
}

/** The turn whose axis begins on the local date `day`, at the middle of the dark half of the schedule. */
function nightOf(schedule: Schedule, local: LocalClock, sun: (at: Instant) => SunDay, day: number): Night {
  const first = schedule.periods[0];
  const turn = turnOf(schedule);
  const begin: number = local.at(day, turn);
  const end: number = local.at(day + 1, turn);
  const resolve = (time: DayTime): number => {
    const minutes = nominal(time);
    const shift = Math.ceil((turn - minutes) / DAY_MINUTES);
    if (time.kind === "clock") return local.at(day + shift, minutes);
    const sunDay = sun(local.at(day + shift, DAY_MINUTES / 2));
    if (sunDay === "up") return time.kind === "sunrise" ? begin : end;
    if (sunDay === "down") return time.kind === "sunrise" ? end : begin;
    return Math.round(time.kind === "sunrise" ? sunDay.rise : sunDay.set) + time.offset * MINUTE;
  };
  if (!first) return { start: begin, end: begin, periods: [], changes: [begin, end] };
  const periods = schedule.periods.map((period) => ({ from: resolve(period.from), period }));
  const changes = [begin, end, ...periods.map(({ from }) => from)];
  // Off for no time at all is never off.
  if (nominal(schedule.off) === nominal(first.from)) return { start: begin, end, periods, changes };
  const off = resolve(schedule.off);
  return { start: periods[0]?.from ?? begin, end: off, periods, changes: [...changes, off] };
}

/** The moment of the day, in minutes, farthest from any light: the middle between `off` and the first period. */
function turnOf(schedule: Schedule): number {
  const first = schedule.periods[0];
  if (!first) return 0;
  const off = nominal(schedule.off);
  const dark = (((nominal(first.from) - off) % DAY_MINUTES) + DAY_MINUTES) % DAY_MINUTES;
  return (((off + dark / 2) % DAY_MINUTES) + DAY_MINUTES) % DAY_MINUTES;
}

/** Minutes after midnight where a moment lies in spring and autumn: only its order in the day is taken from this. */
function nominal(time: DayTime): number {
  switch (time.kind) {
    case "clock":
      return time.minutes;
    case "sunset":
      return 18 * 60 + time.offset;
    case "sunrise":
      return 6 * 60 + time.offset;
  }
}
