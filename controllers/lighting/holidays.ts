import type { Holidays } from "../model.ts";

const DAY = 86_400_000;

/** Month and day of those that do not move, as month * 100 + day, and how long after Easter Sunday the others are. */
interface Law {
  readonly fixed: readonly number[];
  readonly easter: readonly number[];
}

const LAWS: Readonly<Record<Holidays, Law>> = {
  // Code du travail, L3133-1: eleven. Good Friday and 26 December are some departments' alone (L3134-13) and not here.
  FR: { fixed: [101, 501, 508, 714, 815, 1101, 1111, 1225], easter: [1, 39, 50] },
};

/** Whether a local date, as days since 1970-01-01, is a public holiday. Any year of the Gregorian calendar. */
export function isHoliday(holidays: Holidays, day: number): boolean {
  const { fixed, easter } = LAWS[holidays];
  const date = new Date(day * DAY);
  const monthDay = (date.getUTCMonth() + 1) * 100 + date.getUTCDate();
  return fixed.includes(monthDay) || easter.includes(day - easterOf(date.getUTCFullYear()));
}

/** Easter Sunday of a Gregorian year, as days since 1970-01-01: the Sunday after the first full moon of spring by the church's tables. */
export function easterOf(year: number): number {
  const century = Math.floor(year / 100);
  const golden = year % 19;
  const leapDays = century - Math.floor(century / 4);
  const moonDrift = Math.floor((8 * century + 13) / 25);
  /** Days from 21 March to the full moon; two late moons are drawn a day forward. */
  let moon = (19 * golden + leapDays - moonDrift + 15) % 30;
  if (moon === 29 || (moon === 28 && golden > 10)) moon -= 1;
  const fullMoon = Date.UTC(year, 2, 21) / DAY + moon;
  // 1970-01-01 was a Thursday: day 3 is the first Sunday.
  return fullMoon + 7 - ((((fullMoon - 3) % 7) + 7) % 7);
}
