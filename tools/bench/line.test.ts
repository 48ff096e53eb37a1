import { test } from "uvu";
import * as assert from "uvu/assert";
import { type Figure, isOk, median, percentile } from "./line.ts";

test("a percentile is the nearest rank", () => {
  const values = Array.from({ length: 200 }, (_, i) => 200 - i);
  assert.is(percentile(values, 99), 198);
  assert.is(percentile(values, 100), 200);
  assert.is(median([3, 1, 2]), 2);
  assert.is(percentile([7], 99), 7);
  assert.throws(() => percentile([], 50), /no values/);
});

test("a figure is ok up to its target, or from it on where it is the least", () => {
  const figure: Figure = { name: "speed", value: 5, unit: "1/s", target: 4 };
  assert.not(isOk(figure));
  assert.ok(isOk({ ...figure, least: true }));
  assert.ok(isOk({ ...figure, value: 4 }) && isOk({ ...figure, value: 4, least: true }));
  assert.not(isOk({ ...figure, value: 3, least: true }));
  assert.not(isOk({ ...figure, least: true, holds: false }));
  assert.not(isOk({ ...figure, value: Number.NaN }) || isOk({ ...figure, value: Number.NaN, least: true }));
});

test.run();
