import type { Calendar, CalendarDate, CalendarRule } from "../model.ts";
import { easterOf, isHoliday } from "./holidays.ts";

const DAY = 86_400_000;

/** The schedule of a day, and which rule decided; null: none did. */
export interface DaysSchedule {
  readonly schedule: string;
  readonly rule: number | null;
}

/** What a calendar says of a local date, given as days since 1970-01-01: the first rule that is for the day. TALQ 2.7.1 Calendar. */
export function scheduleOn(calendar: Calendar, day: number): DaysSchedule {
  const rule = calendar.rules.findIndex((candidate) => isFor(candidate, day));
  return { schedule: calendar.rules[rule]?.schedule ?? calendar.otherwise, rule: rule < 0 ? null : rule };
}

/** Whether a rule is for a local date. */
function isFor(rule: CalendarRule, day: number): boolean {
  const { from, to, days, occurrences, holidays, eves, easter } = rule;
  const date = new Date(day * DAY);
  if (!within(from, to, date)) return false;
  if (days && !days.includes(date.getUTCDay() || 7)) return false;
  if (occurrences && !occurrences.some((one) => isOccurrence(one, date))) return false;
  if (holidays && !isHoliday(holidays, day)) return false;
  if (eves && !isHoliday(eves, day + 1)) return false;
  if (!easter) return true;
  // A few days before Easter, or months after, lie in its own year: -81 to 250 days.
  const since = day - easterOf(date.getUTCFullYear());
  return easter.from <= since && since <= easter.to;
}

function within(from: CalendarDate | undefined, to: CalendarDate | undefined, date: Date): boolean {
  const at = { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
  const after = from === undefined || order(at, from) >= 0;
  const before = to === undefined || order(at, to) <= 0;
  return overNewYear(from, to) ? after || before : after && before;
}

const overNewYear = (from: CalendarDate | undefined, to: CalendarDate | undefined): boolean =>
  from !== undefined && to !== undefined && from.year === undefined && to.year === undefined && order(from, to) > 0;

/** Below, at or above 0; years count where both have one. Not of instants: 29 February lies between 28 February and 1 March of any year. */
const order = (a: CalendarDate, b: CalendarDate): number =>
  (a.year !== undefined && b.year !== undefined ? (a.year - b.year) * 10_000 : 0) +
  (a.month - b.month) * 100 +
  (a.day - b.day);

function isOccurrence(which: number, date: Date): boolean {
  const day = date.getUTCDate();
  if (which > 0) return Math.ceil(day / 7) === which;
  const inAWeek = new Date(date.getTime() + 7 * DAY);
  return inAWeek.getUTCMonth() !== date.getUTCMonth();
}
