import { readFileSync } from "node:fs";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { scheduleOn } from "../../controllers/lighting/calendar.ts";
import { localClock } from "../../controllers/lighting/local-time.ts";
import { programmesOf } from "../../controllers/lighting/programme.ts";
import { inForce } from "../../controllers/lighting/schedule.ts";
import type { Calendar, Site, SunDay } from "../../controllers/model.ts";
import { instant } from "../../controllers/units.ts";
import { siteOf } from "./model.ts";
import { type CabinetConfig, readConfig } from "./read.ts";
import { dayTime, dayTimeText } from "./time.ts";

const PAGE = readFileSync(new URL("./PROGRAMMES.md", import.meta.url), "utf8");
const EXAMPLE = /```yaml\n(.*?)```/s.exec(PAGE)?.[1] ?? "";
const STREETS = `
node: 21231/cab-0117
site: { name: Dijon, latitude: 47.322, longitude: 5.041, timeZone: Europe/Paris }
mqtt: { url: "mqtt://127.0.0.1:1883" }
streets:
  - { name: quai, length: 300 }
  - { name: place, length: 100 }
buses:
  - { id: bus/1, gateway: luba, port: ./ports/dali-1 }
lamps:
  - { bus: bus/1, addresses: 0-11, street: quai, position: 0, every: 25, power: 42, class: P3, schedule: quai-of-the-year }
  - { bus: bus/1, addresses: 12-15, street: place, position: 0, every: 25, power: 28, class: P4, schedule: part-night }
counters:
  - { id: counter/1, kind: ascii, port: ./ports/counter-1, street: place, position: 5 }
  - { id: counter/2, kind: ascii, port: ./ports/counter-2, street: place, position: 95 }
`;

function good(text: string): CabinetConfig {
  const read = readConfig(text);
  if (!read.ok) throw new Error(read.problems.map(({ path, message }) => `${path}: ${message}`).join("\n"));
  return read.config;
}

test("the page's example is good and means what the page says", () => {
  const config = good(STREETS + EXAMPLE);
  const { schedules, calendars, lamps } = siteOf(config);
  assert.equal(schedules[0]?.off, { kind: "sunrise", offset: 0, earliest: 300, latest: 510 });
  assert.is(schedules[0]?.dynamic, undefined);
  assert.equal(schedules[1]?.dynamic, [
    {
      name: "passers-by",
      source: { kind: "people", counters: ["counter/1", "counter/2"] },
      operation: "max",
      level: 60,
      hold: 90_000,
    },
    {
      name: "festival",
      source: { kind: "people", counters: ["counter/2"] },
      during: [{ from: { kind: "clock", minutes: 1260 }, to: { kind: "clock", minutes: 60 } }],
      operation: "add",
      level: 10,
      hold: 600_000,
    },
  ]);
  assert.equal(calendars, [
    {
      name: "quai-of-the-year",
      rules: [
        { from: { month: 12, day: 24 }, to: { month: 1, day: 1 }, schedule: "night" },
        { holidays: "FR", schedule: "night" },
        { eves: "FR", schedule: "night" },
        { days: [5, 6], schedule: "night" },
        { easter: { from: -2, to: 1 }, schedule: "night" },
        { from: { year: 2027, month: 6, day: 21 }, to: { year: 2027, month: 6, day: 21 }, schedule: "night" },
        { days: [4], occurrences: [1, -1], schedule: "night" },
      ],
      otherwise: "part-night",
    },
  ]);
  assert.is(lamps[0]?.schedule, "quai-of-the-year");
  const quai = lamps.slice(0, 12).map(({ id }) => id);
  assert.equal(config.groups, [
    { name: "riverside", lamps: [...quai, "lamp/1/12"] },
    { name: "centre", lamps: [...quai, "lamp/1/12", "lamp/1/13", "lamp/1/14", "lamp/1/15"] },
  ]);
});

