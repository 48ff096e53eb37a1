import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { instant } from "../controllers/units.ts";
import { demonstrationDistrict } from "./district.ts";
import { DISTRICT_JOINS, DISTRICT_STREETS } from "./district-streets.ts";
import { planOf, walkOf } from "./district-walk.ts";
import { type Leg, type Spot, waysOf } from "./district-ways.ts";
import { Walkers } from "./year-queue.ts";

const district = demonstrationDistrict("strict class table");
const plan = planOf(district);
const ways = waysOf(DISTRICT_JOINS);
const at = instant(Date.UTC(2025, 0, 1));

const spot: fc.Arbitrary<Spot> = fc
  .record({ street: fc.constantFrom(...DISTRICT_STREETS), part: fc.double({ min: 0, max: 1, noNaN: true }) })
  .map(({ street, part }) => ({ street: street.name, at: part * street.length }));
const lengthOf = (legs: readonly Leg[]): number => legs.reduce((sum, { from, to }) => sum + Math.abs(to - from), 0);
const one = (a: Spot, b: Spot): boolean =>
  (a.street === b.street && a.at === b.at) ||
  DISTRICT_JOINS.some(({ a: x, b: y }) => {
    const is = (p: Spot, q: typeof x) => p.street === q.street && p.at === q.position;
    return (is(a, x) && is(b, y)) || (is(a, y) && is(b, x));
  });

test("the district has what it says: 512 lamps, 32 lines, and radars that see all of every street", () => {
  assert.is(district.site.lamps.length, 512);
  assert.is(district.sensors.filter(({ range }) => range === 0).length, 32);
  for (const { name, length } of DISTRICT_STREETS) {
    const radars = district.sensors.filter(({ counter, range }) => counter.street === name && range > 0);
    for (let place = 0; place <= length; place += 7) {
      const seen = radars.some(({ counter, range }) => Math.abs(counter.position - place) <= range);
      assert.ok(seen, `${name} at ${place} m`);
    }
  }
  assert.is(new Set(district.site.lamps.map(({ id }) => id)).size, 512);
  const classes = ["P3", "P4", "P5"].map((name) => district.site.lamps.filter((lamp) => lamp.class === name).length);
  assert.equal(classes, [136, 232, 144]);
});

test("a way goes from door to door without a gap, and no detour by a third place is shorter", () => {
  fc.assert(
    fc.property(spot, spot, spot, (from, to, via) => {
      const legs = ways.between(from, to);
      const first = legs[0];
      const last = legs.at(-1);
      if (!first || !last) return one(from, to);
      assert.ok(one({ street: first.street, at: first.from }, from));
      assert.ok(one({ street: last.street, at: last.to }, to));
      for (const [i, leg] of legs.slice(1).entries()) {
        const before = legs[i] as Leg;
        assert.ok(one({ street: before.street, at: before.to }, { street: leg.street, at: leg.from }));
      }
      const detour = lengthOf(ways.between(from, via)) + lengthOf(ways.between(via, to));
      assert.ok(lengthOf(legs) <= detour + 1e-6, `${lengthOf(legs)} m, but ${detour} m by another place`);
    }),
    { numRuns: 400 },
  );
});

test("a walker is nearest to one lamp after the other, each for the time it takes to pass", () => {
  fc.assert(
    fc.property(spot, spot, fc.double({ min: 0.8, max: 6, noNaN: true }), (from, to, speed) => {
      const legs = ways.between(from, to);
      const met = walkOf(plan, { at, speed, garden: 0, legs }, 500);
      const lamps = met.flatMap((each) => ("lamp" in each ? [each] : []));
      assert.is(lamps.at(-1)?.lamp, -1);
      let metres = 0;
      for (const [i, { at: since, lamp }] of lamps.slice(0, -1).entries()) {
        const until = (lamps[i + 1] as (typeof lamps)[number]).at;
        const walked = ((until - since) / 1000) * speed;
        assert.ok(walked <= 28 + 0.01 && lamp >= 0, `${walked} m at lamp ${lamp}`);
        metres += walked;
      }
      assert.ok(Math.abs(metres - lengthOf(legs)) < 0.01 * lamps.length, `${metres} m of ${lengthOf(legs)}`);
    }),
    { numRuns: 400 },
  );
});

test("a line sees who crosses it, and which way; a radar sees who comes near, late by its delay", () => {
  const [street] = DISTRICT_STREETS;
  if (!street) throw new Error("no street");
  const legs = [{ street: street.name, from: -28, to: 100 }];
  const met = walkOf(plan, { at, speed: 2, garden: 0, legs }, 500);
  const seen = met.flatMap((each) => ("counter" in each ? [each] : []));
  const sensor = (i: number) => district.sensors[i] as (typeof district.sensors)[number];
  const told = seen.map((each) => [
    sensor(each.counter).counter.position,
    sensor(each.counter).range,
    each.direction,
    each.at - at,
  ]);
  assert.equal(told, [
    [-20, 0, "up", 4500],
    [42, 42, "both", 14_500],
    [126, 42, "both", 56_500],
  ]);
});

test("whoever comes through a garden is seen before they stand in the street", () => {
  const [street] = DISTRICT_STREETS;
  if (!street) throw new Error("no street");
  const legs = [{ street: street.name, from: 40, to: 90 }];
  const met = walkOf(plan, { at, speed: 2, garden: 4, legs }, 500);
  const told = met.map((each) => ["counter" in each ? "seen" : each.lamp, each.at - at]);
  assert.equal(told, [
    ["seen", 500],
    [1, 2000],
    [2, 10_000],
    [3, 24_000],
    ["seen", 24_500],
    [-1, 27_000],
  ]);
});

test("who turns into another street is seen there when they turn, not before", () => {
  const legs = [
    { street: "east 1", from: 150, to: 168 },
    { street: "north 1", from: 112, to: 150 },
  ];
  const met = walkOf(plan, { at, speed: 2, garden: 4, legs }, 500);
  const seen = met.flatMap((each) => ("counter" in each ? [each.at - at] : []));
  assert.equal(seen, [500, 11_500]);
});

test("walkers are taken in the order of what happens to them", () => {
  const times = fc.array(fc.array(fc.nat(1000), { minLength: 1, maxLength: 9 }), { maxLength: 30 });
  fc.assert(
    fc.property(times, (all) => {
      const walkers = new Walkers();
      for (const mine of all) walkers.add(mine.toSorted((a, b) => a - b).map((time) => ({ at: time, lamp: 0 })));
      const order: number[] = [];
      for (let taken = walkers.take(); taken; taken = walkers.take()) order.push(taken.met.at);
      assert.equal(
        order,
        all.flat().toSorted((a, b) => a - b),
      );
      assert.is(walkers.dueAt, Number.POSITIVE_INFINITY);
    }),
  );
});

test.run();
