import { test } from "uvu";
import * as assert from "uvu/assert";
import { dayKeys, easter } from "./day-keys.ts";
import { fourWeekMean, historyOf, WEEK } from "./history.ts";
import { hourOfDay, wallHour, weekday } from "./hourly.ts";

const flat = (hours: number, people: number) => new Float32Array(hours).fill(people);
const from = wallHour(2026, 1, 5, 0);
const history = (people: Float32Array) => historyOf({ from, sensors: ["a"], people: [people] });

test("the wall hour of a date gives back its weekday and hour", () => {
  assert.is(weekday(wallHour(2026, 11, 23, 5)), 0, "a Monday");
  assert.is(weekday(wallHour(2026, 11, 29, 23)), 6, "a Sunday");
  assert.is(hourOfDay(wallHour(2026, 11, 23, 5)), 5);
  assert.is(weekday(-1), 2, "the last hour of 1969, a Wednesday");
});

test("the mean of the last four same hours that were counted, six weeks back at most", () => {
  const people = flat(8 * WEEK, Number.NaN);
  [1, 2, 4, 8, 16, 32].forEach((n, k) => {
    people[7 * WEEK - (k + 1) * WEEK] = n;
  });
  assert.is(fourWeekMean(people, 7 * WEEK), 15 / 4);
  people[6 * WEEK] = Number.NaN;
  assert.is(fourWeekMean(people, 7 * WEEK), (2 + 4 + 8 + 16) / 4);
  people.fill(Number.NaN, WEEK + 1);
  assert.is(fourWeekMean(people, 7 * WEEK), 32, "of six weeks ago");
  assert.ok(Number.isNaN(fourWeekMean(people, 8 * WEEK)), "nothing is nobody");
});

test("an unusual day hardly moves what is expected a week later", () => {
  const people = flat(10 * WEEK, 100);
  people.fill(1000, 8 * WEEK, 8 * WEEK + 24);
  const { base } = history(people);
  assert.is(fourWeekMean(people, 9 * WEEK + 12), 325);
  const expected = base[0]?.[9 * WEEK + 12] as number;
  assert.ok(expected > 99 && expected < 120, `${expected}`);
});

test("a street that was closed for a day is not expected to be closed again, whatever the city did", () => {
  const closed = flat(10 * WEEK, 100);
  closed.fill(0, 8 * WEEK, 8 * WEEK + 24);
  const others = [flat(10 * WEEK, 100), flat(10 * WEEK, 100)];
  const { base } = historyOf({ from, sensors: ["a", "b", "c"], people: [closed, ...others] });
  const expected = base[0]?.[9 * WEEK + 12] as number;
  assert.ok(expected > 95 && expected <= 100.01, `${expected}`);
});

test("a counter of a few days is expected to see what it saw at this hour of the days before", () => {
  const people = flat(10 * WEEK, Number.NaN);
  for (let t = 9 * WEEK; t < 9 * WEEK + 72; t++) people[t] = t % 24;
  const { base } = history(people);
  assert.is(base[0]?.[9 * WEEK + 72 + 5], 5);
  assert.ok(Number.isNaN(base[0]?.[9 * WEEK + 24 + 5]), "what was counted yesterday is not known 24 h ahead");
});

test("Easter as the almanacs have it", () => {
  const date = (year: number) => new Date(easter(year) * 86_400_000).toISOString().slice(0, 10);
  assert.equal([1818, 2000, 2012, 2014, 2026, 2038].map(date), [
    "1818-03-22",
    "2000-04-23",
    "2012-04-08",
    "2014-04-20",
    "2026-04-05",
    "2038-04-25",
  ]);
});

test("days that come back share a name: date, weekday of the month from either end, distance from Easter", () => {
  const keys = (year: number, month: number, day: number) => dayKeys(wallHour(year, month, day, 0) / 24);
  assert.is(keys(2025, 12, 25)[0], keys(2026, 12, 25)[0]);
  assert.is(keys(2025, 11, 4)[1], keys(2026, 11, 3)[1], "first Tuesday of November");
  assert.is(keys(2025, 8, 25)[2], keys(2026, 8, 31)[2], "last Monday of August");
  assert.is(keys(2025, 4, 21)[3], keys(2026, 4, 6)[3], "Easter Monday");
  assert.is(keys(2026, 10, 1)[3], -1, "far from Easter");
  const all = new Set<number>();
  for (let day = 20_000; day < 20_366; day++) for (const key of dayKeys(day).slice(0, 1)) all.add(key);
  assert.is(all.size, 365, "a date has a name of its own");
});

test.run();
