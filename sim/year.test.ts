import { test } from "uvu";
import * as assert from "uvu/assert";
import { hours, instant, level, metres, seconds } from "../controllers/units.ts";
import { type District, type DistrictMode, districtOf } from "./district.ts";
import { RESIDENTIAL } from "./district-people.ts";
import type { DistrictStreet } from "./district-streets.ts";
import { type Year, type YearOptions, yearOf } from "./year.ts";

const open = { low: true, high: true };
/** A collector street, a living street that crosses it, and a lane that ends dead. */
const STREETS: readonly DistrictStreet[] = [
  { name: "long", class: "P3", length: 336, open },
  { name: "across", class: "P4", length: 224, open },
  { name: "lane", class: "P5", length: 112, open: { low: false, high: false } },
];
const JOINS: District["site"]["joins"] = [
  { a: { street: "long", position: metres(112) }, b: { street: "across", position: metres(112) } },
  { a: { street: "long", position: metres(224) }, b: { street: "lane", position: metres(0) } },
];
const FROM = instant(Date.UTC(2025, 10, 3, 12));
const small = (mode: DistrictMode, more: Partial<typeof RESIDENTIAL> = {}): District =>
  districtOf(STREETS, JOINS, mode, { ...RESIDENTIAL, waysADay: 250, ...more });
const days = (number: number, more: Partial<YearOptions> = {}): YearOptions => ({
  from: FROM,
  to: instant(FROM + number * hours(24)),
  seed: 1,
  ...more,
});
const withLaw = (district: District, law: Partial<District["site"]["adaptive"]>): District => ({
  ...district,
  site: { ...district.site, adaptive: { ...district.site.adaptive, ...law } },
});
/** Only the lamps' own class is ever in force: no light rises but for somebody who comes. */
const oneClass = (district: District): District => {
  const selections = district.site.selections?.map((each) => ({
    ...each,
    steps: each.steps.slice(0, 1).map((step) => ({ ...step, from: 0 })),
  }));
  return { ...district, site: { ...district.site, selections: selections ?? [] } };
};
const share = ({ under, people }: Year): number => under / people;
const close = (value: number, expected: number, relative = 1e-6) =>
  assert.ok(Math.abs(value - expected) <= relative * expected, `${value}, expected ${expected}`);

test("light that stays the same takes what it should to the watt-hour: nothing is lost or counted twice", () => {
  const district = small("strict class table");
  const constant = {
    name: "night",
    periods: [{ from: { kind: "sunset", offset: 0 }, level: level(100), adaptive: false }],
    off: { kind: "sunrise", offset: 0 },
  } as const;
  const year = yearOf({ ...district, site: { ...district.site, schedules: [constant] } }, days(3));
  close(year.energy.adaptive, year.energy.full);
  // three nights at the beginning of November at Dijon: some 14 h 10 min each; 12 lamps of 42 W, 8 of 36 W, 4 of 30 W
  const night = (year.energy.sodium / (24 * 115)) * 60;
  assert.ok(night > 3 * 847 && night < 3 * 855, `${night} min`);
  close(year.energy.full, ((12 * 42 + 8 * 36 + 4 * 30) * night) / 60 + 24 * 0.4 * (72 - night / 60));
});

test("the hours add up to the whole, and are told as they pass", () => {
  const told: number[] = [];
  const year = yearOf(small("permitted floors"), days(1, { onHour: ({ people }) => told.push(people) }));
  assert.is(year.hours.length, 24);
  assert.equal(
    told,
    year.hours.map(({ people }) => people),
  );
  close(
    year.people,
    told.reduce((sum, people) => sum + people, 0),
  );
  assert.ok(year.people > 0 && year.energy.adaptive < year.energy.programme);
});

