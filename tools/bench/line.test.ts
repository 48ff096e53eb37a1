import { test } from "uvu";
import * as assert from "uvu/assert";
import { median, percentile } from "./line.ts";

test("a percentile is the nearest rank", () => {
  const values = Array.from({ length: 200 }, (_, i) => 200 - i);
  assert.is(percentile(values, 99), 198);
  assert.is(percentile(values, 100), 200);
  assert.is(median([3, 1, 2]), 2);
  assert.is(percentile([7], 99), 7);
  assert.throws(() => percentile([], 50), /no values/);
});

test.run();