const INPUTS = `
inputs:
  - { id: counter/9, kind: occupancy, bus: bus/1, address: 1, street: quai, position: 100 }
  - { id: light/1, kind: light, bus: bus/1, address: 2 }
`;

test("sensors on buses are sources too: where somebody is, and where it is dark", () => {
  const sourceOf = (more: string) => {
    const example = EXAMPLE.replace(
      /source: place, operation: max, level: 60, hold: 90/,
      `${more}, operation: max, level: 60`,
    );
    return siteOf(good(STREETS + INPUTS + example)).schedules[1]?.dynamic?.[0];
  };
  assert.equal(sourceOf("source: quai")?.source, { kind: "people", counters: ["counter/9"] });
  assert.is(sourceOf("source: quai")?.hold, 60_000);
  assert.equal(sourceOf("source: light/1, below: 20")?.source, {
    kind: "dark",
    sensor: "light/1",
    below: 20,
    above: 20,
  });
  assert.equal(sourceOf("source: light/1, below: 20, above: 30")?.source, {
    kind: "dark",
    sensor: "light/1",
    below: 20,
    above: 30,
  });
  const wrong = (more: string) => {
    const read = readConfig(STREETS + INPUTS + EXAMPLE.replace("source: place", more));
    return read.ok ? [] : read.problems.map(({ path, message }) => `${path.split(".").at(-1)}: ${message}`);
  };
  assert.equal(wrong("source: light/1"), [
    "below: found nothing, allowed lux under which it is active: the source is a light sensor",
  ]);
  assert.equal(wrong("source: light/1, below: 20, above: 10"), ["above: found 10, allowed 20 (below) or more"]);
  assert.equal(wrong("source: light/2, below: 20"), [
    'source: found "light/2", allowed counter/1, counter/2, counter/9, light/1, quai or place; did you mean "light/1"?',
  ]);
});

test("a moment is written as it was read", () => {
  for (const text of [
    "23:05",
    "sunset",
    "sunrise-5min",
    "sunset+10min not before 17:00",
    "sunrise not after 08:30",
    "sunrise-15min not before 05:00 not after 08:30",
  ]) {
    assert.is(dayTimeText(dayTime(text)), text);
  }
});

/** What a programme says through a time, change by change. */
function* walk(site: Site, name: string, from: string, to: string) {
  const local = localClock(site.timeZone);
  const programme = programmesOf(site).find((one) => one.name === name);
  if (!programme) throw new TypeError(`${name}: no such programme`);
  let at = instant(Date.parse(`${from}T12:00Z`));
  while (at < Date.parse(`${to}T12:00Z`)) {
    const said = inForce(programme, local, site.sun, at);
    assert.ok(said.from <= at && at < said.to, `${new Date(at).toISOString()}: now lies within`);
    assert.ok(at === Date.parse(`${from}T12:00Z`) || said.from === at, "the next begins where the one before ends");
    yield { ...said, day: local.day(at), minutes: local.minutes(at) };
    at = said.to;
  }
}

test("two years alone, one of them leap: each night by its day, lit at sunset, off at sunrise within its limits", () => {
  const site = siteOf(good(STREETS + EXAMPLE));
  const calendar = site.calendars?.[0] as Calendar;
  const nights = new Map<string, number>();
  let lit = false;
  for (const { period, schedule, day, minutes, from } of walk(site, calendar.name, "2027-01-01", "2029-01-01")) {
    const on = period !== null;
    if (on && !lit) {
      assert.is(schedule, scheduleOn(calendar, day).schedule);
      nights.set(schedule, (nights.get(schedule) ?? 0) + 1);
      const { set } = site.sun(from) as Exclude<SunDay, string>;
      assert.is(from, set - (schedule === "night" ? 600_000 : 0), new Date(from).toISOString());
    }
    if (!on && lit && schedule === "night") assert.ok(minutes >= 300 && minutes <= 510, `${minutes} on day ${day}`);
    lit = on;
  }
  const byDay = Array.from({ length: 731 }, (_, i) => scheduleOn(calendar, 20_819 + i).schedule);
  assert.is(new Date(20_819 * 86_400_000).toISOString().slice(0, 10), "2027-01-01");
  const count = (name: string) => byDay.filter((schedule) => schedule === name).length;
  assert.equal([nights.get("night"), nights.get("part-night")], [count("night"), count("part-night")]);
  assert.ok(count("night") > 250 && count("part-night") > 350, `${count("night")} ${count("part-night")}`);
});