test("who comes in past a line is never under the class in force, also where an empty street is nearly dark", () => {
  // Nobody goes through the lane: its counters would never prove that they see, and it would stay lit.
  const people = { ...RESIDENTIAL, waysADay: 40, through: 1 };
  const district = districtOf(STREETS.slice(0, 2), JOINS.slice(0, 1), "permitted floors", people);
  const year = yearOf(oneClass(district), days(7));
  assert.ok(year.people > 10_000, `${year.people} person-seconds`);
  assert.is(year.under, 0);
  assert.ok(year.energy.adaptive < 0.35 * year.energy.full, `${year.energy.adaptive / year.energy.full}`);
});

test("who steps out of a door waits for the light no longer than sensor, bus and fade take", () => {
  const options = { waysADay: 40, through: 0, leaving: { morning: 1, afternoon: 1, night: 1 }, gardens: 0 };
  const year = yearOf(oneClass(small("permitted floors", options)), days(7));
  assert.ok(year.under > 0);
  assert.ok(year.under < 2.6 * year.walkers, `${year.under} s for ${year.walkers} people`);
});

test("within the class table nobody is under the class but while it rises", () => {
  const year = yearOf(small("strict class table"), days(4));
  assert.ok(year.classes.length > 20, `${year.classes.length} classes`);
  assert.ok(share(year) < 0.002, `${share(year)}`);
});

test("by day people are counted too: classes follow them before the lamps are lit", () => {
  const { classes } = yearOf(small("strict class table", { waysADay: 800 }), days(2));
  const next = classes.filter(({ at }) => at > FROM + hours(21) && at < FROM + hours(25));
  assert.ok(next.length > 0, `${next.length} of ${classes.length} classes the next day from 9 to 13 h UTC`);
});

test("a law that does not look ahead leaves people in the dark, and is found out", () => {
  const blind = { ahead: metres(0), reach: metres(28), hold: seconds(0) };
  const district = small("permitted floors", { waysADay: 40 });
  const right = yearOf(district, days(4));
  const wrong = yearOf(withLaw(district, blind), days(4));
  assert.ok(share(right) < 0.01, `${share(right)}`);
  assert.ok(share(wrong) > 10 * share(right) && share(wrong) > 0.05, `${share(wrong)}`);
});

test("with failed sensors people are judged by the classes that sound ones find", () => {
  const district = small("strict class table", { waysADay: 800 });
  const sound = yearOf(district, days(2));
  const failing = { share: 1, kinds: ["stuck low"] } as const;
  const deaf = yearOf(district, days(2, { failing }));
  const judged = yearOf(district, days(2, { failing, judgedBy: sound.classes }));
  assert.is(deaf.under, 0);
  assert.ok(share(judged) > 0.2, `${share(judged)}`);
  assert.is(judged.people, sound.people);
  const asDesigned = yearOf(district, days(2, { judgedBy: [] }));
  assert.ok(share(asDesigned) > 0.2, `without other classes the lamps' own are asked for: ${share(asDesigned)}`);
});

test("with silent sensors the light is the brightest class's: nobody is under the class", () => {
  const district = small("permitted floors");
  const sound = yearOf(district, days(2));
  const silent = yearOf(district, days(2, { failing: { share: 0.1, kinds: ["silent"] }, judgedBy: sound.classes }));
  assert.is(silent.failed.size, 2);
  assert.equal([sound.alarms, silent.alarms], [0, 2]);
  assert.ok(share(silent) <= share(sound), `${share(silent)}`);
  assert.ok(silent.energy.adaptive > 1.3 * sound.energy.adaptive);
});

test("a sensor that never saw anybody makes no street dark: stuck low from the first day on, nobody is under the class for it", () => {
  const district = oneClass(small("permitted floors", { waysADay: 400 }));
  const sound = yearOf(district, days(3));
  const blind = yearOf(district, days(3, { failing: { share: 1, kinds: ["stuck low"] } }));
  assert.ok(share(sound) > 0, "people step out of doors");
  assert.is(blind.under, 0);
});

test("the same seed gives the same year to the last digit, another seed other people", () => {
  const play = (seed: number) => yearOf(small("permitted floors"), days(2, { seed }));
  const [first, again, other] = [play(7), play(7), play(8)];
  assert.equal(first, again);
  assert.not.equal(first.hours, other.hours);
});

test.run();
