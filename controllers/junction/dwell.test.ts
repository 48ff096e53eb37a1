import { test } from "uvu";
import * as assert from "uvu/assert";
import { metres, seconds } from "../units.ts";
import { type Dwell, dwellOf, learnDwell, NO_DWELL, normal, remaining } from "./dwell.ts";

const STOP = { distance: metres(100), dwell: seconds(20), spread: seconds(10) };
const near = (actual: number, wanted: number, within: number) =>
  assert.ok(Math.abs(actual - wanted) <= within, `${actual}, not ${wanted}`);

/** By adding up small pieces of the density: another way to the same numbers. */
function byPieces({ mean, deviation }: Dwell, elapsed: number) {
  let [weight, first, second] = [0, 0, 0];
  for (let x = elapsed + 0.005; x < 2000; x += 0.01) {
    const z = (Math.log(x) - mean) / deviation;
    const density = Math.exp((-z * z) / 2) / x;
    weight += density;
    first += density * (x - elapsed);
    second += density * (x - elapsed) ** 2;
  }
  return { mean: first / weight, variance: second / weight - (first / weight) ** 2 };
}

test("the standard normal's distribution", () => {
  near(normal(0), 0.5, 1e-7);
  near(normal(1.2816), 0.9, 1e-5);
  near(normal(-1.96), 0.025, 1e-5);
  near(normal(4) + normal(-4), 1, 1e-7);
});

test("what is said of a stop is what is expected of it before anybody stood there", () => {
  const found = remaining(dwellOf(STOP, undefined, 0), 0);
  near(found.mean, 20, 0.01);
  near(Math.sqrt(found.variance), 10, 0.05);
});

test("how long it still stands, having stood: as the density says", () => {
  const dwell = dwellOf(STOP, undefined, 0);
  for (const elapsed of [0, 3, 10, 20, 35, 60]) {
    const [found, wanted] = [remaining(dwell, elapsed), byPieces(dwell, elapsed)];
    near(found.mean, wanted.mean, 0.05);
    near(found.variance, wanted.variance, 0.01 * wanted.variance + 0.3);
  }
});

test("far beyond all that was seen it stays a time that vehicles stand", () => {
  const dwell = dwellOf(STOP, undefined, 0);
  for (const elapsed of [200, 1e4, 1e7]) {
    const { mean, variance } = remaining(dwell, elapsed);
    assert.ok(mean > 0 && mean < 60 && variance > 0 && variance < 60 ** 2, `${mean} ${variance}`);
  }
});

test("what is learnt: who halts, and how long, by the hour", () => {
  let lesson = NO_DWELL;
  for (let i = 0; i < 60; i++) lesson = learnDwell(lesson, 8, i % 3 === 0 ? 0 : 38 + (i % 5));
  for (let i = 0; i < 60; i++) lesson = learnDwell(lesson, 20, 8 + (i % 5));
  const [morning, evening] = [dwellOf(STOP, lesson, 8), dwellOf(STOP, lesson, 20)];
  near(morning.halts, 2 / 3, 0.1);
  near(evening.halts, 1, 0.1);
  near(Math.exp(morning.mean), 40, 5);
  near(Math.exp(evening.mean), 10, 2);
});

test.run();