test("Tromsø: never lit while the sun stays up, always while it stays down, and every night between; by limits all year", () => {
  const north = STREETS.replace("latitude: 47.322, longitude: 5.041", "latitude: 69.65, longitude: 18.96").replace(
    "Paris",
    "Oslo",
  );
  const schedules = `
schedules:
  - { name: part-night, periods: [{ from: sunset, level: 100 }], off: sunrise }
  - { name: quai-of-the-year, periods: [{ from: sunset not before 15:00 not after 23:30, level: 100 }], off: sunrise not before 01:30 not after 09:00 }
`;
  const site = siteOf(good(north + schedules));
  const hours = (name: string, from: string, to: string) => {
    let ms = 0;
    for (const said of walk(site, name, from, to)) if (said.period) ms += said.to - said.from;
    return ms / 3_600_000;
  };
  assert.is(hours("part-night", "2027-06-01", "2027-07-10"), 0);
  assert.ok(hours("part-night", "2027-12-05", "2028-01-05") >= 31 * 24, "and some hours, to the end of what is said");
  assert.ok(Math.abs(hours("quai-of-the-year", "2027-06-01", "2027-07-01") - 30 * 2) < 0.01);
  assert.ok(Math.abs(hours("quai-of-the-year", "2027-12-05", "2027-12-25") - 20 * 18) < 0.01);
  let lit = 0;
  for (const { period } of walk(site, "part-night", "2027-02-01", "2027-04-01")) if (period) lit++;
  assert.is(lit, 59);
});

