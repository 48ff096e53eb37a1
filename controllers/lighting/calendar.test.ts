import { test } from "uvu";
import * as assert from "uvu/assert";
import type { CalendarDate, CalendarRule } from "../model.ts";
import { scheduleOn } from "./calendar.ts";

const DAY = 86_400_000;
const dayOf = (date: string): number => Date.parse(`${date}T00:00Z`) / DAY;
const dateOf = (day: number): string => new Date(day * DAY).toISOString().slice(0, 10);

const date = (text: string): CalendarDate => {
  const [day = 0, month = 0, year] = text.split("-").map(Number).reverse();
  return year === undefined ? { month, day } : { year, month, day };
};

/** The days of some years for which a rule is. */
function daysOf(rule: Omit<CalendarRule, "schedule">, from = "2026-01-01", to = "2028-12-31"): string[] {
  const calendar = { name: "test", rules: [{ ...rule, schedule: "special" }], otherwise: "usual" };
  const days = Array.from({ length: dayOf(to) - dayOf(from) + 1 }, (_, i) => dayOf(from) + i);
  return days.filter((day) => scheduleOn(calendar, day).rule === 0).map(dateOf);
}

test("the first rule for the day decides, else what is for all other days", () => {
  const calendar = {
    name: "square",
    rules: [
      { from: date("12-24"), to: date("12-24"), schedule: "eve" },
      { from: date("12-01"), schedule: "advent" },
    ],
    otherwise: "night",
  };
  assert.equal(scheduleOn(calendar, dayOf("2026-12-24")), { schedule: "eve", rule: 0 });
  assert.equal(scheduleOn(calendar, dayOf("2026-12-25")), { schedule: "advent", rule: 1 });
  assert.equal(scheduleOn(calendar, dayOf("2026-11-30")), { schedule: "night", rule: null });
});

test("days between dates, of every year and of one, over the new year, and from or to a day only", () => {
  assert.equal(daysOf({ from: date("07-13"), to: date("07-14") }, "2026-01-01", "2027-12-31"), [
    "2026-07-13",
    "2026-07-14",
    "2027-07-13",
    "2027-07-14",
  ]);
  assert.equal(daysOf({ from: date("2027-07-13"), to: date("2027-07-14") }), ["2027-07-13", "2027-07-14"]);
  const feast = daysOf({ from: date("12-30"), to: date("01-02") }, "2026-12-20", "2027-01-10");
  assert.equal(feast, ["2026-12-30", "2026-12-31", "2027-01-01", "2027-01-02"]);
  assert.equal(daysOf({ from: date("2026-12-31"), to: date("2027-01-01") }), ["2026-12-31", "2027-01-01"]);
  assert.equal(daysOf({ from: date("2028-12-30") }), ["2028-12-30", "2028-12-31"]);
  assert.equal(daysOf({ to: date("01-01") }), ["2026-01-01", "2027-01-01", "2028-01-01"]);
});

test("29 February is a day of leap years; as an end it is the end of February", () => {
  assert.equal(daysOf({ from: date("02-29"), to: date("02-29") }), ["2028-02-29"]);
  const last = daysOf({ from: date("02-27"), to: date("02-29") }, "2027-01-01", "2028-12-31");
  assert.equal(last, ["2027-02-27", "2027-02-28", "2028-02-27", "2028-02-28", "2028-02-29"]);
});

test("days of the week, and which of them in the month", () => {
  const saturdays = daysOf({ days: [6] }, "2026-11-01", "2026-11-30");
  assert.equal(saturdays, ["2026-11-07", "2026-11-14", "2026-11-21", "2026-11-28"]);
  assert.equal(daysOf({ days: [7], occurrences: [1, -1] }, "2026-11-01", "2026-11-30"), ["2026-11-01", "2026-11-29"]);
  assert.equal(daysOf({ days: [1], occurrences: [5] }, "2026-11-01", "2026-12-31"), ["2026-11-30"]);
  assert.equal(daysOf({ days: [4], occurrences: [-1] }, "2026-12-01", "2027-01-31"), ["2026-12-31", "2027-01-28"]);
});

test("holidays, their eves, and days around Easter", () => {
  assert.equal(daysOf({ holidays: "FR", from: date("04-01"), to: date("05-31") }, "2026-01-01", "2026-12-31"), [
    "2026-04-06",
    "2026-05-01",
    "2026-05-08",
    "2026-05-14",
    "2026-05-25",
  ]);
  assert.equal(daysOf({ eves: "FR", from: date("12-01") }, "2026-11-01", "2026-12-31"), ["2026-12-24", "2026-12-31"]);
  assert.equal(daysOf({ easter: { from: -2, to: 0 } }, "2027-01-01", "2027-12-31"), [
    "2027-03-26",
    "2027-03-27",
    "2027-03-28",
  ]);
});

test("all that a rule says must hold", () => {
  const rule = { days: [5, 6], from: date("06-01"), to: date("06-14"), eves: "FR" } as const;
  assert.equal(daysOf(rule, "2026-01-01", "2026-12-31"), []);
  assert.equal(daysOf({ days: [1], holidays: "FR" }, "2026-01-01", "2026-12-31"), ["2026-04-06", "2026-05-25"]);
});

test.run();
