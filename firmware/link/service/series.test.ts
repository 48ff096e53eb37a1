import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { AGGREGATES } from "../table.ts";
import { Series } from "./series.ts";

/** A window from 0 to `end`: what was told, and when. */
function windowOf(told: readonly (readonly [at: number, value: unknown])[], end: number, before: number | null = null) {
  const series = new Series(AGGREGATES);
  if (before !== null) series.tell(before, -1000);
  series.begin(0);
  for (const [at, value] of told) series.tell(value, at);
  series.settle(end);
  return Object.fromEntries(AGGREGATES.map((aggregate) => [aggregate, series.of(aggregate)]));
}

test("values weigh as long as they hold; sums and counts are of what was told", () => {
  assert.equal(
    windowOf(
      [
        [60, 100],
        [80, 40],
      ],
      100,
      20,
    ),
    {
      sum: 140,
      avg: (20 * 60 + 100 * 20 + 40 * 20) / 100,
      min: 20,
      max: 100,
      median: 20,
      count: 2,
      std: Math.sqrt((60 * 20 ** 2 + 20 * 60 ** 2 + 20 * 0 ** 2) / 100),
    },
  );
});

test("a window in which nothing was told is of the value that holds", () => {
  assert.equal(windowOf([], 100, 30), { sum: 0, avg: 30, min: 30, max: 30, median: 30, count: 0, std: 0 });
});

test("before the first value there is none", () => {
  assert.equal(windowOf([], 100), { sum: 0, avg: null, min: null, max: null, median: null, count: 0, std: null });
  assert.is(windowOf([[90, 7]], 100)["avg"], 7, "a value counts from when it was told");
});

test("a value told at the very end counts; it held for no time", () => {
  const { sum, count, max, avg } = windowOf([[100, 50]], 100, 10);
  assert.equal([sum, count, max, avg], [50, 1, 50, 10]);
});

test("a median between two values that held as long is their mean", () => {
  assert.is(windowOf([[50, 20]], 100, 10)["median"], 15);
});

test("what is no number is counted, and no more", () => {
  assert.equal(
    windowOf(
      [
        [10, true],
        [20, "x"],
      ],
      100,
    )["count"],
    2,
  );
});

test("a clock that goes back in the window takes no time twice", () => {
  const series = new Series(["avg"]);
  series.tell(10, 0);
  series.begin(0);
  series.settle(60);
  series.tell(20, 30);
  series.settle(100);
  assert.is(series.of("avg"), (10 * 60 + 20 * 40) / 100);
});

test("of thousands of values the median is still between its neighbours", () => {
  const series = new Series(["median"]);
  series.begin(0);
  for (let i = 0; i <= 5000; i++) series.tell(i, i);
  series.settle(5001);
  const median = series.of("median") ?? 0;
  assert.ok(Math.abs(median - 2500) < 10, `${median}`);
  assert.is.not(median, 2500, "not every value is kept");
});

test("the same as a plain calculation over every millisecond", () => {
  const step = fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: -5, max: 5 }));
  fc.assert(
    fc.property(fc.array(step, { maxLength: 20 }), fc.integer({ min: -5, max: 5 }), (steps, before) => {
      let now = 0;
      const told = steps.map(([wait, value]) => {
        now += wait;
        return [now, value] as const;
      });
      const end = now + 3;
      const held = Array.from({ length: end }, (_, ms) => told.findLast(([at]) => at <= ms)?.[1] ?? before);
      const mean = held.reduce((sum, one) => sum + one, 0) / end;
      const sorted = held.toSorted((a, b) => a - b);
      const middle = ((sorted[Math.floor((end - 1) / 2)] as number) + (sorted[Math.floor(end / 2)] as number)) / 2;
      const got = windowOf(told, end, before) as Record<string, number>;
      assert.ok(Math.abs((got["avg"] as number) - mean) < 1e-9);
      const std = Math.sqrt(held.reduce((sum, one) => sum + (one - mean) ** 2, 0) / end);
      assert.ok(Math.abs((got["std"] as number) - std) < 1e-9);
      assert.is(got["median"], middle);
      assert.equal([got["min"], got["max"]], [Math.min(...held), Math.max(...held)]);
    }),
  );
});

test.run();