/** A change of the example, and all that is said of it. */
const MISTAKES: readonly (readonly [string, string, ...string[]])[] = [
  [
    "sunset-10min",
    "sunset not before 09:00",
    'schedules[0].periods[0].from: found "sunset not before 09:00", allowed limits from 12:00 to 23:59',
  ],
  [
    "not before 05:00 not after 08:30",
    "not before 08:30 not after 05:00",
    'schedules[0].off: found "sunrise not before 08:30 not after 05:00", allowed the earlier limit in `not before`',
  ],
  [
    'to: "01:00"',
    "to: sunrise not after 13:00",
    'schedules[1].dynamic[1].during[0].to: found "sunrise not after 13:00", allowed limits from 00:00 to 11:59',
  ],
  [
    "source: counter/2",
    "source: counter/3",
    'schedules[1].dynamic[1].source: found "counter/3", allowed counter/1, counter/2 or place; did you mean "counter/1"?',
  ],
  [
    "source: place",
    "source: quai",
    'schedules[1].dynamic[0].source: found "quai", allowed counter/1, counter/2 or place',
  ],
  ["level: 60", "level: 120", "schedules[1].dynamic[0].level: found 120, allowed 0 to 100 to max"],
  ["level: 10,", "level: -120,", "schedules[1].dynamic[1].level: found -120, allowed a number from -100 to 1000"],
  [
    "operation: max, level: 60, hold: 90",
    "operation: max, level: 60, below: 5, above: 3",
    "schedules[1].dynamic[0].below: found 5, allowed nothing: the source counts people",
    "schedules[1].dynamic[0].above: found 3, allowed nothing: the source counts people",
  ],
  [
    "operation: max",
    "operation: maximum",
    'schedules[1].dynamic[0].operation: found "maximum", allowed set, max, min, add or multiply',
  ],
  [
    "name: quai-of-the-year",
    "name: night",
    'lamps[0].schedule: found "quai-of-the-year", allowed night or part-night',
    'calendars[0].name: found "night", allowed a name that no schedule has',
  ],
  ["otherwise: part-night", "otherwise: part", 'calendars[0].otherwise: found "part", allowed night or part-night'],
  [
    "days: [fri, sat], schedule: night",
    "days: [fri, sat], schedule: nigth",
    'calendars[0].rules[3].schedule: found "nigth", allowed night or part-night',
  ],
  [
    "from: 12-24, to: 01-01",
    "from: 12-32, to: 02-30",
    'calendars[0].rules[0].from: found "12-32", allowed a day of each year such as 12-24, or of one such as 2026-12-24',
    'calendars[0].rules[0].to: found "02-30", allowed a day that is there: up to 29 in that month',
  ],
  [
    "from: 12-24, to: 01-01",
    "from: 2027-02-29, to: 01-01",
    'calendars[0].rules[0].from: found "2027-02-29", allowed a day that is there: up to 28 in that month',
    'calendars[0].rules[0].to: found "01-01", allowed a day with a year, as `from`',
  ],
  [
    "to: 2027-06-21",
    "to: 2027-06-20",
    'calendars[0].rules[5].to: found "2027-06-20", allowed 2027-06-21 (from) or later',
  ],
  [
    "holidays: FR, schedule",
    "schedule",
    "calendars[0].rules[1]: found a rule for every day, allowed days: from, to, days, occurrences, holidays, eves or easter; a schedule for every day is `otherwise`",
  ],
  ["holidays: FR", "holidays: DE", 'calendars[0].rules[1].holidays: found "DE", allowed FR'],
  ["from: -2, to: 1", "from: 2, to: 1", "calendars[0].rules[4].easter.to: found 1, allowed 2 (from) or more"],
  [
    "days: [fri, sat]",
    "days: [fri, sam]",
    'calendars[0].rules[3].days[1]: found "sam", allowed mon, tue, wed, thu, fri, sat or sun',
  ],
  [
    "members: [quai, lamp/1/12]",
    "members: [quai, lamp/1/16]",
    'groups[0].members[1]: found "lamp/1/16", allowed the id of a lamp, quai, place, riverside or centre; did you mean "lamp/1/1"?',
  ],
  [
    "members: [quai, lamp/1/12]",
    "members: [quai, centre]",
    'groups[0].members[1]: found "centre", allowed a group that does not hold this one; riverside > centre > riverside',
    'groups[1].members[0]: found "riverside", allowed a group that does not hold this one; centre > riverside > centre',
  ],
  [
    "members: [quai, lamp/1/12]",
    "members: [riverside]",
    'groups[0].members[0]: found "riverside", allowed a group that does not hold this one; riverside > riverside',
  ],
  [
    "name: riverside",
    "name: place",
    'groups[0].name: found "place", allowed a name that no street has',
    'groups[1].members[0]: found "riverside", allowed the id of a lamp, quai, place or centre',
  ],
  [
    "name: centre",
    "name: riverside",
    'groups[1].name: found "riverside", allowed each group once; first in line 47',
    'groups[1].members[0]: found "riverside", allowed a group that does not hold this one; riverside > riverside',
  ],
  ["name: centre", 'name: "old town"', 'groups[1].name: found "old town", allowed letters, digits, _ and -'],
];

for (const [from, to, ...expected] of MISTAKES) {
  test(`a mistake is named: ${from} -> ${to}`, () => {
    const changed = STREETS + EXAMPLE.replace(from, to);
    assert.is.not(changed, STREETS + EXAMPLE, "the change changed nothing");
    const read = readConfig(changed);
    const problems = read.ok ? [] : read.problems;
    assert.equal(
      problems.map(({ path, message }) => `${path}: ${message}`),
      expected,
    );
  });
}

test.run();
