import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Calendar, CalendarRule, DayTime, Schedule, SunDay } from "../model.ts";
import { dayTime, equinox, period, schedule, sunAt, utc } from "../test-site.ts";
import { type Instant, instant } from "../units.ts";
import { localClock } from "./local-time.ts";
import { programmesOf } from "./programme.ts";
import { inForce, type Programme } from "./schedule.ts";

const DAY = 86_400_000;
const MINUTE = 60_000;
const dayOf = (date: string): number => Date.parse(`${date}T00:00Z`) / DAY;
const london = localClock("UTC");

/** The programme of a calendar with these schedules. */
function programmeOf(schedules: readonly Schedule[], rules: readonly CalendarRule[], otherwise: string): Programme {
  const calendar: Calendar = { name: "calendar", rules, otherwise };
  return programmesOf({ schedules, calendars: [calendar] }).at(-1) as Programme;
}

const said = (of: Schedule | Programme, at: string, sun: (at: Instant) => SunDay = equinox, local = london) => {
  const now = inForce(of, local, sun, utc(at));
  return `${now.schedule} ${now.period?.level ?? "off"}`;
};

const night = schedule([period("sunset", 100), period("23:00", 50), period("05:00", 80)], "sunrise", "night");
const feast = schedule([period("sunset", 90)], "sunrise", "feast");
const partNight = schedule([period("sunset-10", 100), period("23:30", 0), period("05:00", 90)], "sunrise+10", "part");

test("part-night: dark in the middle of the night, lit again before sunrise, and not at all where that is earlier", () => {
  assert.is(said(partNight, "2026-03-20T17:50"), "part 100");
  assert.is(said(partNight, "2026-03-20T23:29"), "part 100");
  assert.is(said(partNight, "2026-03-20T23:30"), "part 0");
  assert.is(said(partNight, "2026-03-21T04:59"), "part 0");
  assert.is(said(partNight, "2026-03-21T05:00"), "part 90");
  assert.is(said(partNight, "2026-03-21T06:10"), "part off");
  const summer = sunAt(4, 22);
  assert.is(said(partNight, "2026-06-21T04:05", summer), "part 0");
  for (const at of ["04:10", "05:00", "05:30"]) assert.is(said(partNight, `2026-06-21T${at}`, summer), "part off");
});

test("a night belongs to the day on which it begins, to its end in the next morning", () => {
  // 2026-03-20 is a Friday.
  const of = programmeOf([night, feast], [{ days: [5], schedule: "feast" }], "night");
  assert.is(said(of, "2026-03-20T05:30"), "night 80", "Thursday's night");
  assert.is(said(of, "2026-03-20T17:59"), "night off");
  assert.is(said(of, "2026-03-20T18:00"), "feast 90");
  assert.is(said(of, "2026-03-21T05:59"), "feast 90");
  assert.is(said(of, "2026-03-21T06:00"), "feast off");
  assert.is(said(of, "2026-03-21T18:00"), "night 100");
  assert.is(inForce(of, london, equinox, utc("2026-03-20T12:01")).to, utc("2026-03-20T18:00"));
});

test("the small hours are the evening's day, the day's light its own day", () => {
  const early = schedule([period("05:00", 60)], "sunrise", "early");
  const ofEarly = programmeOf([night, early], [{ days: [5], schedule: "early" }], "night");
  assert.is(said(ofEarly, "2026-03-20T05:30"), "night 80");
  assert.is(said(ofEarly, "2026-03-20T20:00"), "night off");
  assert.is(said(ofEarly, "2026-03-21T05:30"), "early 60");
  for (const [from, off] of [
    ["08:00", "18:00"],
    ["07:00", "13:00"],
  ] as const) {
    const day = schedule([period(from, 40)], off, "day");
    const ofDay = programmeOf([night, day], [{ days: [6], schedule: "day" }], "night");
    assert.is(said(ofDay, "2026-03-20T12:30"), "night off");
    assert.is(said(ofDay, "2026-03-20T20:00"), "night 100", "Friday's night goes on");
    assert.is(said(ofDay, "2026-03-21T05:30"), "night 80");
    assert.is(said(ofDay, "2026-03-21T12:30"), "day 40");
    assert.is(said(ofDay, "2026-03-21T20:00"), "day off", "Saturday has its day only");
    assert.is(said(ofDay, "2026-03-22T12:30"), "day off");
    assert.is(said(ofDay, "2026-03-22T20:00"), "night 100");
  }
});

test("the next night takes over from one that is never off", () => {
  const always = schedule([period("20:00", 30)], "20:00", "always");
  const of = programmeOf([night, always], [{ days: [5], schedule: "always" }], "night");
  assert.is(said(of, "2026-03-20T19:59"), "night off");
  assert.is(said(of, "2026-03-20T20:00"), "always 30");
  assert.is(said(of, "2026-03-21T12:00"), "always 30");
  assert.is(said(of, "2026-03-21T18:00"), "night 100");
});

