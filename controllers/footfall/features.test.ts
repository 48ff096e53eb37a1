import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { dayMemory, FORGETFUL, MEMORIES } from "./day-memory.ts";
import { featureCount, HORIZONS, type Horizon, writeFeatures } from "./features.ts";
import { historyOf, WEEK } from "./history.ts";
import { type HourlyCounts, wallHour } from "./hourly.ts";

/** Counts of a city as a formula: people by sensor and hour, with holes. */
function city(hours: number, sensors: number, seed: number): HourlyCounts {
  const noise = (n: number) => {
    const x = Math.sin(n * 12.9898 + seed) * 43758.5453;
    return x - Math.floor(x);
  };
  const people = Array.from({ length: sensors }, (_, s) =>
    Float32Array.from({ length: hours }, (_, t) =>
      noise(t * 7 + s) < 0.02 ? Number.NaN : Math.round((1 + (t % 24)) * (5 + s) * (0.5 + noise(t + 1000 * s))),
    ),
  );
  return { from: wallHour(2026, 1, 5, 0), sensors: people.map((_, s) => `s${s}`), people };
}

function features(counts: HourlyCounts, horizon: Horizon, sensor: number, t: number, until: number): Float32Array {
  const history = historyOf(counts);
  const out = new Float32Array(featureCount(horizon));
  writeFeatures(history, dayMemory(history, until), horizon, sensor, t, out, 0);
  return out;
}

test("no feature knows what was counted later than the horizon before its hour", async () => {
  const hours = 12 * WEEK;
  const given = fc.record({
    seed: fc.nat(1000),
    sensors: fc.integer({ min: 1, max: 3 }),
    horizon: fc.constantFrom(...HORIZONS),
    ahead: fc.integer({ min: 0, max: 3 * WEEK }),
    changes: fc.array(fc.record({ after: fc.nat(400), people: fc.constantFrom(0, 5, 9999, Number.NaN) }), {
      minLength: 1,
      maxLength: 30,
    }),
  });
  await fc.assert(
    fc.property(given, ({ seed, sensors, horizon, ahead, changes }) => {
      const t = 9 * WEEK + ahead;
      const counts = city(hours, sensors, seed);
      const before = features(counts, horizon, 0, t, 8 * WEEK);
      for (const { after, people } of changes) {
        for (const mine of counts.people) {
          const place = t - horizon + 1 + after;
          if (place < hours) mine[place] = people;
        }
      }
      assert.equal(features(counts, horizon, 0, t, 8 * WEEK), before);
    }),
    { numRuns: 40 },
  );
});

test("the last count before the horizon is looked at", () => {
  for (const horizon of HORIZONS) {
    const counts = city(10 * WEEK, 2, 3);
    const t = 9 * WEEK + 30;
    const before = features(counts, horizon, 0, t, 0);
    const mine = counts.people[0] as Float32Array;
    mine[t - horizon] = 5000;
    assert.not.equal(features(counts, horizon, 0, t, 0), before, `${horizon} h`);
  }
});

test("every place is written, with a number within bounds, whatever is not counted", () => {
  for (const horizon of HORIZONS) {
    const counts = city(10 * WEEK, 2, 5);
    const t = 9 * WEEK + 2;
    // An hour that the clocks leave out, a counter that was away for a month, another from the beginning.
    counts.people[0]?.fill(Number.NaN, t - WEEK, t - WEEK + 1);
    counts.people[0]?.fill(Number.NaN, 3 * WEEK, 7 * WEEK);
    counts.people[1]?.fill(Number.NaN, 0, 9 * WEEK);
    const history = historyOf(counts);
    const count = featureCount(horizon);
    const out = new Float32Array(count + 2).fill(77);
    writeFeatures(history, FORGETFUL, horizon, 0, t, out, 1);
    assert.is(out[0], 77);
    assert.is(out[count + 1], 77);
    for (const value of out.subarray(1, count + 1)) assert.ok(Math.abs(value) <= 10, `${value}`);
  }
});

test("days of other years are remembered by their date, but not those from `until` on", () => {
  const hours = 800 * 24;
  const from = wallHour(2024, 1, 1, 0);
  const mine = new Float32Array(hours).fill(100);
  const christmas = (year: number) => wallHour(year, 12, 25, 0) - from;
  mine.fill(10, christmas(2024), christmas(2024) + 24);
  mine.fill(1000, christmas(2025), christmas(2025) + 24);
  const history = historyOf({ from, sensors: ["a"], people: [mine] });
  const recall = (until: number, t: number) => {
    const out = new Float32Array(MEMORIES);
    dayMemory(history, until).recall(0, t, out, 0);
    return out;
  };
  const [cityThen, own, least] = recall(christmas(2025), christmas(2025) + 12) as unknown as [number, number, number];
  assert.ok(Math.abs(cityThen - Math.log(11 / 101)) < 0.01 || cityThen === -2, `${cityThen}`);
  assert.ok(Math.abs(own - Math.log(11 / 101)) < 0.01, `${own}`);
  assert.ok(least < -1.9);
  assert.is(recall(christmas(2024), christmas(2025) + 12)[1], 0, "nothing known yet");
  assert.is(recall(christmas(2025), christmas(2024) + 12)[1], 0, "its own year says nothing");
});

test.run();
