import { test } from "uvu";
import * as assert from "uvu/assert";
import { easterOf, isHoliday } from "./holidays.ts";

const dayOf = (date: string): number => Date.parse(`${date}T00:00Z`) / 86_400_000;
const dateOf = (day: number): string => new Date(day * 86_400_000).toISOString().slice(0, 10);

test("the eleven public holidays of France", () => {
  const of = (year: number) => {
    const first = dayOf(`${year}-01-01`);
    const days = Array.from({ length: dayOf(`${year + 1}-01-01`) - first }, (_, i) => first + i);
    return days.filter((day) => isHoliday("FR", day)).map((day) => dateOf(day).slice(5));
  };
  const fixed = ["01-01", "05-01", "05-08", "07-14", "08-15", "11-01", "11-11", "12-25"];
  assert.equal(of(2026), [...fixed, "04-06", "05-14", "05-25"].sort());
  assert.equal(of(2027), [...fixed, "03-29", "05-06", "05-17"].sort());
  // Ascension on the day of another holiday: one less.
  assert.equal(of(2008), [...new Set([...fixed, "03-24", "05-01", "05-12"])].sort());
});

test("Easter Sunday at the edges of its range, and where the late moons are drawn forward", () => {
  const known = ["1981-04-19", "2008-03-23", "2019-04-21", "2026-04-05", "2038-04-25", "2049-04-18", "2076-04-19"];
  const further = ["2106-04-18", "2160-03-23", "2285-03-22", "2353-03-22"];
  for (const date of [...known, ...further]) assert.is(dateOf(easterOf(Number(date.slice(0, 4)))), date);
});

/** The same date by another way: the epact of the reformed calendar, in Lilius' words (after Knuth, TAOCP 1.3.2 exercise 14). */
function byEpact(year: number): string {
  const golden = (year % 19) + 1;
  const century = Math.floor(year / 100) + 1;
  const skipped = Math.floor((3 * century) / 4) - 12;
  const moon = Math.floor((8 * century + 5) / 25) - 5;
  const sunday = Math.floor((5 * year) / 4) - skipped - 10;
  let epact = (((11 * golden + 20 + moon - skipped) % 30) + 30) % 30;
  if ((epact === 25 && golden > 11) || epact === 24) epact++;
  let march = 44 - epact;
  if (march < 21) march += 30;
  march += 7 - ((sunday + march) % 7);
  return dateOf(dayOf(`${year}-03-01`) + march - 1);
}

test("every Easter Sunday of twenty-two centuries, as the tables of the epact have it", () => {
  for (let year = 1970; year < 4200; year++) assert.is(dateOf(easterOf(year)), byEpact(year));
});

test.run();
