import type { DayTime, Schedule, SchedulePeriod, SunDay } from "../model.ts";
import { type Instant, instant } from "../units.ts";
import type { LocalClock } from "./local-time.ts";

const MINUTE = 60_000;
const DAY_MINUTES = 1440;
const EVENING = 18 * 60;

/** What a schedule says during [from, to): a period, or null for off. */
export interface InForce {
  readonly from: Instant;
  readonly to: Instant;
  readonly period: SchedulePeriod | null;
  /** The name of the schedule whose night it is, or was. */
  readonly schedule: string;
}

/** What a lamp follows: one schedule every night, or by a calendar another each. */
export interface Programme {
  readonly name: string;
  /** The schedule of a local date, as days since 1970-01-01. */
  readonly scheduleOn: (day: number) => Schedule;
}

/**
 * What a schedule or programme says at `now` in a zone and under a sun, and until when. A night runs from the first
 * period's `from` to `off`, or to the next night's begin; a period whose time comes before the night's start is in force from the
 * start, one after `off` never is. While the sun stays up all day it sets never and has risen already; while it stays
 * down, the other way round. A clock time that the change to summer time leaves out is read with the offset before; of one that
 * comes twice the first counts. The night of a date begins after its noon (TALQ 2.7.1 CalendarRule, dayOffset 12); what
 * is lit by day is of the date on which the middle of its light lies.
 */
export function inForce(
  of: Schedule | Programme,
  local: LocalClock,
  sun: (at: Instant) => SunDay,
  now: Instant,
): InForce {
  const today = local.day(now);
  // Two days each way: where clocks are far from the sun, its events lie up to half a day from where they are named.
  const nights =
    "scheduleOn" in of
      ? [-2, -1, 0, 1, 2, 3].map((days) => nightOfDate(of.scheduleOn(today + days), local, sun, today + days))
      : [-2, -1, 0, 1, 2].map((days) => nightOf(of, local, sun, today + days));
  const changes = [...new Set(nights.flatMap((night) => night.changes))].toSorted((a, b) => a - b);
  const next = changes.findIndex((at) => at > now);
  const from = changes[next - 1] ?? 0;
  const to = changes[next] ?? now + MINUTE; // never missing: tomorrow's turn ends after `now`
  return {
    from: instant(from),
    to: instant(to),
    period: periodAt(nights, now),
    schedule: (nightAt(nights, now) ?? nights[0])?.schedule ?? of.name,
  };
}

/** One turn of a schedule, as times in ms since 1970. */
interface Night {
  readonly schedule: string;
  readonly start: number;
  readonly end: number;
  readonly periods: readonly { readonly from: number; readonly period: SchedulePeriod }[];
  readonly changes: readonly number[];
}

const nightAt = (nights: readonly Night[], at: number): Night | undefined =>
  nights.findLast(({ start }) => start <= at);

function periodAt(nights: readonly Night[], at: number): SchedulePeriod | null {
  const night = nightAt(nights, at);
  if (!night || at >= night.end) return null;
  return (night.periods.findLast(({ from }) => from <= at) ?? night.periods[0])?.period ?? null;
}

/** The turn that belongs to a date: its axis begins on it or, where the light is a morning's, the evening before. */
function nightOfDate(schedule: Schedule, local: LocalClock, sun: (at: Instant) => SunDay, date: number): Night {
  const morning = turnOf(schedule) > EVENING && !isAlways(schedule);
  return nightOf(schedule, local, sun, morning ? date - 1 : date);
}

/** The turn whose axis begins on the local date `day`, at the middle of the dark half of the schedule. */
function nightOf(schedule: Schedule, local: LocalClock, sun: (at: Instant) => SunDay, day: number): Night {
  const { name } = schedule;
  const first = schedule.periods[0];
  const turn = turnOf(schedule);
  const begin: number = local.at(day, turn);
  const end: number = local.at(day + 1, turn);
  /** When it is so many minutes after a midnight, within the turn. */
  const clock = (minutes: number) => local.at(day + Math.ceil((turn - minutes) / DAY_MINUTES), minutes);
  const resolve = (time: DayTime): number => {
    if (time.kind === "clock") return clock(time.minutes);
    const { earliest, latest } = time;
    const at = solar(time);
    const late = earliest === undefined ? at : Math.max(at, clock(earliest));
    return latest === undefined ? late : Math.min(late, clock(latest));
  };
  const solar = (time: Extract<DayTime, { readonly offset: number }>): number => {
    const shift = Math.ceil((turn - nominal(time)) / DAY_MINUTES);
    const sunDay = sun(local.at(day + shift, DAY_MINUTES / 2));
    if (sunDay === "up") return time.kind === "sunrise" ? begin : end;
    if (sunDay === "down") return time.kind === "sunrise" ? end : begin;
    return Math.round(time.kind === "sunrise" ? sunDay.rise : sunDay.set) + time.offset * MINUTE;
  };
  if (!first) return { schedule: name, start: begin, end: begin, periods: [], changes: [begin, end] };
  const periods = schedule.periods.map((period) => ({ from: resolve(period.from), period }));
  const changes = [begin, end, ...periods.map(({ from }) => from)];
  // Off for no time at all is never off.
  if (isAlways(schedule)) return { schedule: name, start: begin, end, periods, changes };
  const off = resolve(schedule.off);
  return { schedule: name, start: periods[0]?.from ?? begin, end: off, periods, changes: [...changes, off] };
}

/** The moment of the day, in minutes, farthest from any light: the middle between `off` and the first period. */
function turnOf(schedule: Schedule): number {
  const first = schedule.periods[0];
  if (!first) return 0;
  const off = nominal(schedule.off);
  const dark = (((nominal(first.from) - off) % DAY_MINUTES) + DAY_MINUTES) % DAY_MINUTES;
  return (((off + dark / 2) % DAY_MINUTES) + DAY_MINUTES) % DAY_MINUTES;
}

const isAlways = ({ periods: [first], off }: Schedule): boolean =>
  first !== undefined && nominal(off) === nominal(first.from);

/** Minutes after midnight where a moment lies in spring and autumn: only its order in the day is taken from this. */
function nominal(time: DayTime): number {
  if (time.kind === "clock") return time.minutes;
  const solar = (time.kind === "sunset" ? 18 : 6) * 60 + time.offset;
  return Math.min(Math.max(solar, time.earliest ?? solar), time.latest ?? solar);
}