test("Paris: a control at 02:30 on the nights on which that comes twice, and never", () => {
  const paris = localClock("Europe/Paris");
  const of = schedule([period("22:00", 100), period("02:30", 40)], "06:00", "night");
  const from = (at: string) => new Date(inForce(of, paris, equinox, utc(at)).from).toISOString().slice(0, 16);
  // Left out: read with the offset before, 03:30 by the new one. Twice: from the first on, and through the second.
  assert.is(from("2026-03-29T02:00"), "2026-03-29T01:30");
  assert.is(from("2026-10-25T00:45"), "2026-10-25T00:30");
  assert.is(from("2026-10-25T01:15"), "2026-10-25T00:30");
  assert.is(inForce(of, paris, equinox, utc("2026-10-25T01:15")).period?.level, 40);
  // A night of an hour more, and one of an hour less, ends at 06:00 all the same.
  assert.is(inForce(of, paris, equinox, utc("2026-10-25T02:00")).to, utc("2026-10-25T05:00"));
  assert.is(inForce(of, paris, equinox, utc("2026-03-29T02:00")).to, utc("2026-03-29T04:00"));
});

test("limits hold sunset and sunrise within hours, also where the sun does neither", () => {
  const limited = (text: string, more: object): DayTime => ({ ...dayTime(text), ...more }) as DayTime;
  const of: Schedule = {
    name: "held",
    periods: [{ ...period("sunset", 100), from: limited("sunset", { earliest: 17 * 60, latest: 22 * 60 }) }],
    off: limited("sunrise", { earliest: 5 * 60, latest: 8 * 60 }),
  };
  const lit = (sun: (at: Instant) => SunDay) => {
    const { from, to } = inForce(of, london, sun, utc("2026-06-20T23:30"));
    return [from, to].map((at) => new Date(at).toISOString().slice(8, 16));
  };
  assert.equal(lit(sunAt(6, 18)), ["20T18:00", "21T06:00"]);
  assert.equal(lit(sunAt(3, 23)), ["20T22:00", "21T05:00"]);
  assert.equal(lit(sunAt(10, 15)), ["20T17:00", "21T08:00"]);
  assert.equal(
    lit(() => "up"),
    ["20T22:00", "21T05:00"],
  );
  assert.equal(
    lit(() => "down"),
    ["20T17:00", "21T08:00"],
  );
});

test("a calendar of an unknown schedule is refused by name", () => {
  assert.throws(
    () => programmeOf([night], [{ days: [1], schedule: "nigth" }], "night"),
    (error: unknown) => error instanceof TypeError && /calendar calendar names the schedule nigth/.test(error.message),
  );
});

/** First UTC minute at which a wall clock shows a time of a date, found by looking at each minute; where it never does, by the offset of the minute before the gap. */
function shownAt(zone: string, date: number, minutes: number): number {
  const format = new Intl.DateTimeFormat("en-GB", {
    timeZone: zone,
    hourCycle: "h23",
    dateStyle: "short",
    timeStyle: "short",
  });
  const wanted = date * DAY + minutes * MINUTE;
  const wall = (at: number) => {
    const [, day = 0, month = 0, year = 0, hour = 0, minute = 0] =
      /(\d+)\/(\d+)\/(\d+), (\d+):(\d+)/.exec(format.format(at))?.map(Number) ?? [];
    return Date.UTC(year, month - 1, day, hour, minute);
  };
  for (let at = wanted - 3 * 3_600_000; at <= wanted + 3 * 3_600_000; at += MINUTE) {
    if (wall(at) === wanted) return at;
    if (wall(at) > wanted) return wanted - (wall(at - MINUTE) - (at - MINUTE));
  }
  throw new Error("no such minute");
}

interface Plan {
  /** By date: the level from each minute on, as the file says it. */
  readonly of: (date: number) => {
    readonly name: string;
    readonly steps: readonly [number, number][];
    readonly off: number;
  };
}

/**
 * The light of each minute, found by walking through all of them: at its begin a night takes over from the one before, at
 * its end it goes dark for good, between it has the last of its steps that has come.
 */
function* walked(plan: Plan, zone: string, first: number, dates: number) {
  const nights = Array.from({ length: dates }, (_, i) => {
    const { name, steps, off } = plan.of(first + i);
    // After noon it is the date's, before noon the next morning's.
    const at = (minutes: number) => shownAt(zone, first + i + (minutes < 720 ? 1 : 0), minutes);
    return { name, steps: steps.map(([minutes, percent]) => [at(minutes), percent] as const), off: at(off) };
  });
  let lit: (typeof nights)[number] | null = null;
  let name = "";
  for (let at = (first + 1) * DAY; at < (first + dates - 1) * DAY; at += MINUTE) {
    if (lit && at >= lit.off) lit = null;
    const begun = nights.findLast(({ steps: [step], off }) => step && step[0] <= at && at < off);
    if (begun && begun.steps[0]?.[0] === at) lit = begun;
    if (at === (first + 1) * DAY) lit = begun ?? null;
    if (lit) name = lit.name;
    yield { at, name, level: lit?.steps.findLast(([from]) => from <= at)?.[1] ?? null };
  }
}

