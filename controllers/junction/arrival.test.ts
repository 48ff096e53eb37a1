import { test } from "uvu";
import * as assert from "uvu/assert";
import { instant } from "../units.ts";
import { arrivalOf, type Outlook, saidArrival, travel } from "./arrival.ts";

const near = (actual: number, wanted: number, within: number) =>
  assert.ok(Math.abs(actual - wanted) <= within, `${actual}, not ${wanted}`);
const FREE: Outlook = {
  distance: 200,
  variance: 0,
  speed: 10,
  cruise: { mean: 10, variance: 0 },
  halts: [],
  standing: null,
  queue: { mean: 0, variance: 0 },
};
const dwell = { halts: 1, mean: Math.log(20), deviation: 0.05 };
const start = instant(1_800_000_000_000);

test("nothing holds it: way by speed", () => {
  near(travel(FREE).mean, 20, 1e-6);
  assert.ok(Math.sqrt(travel(FREE).variance) < 1.5);
});

test("from a stand it loses the half of its speed by its acceleration", () => {
  near(travel({ ...FREE, speed: 0 }).mean, 25, 0.1);
});

test("a stop on the way costs its dwell, braking and starting; one that only half halt at, half of it and doubt", () => {
  const one = travel({ ...FREE, halts: [{ distance: 100, dwell }] });
  near(one.mean, 20 + 20 + 10, 0.2);
  const half = travel({ ...FREE, halts: [{ distance: 100, dwell: { ...dwell, halts: 0.5 } }] });
  near(half.mean, 20 + 15, 0.2);
  near(Math.sqrt(half.variance), 15, 0.5);
});

test("who stands at a stop stays what is left, then starts", () => {
  const standing = (elapsed: number) => travel({ ...FREE, distance: 100, speed: 0, standing: { dwell, elapsed } }).mean;
  near(standing(0), 20 + 15, 0.3);
  near(standing(15), 5 + 15, 0.5);
});

test("a queue is waited for where it is longer than the way", () => {
  assert.is(travel({ ...FREE, queue: { mean: 5, variance: 0 } }).mean, travel(FREE).mean);
  near(travel({ ...FREE, distance: 35, speed: 0, queue: { mean: 5, variance: 1 } }).mean, 11.5, 1e-9);
});

test("what is not known of way and speed makes it wide", () => {
  const wide = travel({ ...FREE, variance: 10 ** 2, cruise: { mean: 10, variance: 1 } });
  near(wide.variance - travel(FREE).variance, 1 + 4, 1e-6);
});

test("told later it is as far off as is left; overdue it is now, and wider; unheard it is wider each second", () => {
  const time = { mean: 20, variance: 4 };
  const told = (s: number) => arrivalOf(time, start, instant(start + s * 1000));
  assert.equal(told(0), { mean: start + 20_000, spread: 2000 });
  assert.is(told(5).mean, start + 20_000);
  assert.ok(told(5).spread > told(1).spread && told(20).spread > told(5).spread);
  assert.is(told(30).mean, start + 30_000);
  assert.ok(told(30).spread > told(25).spread + 1000);
});

test("who only says when it comes is believed, the less the longer it is; who does not say is as good as there", () => {
  assert.equal(saidArrival(30_000, start, start), { mean: start + 30_000, spread: 8000 });
  assert.equal(saidArrival(0, start, start), { mean: start, spread: 2000 });
  assert.equal(saidArrival(null, start, start), { mean: start, spread: 5000 });
});

test.run();
