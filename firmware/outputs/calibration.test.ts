import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { level } from "../../controllers/units.ts";
import { calibrationOf, LINEAR, lowestVolts, voltsAt } from "./calibration.ts";

const rising = fc.uniqueArray(fc.integer({ min: 0, max: 100 }), { minLength: 2, maxLength: 8 }).chain((levels) =>
  fc
    .uniqueArray(fc.integer({ min: 0, max: 1000 }), { minLength: levels.length, maxLength: levels.length })
    .map((volts) => {
      const sorted = [...volts].sort((a, b) => a - b);
      return [...levels]
        .sort((a, b) => a - b)
        .map((percent, i) => ({ level: percent, volts: (sorted[i] as number) / 100 }));
    }),
);
const percent = fc.double({ min: 0, max: 100, noNaN: true }).map(level);

test("without a table 10 % is a volt", () => {
  for (let p = 0; p <= 100; p++) assert.ok(Math.abs(voltsAt(LINEAR, level(p)) - p / 10) < 1e-9);
});

test("a table is met at its points, never leaves 0 to 10 V, and more light is never fewer volts (or, falling, never more)", () => {
  fc.assert(
    fc.property(rising, fc.boolean(), percent, percent, (points, falling, a, b) => {
      const table = calibrationOf(falling ? points.map((p) => ({ ...p, volts: 10 - p.volts })) : points);
      for (const point of table) if (point.level > 0) assert.is(voltsAt(table, point.level), point.volts);
      const [low, high] = a <= b ? [a, b] : [b, a];
      const [less, more] = [voltsAt(table, low), voltsAt(table, high)];
      assert.ok(falling ? less >= more - 1e-9 : less <= more + 1e-9, `${less} at ${low}, ${more} at ${high}`);
      for (const volts of [less, more]) assert.ok(volts >= 0 && volts <= 10);
    }),
  );
});

test("a driver with its least light at 1 V: between the points in between, below them at their end, dark at the range's", () => {
  const table = calibrationOf([
    { level: 10, volts: 1 },
    { level: 50, volts: 7 },
    { level: 100, volts: 9.5 },
  ]);
  const at = (p: number) => voltsAt(table, level(p));
  assert.equal([at(100), at(75), at(50), at(30), at(10), at(3), at(0)], [9.5, 8.25, 7, 4, 1, 1, 0]);
  assert.is(lowestVolts(table), 1);
  const falling = calibrationOf([
    { level: 10, volts: 9 },
    { level: 100, volts: 0 },
  ]);
  assert.equal([voltsAt(falling, level(100)), voltsAt(falling, level(5)), voltsAt(falling, level(0))], [0, 9, 10]);
});

test("a table that cannot be is refused, with what is wrong", () => {
  const of = (...points: [number, number][]) => calibrationOf(points.map(([l, volts]) => ({ level: l, volts })));
  assert.throws(() => of([0, 0]), /1 points: allowed 2 or more/);
  assert.throws(() => of([0, 0], [100, 10.5]), /volts of point 2 is 10.5: allowed 0 to 10/);
  assert.throws(() => of([0, 0], [101, 10]), /level is 101: allowed 0 to 100/);
  assert.throws(() => of([50, 1], [50, 2]), /level of point 2 is 50: allowed more than 50/);
  assert.throws(() => of([0, 1], [50, 1]), /volts of point 2 is 1: they only grow, or only fall/);
  assert.throws(() => of([0, 1], [50, 5], [100, 4]), /volts of point 3 is 4/);
  assert.throws(() => of([0, Number.NaN], [50, 5]), /volts of point 1 is NaN/);
});

test.run();
