import { test } from "uvu";
import * as assert from "uvu/assert";
import { hours, instant, metres } from "../../controllers/units.ts";
import { districtOf } from "../../sim/district.ts";
import { RESIDENTIAL } from "../../sim/district-people.ts";
import { SeededRandom } from "../../sim/random.ts";
import { yearOf } from "../../sim/year.ts";
import { poisson } from "../../sim/year-day.ts";
import { baselineOf, DEFAULT_BASELINE } from "./baseline.ts";
import { foretoldOf } from "./foretold.ts";
import { yearUse } from "./from-year.ts";
import { htmlOf } from "./html.ts";
import { summed } from "./sum.ts";

const district = districtOf(
  [
    { name: "long", class: "P3", length: 336, open: { low: true, high: true } },
    { name: "lane", class: "P5", length: 112, open: { low: false, high: false } },
  ],
  [{ a: { street: "long", position: metres(112) }, b: { street: "lane", position: metres(0) } }],
  "permitted floors",
  { ...RESIDENTIAL, waysADay: 250 },
);
const from = instant(Date.UTC(2025, 10, 3, 12));
const to = instant(from + 2 * hours(24));
const baseline = baselineOf(DEFAULT_BASELINE) as NonNullable<ReturnType<typeof baselineOf>>;
const { programme } = district;
const use = await yearUse({ district, from, to, seed: 1, baseline, programme, own: 6, counterPower: 0.5, width: 7 });
const year = yearOf(district, { from, to, seed: 1 });
const close = (value: number, expected: number, relative: number) =>
  assert.ok(Math.abs(value - expected) <= relative * Math.abs(expected), `${value}, expected ${expected}`);

test("a cabinet's books of a played district say what the players themselves sum up", () => {
  const { totals } = summed([use]);
  close(totals.adaptive, year.energy.adaptive, 1e-4);
  close(totals.full, year.energy.full, 1e-9);
  close(totals.baseline, year.energy.sodium, 1e-9);
  close(totals.programme, year.energy.programme, 1e-3);
  close((totals.lit as number) + (totals.under as number), year.people, 1e-9);
  close(totals.under as number, year.under, 1e-9);
  close(totals.own, (6 + district.sensors.length * 0.5) * 48, 1e-6);
  const streets = use.streets.reduce((sum, { energy }) => sum + energy, 0);
  close(streets, totals.adaptive, 1e-9);
});

test("its report shows a night, and says that it was simulated and how", () => {
  assert.is(use.night?.date, "2025-11-04");
  const known = use.night?.rows.flatMap(({ values }) => values.filter((value) => value !== null)) ?? [];
  assert.is(known.length, 16 * 17);
  assert.ok(Math.max(...known) > 50 && Math.min(...known) === 0);
  const html = htmlOf([use], from, to);
  for (const words of ["simulated", "seed 1", "250 ways a day", "width of 7 m", "Melbourne"])
    assert.ok(html.includes(words), words);
  assert.not.match(html, /NaN|undefined|Infinity/);
});

test("what its counters counted is shown by hour, and nobody is told of fewer than eleven", () => {
  const [place] = use.counts;
  assert.is(place?.hours.length, 48);
  const people = place?.hours.map((hour) => hour.people) ?? [];
  assert.ok(people.some((told) => told === null) && people.some((told) => told !== null && told > 30), `${people}`);
  assert.ok(people.every((told) => told === null || told >= 11));
  assert.ok(
    place?.hours.every(({ middle }) => middle === null),
    "two days are no past to foretell from",
  );
});

test("the band is the forecaster's own: it holds most of what then came, and follows the hour of the day", async () => {
  const start = Date.UTC(2025, 8, 1);
  const random = new SeededRandom(1);
  const played = Array.from({ length: 28 * 24 }, (_, i) => {
    const expected = 40 + 30 * Math.sin((2 * Math.PI * (i - 8)) / 24);
    return { at: instant(start + i * 3_600_000), people: poisson(random, expected), expected };
  });
  const drawn = instant(start + 21 * 24 * 3_600_000);
  const told = await foretoldOf(played, "Europe/Paris", drawn);
  const week = played.filter(({ at }) => at >= drawn);
  const inside = week.filter(({ at, people }) => {
    const { low, high } = told.get(at) ?? { low: 0, high: 0 };
    return people >= low && people <= high;
  });
  assert.ok(
    week.every(({ at }) => told.has(at)),
    "each hour is foretold",
  );
  assert.ok(inside.length > 0.7 * week.length && inside.length < 0.98 * week.length, `${inside.length}`);
  for (const { at, expected } of week) {
    const { middle } = told.get(at) ?? { middle: 0 };
    assert.ok(Math.abs(middle - expected) < 0.5 * expected + 8, `${middle} for ${expected}`);
  }
});

test.run();