test("any calendar at each minute of some days of a year agrees with walking through them, also where clocks change", async () => {
  const evening = fc.integer({ min: 16 * 60, max: 23 * 60 });
  const morning = fc.integer({ min: 0, max: 9 * 60 });
  const clock = (minutes: number) => `${Math.floor(minutes / 60)}:${minutes % 60}`;
  const percents = fc.array(fc.integer({ min: 0, max: 100 }), { minLength: 4, maxLength: 4 });
  const some = fc.tuple(evening, fc.integer({ min: 1, max: 60 }), morning, morning, morning, percents);
  const rule = fc.record(
    {
      days: fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1 }),
      holidays: fc.constant("FR" as const),
      eves: fc.constant("FR" as const),
      occurrences: fc.uniqueArray(fc.constantFrom(1, 2, 3, 4, 5, -1), { minLength: 1 }),
      schedule: fc.constantFrom("0", "1", "2"),
    },
    { requiredKeys: ["schedule"] },
  );
  await fc.assert(
    fc.property(
      fc.array(some, { minLength: 3, maxLength: 3 }),
      fc.array(rule, { maxLength: 3 }),
      fc.constantFrom("UTC", "Europe/Paris"),
      fc.constantFrom("2026-03-27", "2026-10-23", "2027-12-30", "2028-02-27", "2026-05-12", "2027-07-03"),
      (written, rules, zone, begin) => {
        const steps = written.map(([start, wait, a, b, c, [p = 0, q = 0, r = 0, s = 0]]) => {
          const [x = 0, y = 0, off = 0] = [a, b, c].sort((m, n) => m - n);
          return {
            steps: [
              [start, p],
              [start + wait, q],
              [x, r],
              [y, s],
            ] as [number, number][],
            off,
          };
        });
        const schedules = steps.map(({ steps: of, off }, i) =>
          schedule(
            of.map(([from, percent]) => period(clock(from), percent)),
            clock(off),
            `${i}`,
          ),
        );
        const local = localClock(zone);
        const programme = programmeOf(schedules, rules, "0");
        const calendar: Calendar = { name: "calendar", rules, otherwise: "0" };
        const plan: Plan = {
          of(date) {
            const name = naively(calendar, date);
            return { name, ...(steps[Number(name)] as (typeof steps)[number]) };
          },
        };
        let now = inForce(programme, local, equinox, instant((dayOf(begin) + 1) * DAY));
        for (const { at, name, level } of walked(plan, zone, dayOf(begin), 5)) {
          if (at >= now.to) now = inForce(programme, local, equinox, instant(at));
          assert.is(now.period?.level ?? null, level, `${new Date(at).toISOString()} ${zone}`);
          if (level !== null) assert.is(now.schedule, name);
        }
      },
    ),
    { numRuns: 40 },
  );
});

/** Holidays of the years of the test, from a printed calendar. */
const HOLIDAYS = new Set(
  `2026-01-01 2026-04-06 2026-05-01 2026-05-08 2026-05-14 2026-05-25 2026-07-14 2026-08-15 2026-11-01 2026-11-11 2026-12-25
  2027-01-01 2027-03-29 2027-05-01 2027-05-06 2027-05-08 2027-05-17 2027-07-14 2027-08-15 2027-11-01 2027-11-11 2027-12-25
  2028-01-01 2028-04-17 2028-05-01 2028-05-08 2028-05-25 2028-06-05 2028-07-14 2028-08-15 2028-11-01 2028-11-11 2028-12-25`.split(
    /\s+/,
  ),
);

/** The schedule of a date, by the words of the rules. */
function naively({ rules, otherwise }: Calendar, date: number): string {
  const text = (day: number) => new Date(day * DAY).toISOString().slice(0, 10);
  for (const { days, holidays, eves, occurrences, schedule: name } of rules) {
    const weekday = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"].indexOf(
      new Date(date * DAY).toLocaleDateString("en-GB", { weekday: "short", timeZone: "UTC" }),
    );
    const month = text(date).slice(0, 7);
    const same = Array.from({ length: 71 }, (_, i) => date - 35 + i).filter(
      (day) => text(day).startsWith(month) && (day - date) % 7 === 0,
    );
    const which = same.indexOf(date) + 1;
    if (days && !days.includes(weekday + 1)) continue;
    if (holidays && !HOLIDAYS.has(text(date))) continue;
    if (eves && !HOLIDAYS.has(text(date + 1))) continue;
    if (occurrences && !occurrences.some((one) => one === which || (one === -1 && which === same.length))) continue;
    return name;
  }
  return otherwise;
}

test.run();
