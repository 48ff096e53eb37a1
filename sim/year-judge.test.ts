import { test } from "uvu";
import * as assert from "uvu/assert";
import { lamp } from "../controllers/test-site.ts";
import { watts } from "../controllers/units.ts";
import { Judge, RISE } from "./year-judge.ts";

const SECOND = 1000;
const HOUR = 3_600_000;
const lamps = [lamp(0, 14, { power: watts(40) }), lamp(1, 42, { power: watts(20) })];
const night = () => {
  const judge = new Judge(lamps, 0);
  judge.setDark(true, 0);
  judge.require(0, 40, 0);
  return judge;
};

test("somebody under too little light counts as long as they stand there", () => {
  const judge = night();
  judge.setLight(0, 39.9, 0);
  judge.move(-1, 0, 10 * SECOND);
  judge.move(0, -1, 25 * SECOND);
  assert.is(judge.take(60 * SECOND).under, 15 * SECOND);
});

test("a rise counts when it is reached, a fall at once", () => {
  const judge = night();
  judge.move(-1, 0, 0);
  judge.setLight(0, 40, 10 * SECOND);
  judge.setLight(0, 100, 20 * SECOND);
  judge.setLight(0, 39, 30 * SECOND);
  assert.equal(judge.take(60 * SECOND).under, 10 * SECOND + RISE + 30 * SECOND);
});

test("light that rises again before it was up is not up sooner", () => {
  const judge = night();
  judge.move(-1, 0, 0);
  judge.setLight(0, 60, 0);
  judge.setLight(0, 80, SECOND);
  assert.is(judge.take(60 * SECOND).under, SECOND + RISE);
});

test("another class in force asks for more from that moment on", () => {
  const judge = night();
  judge.setLight(0, 40, 0);
  judge.move(-1, 0, 20 * SECOND);
  judge.require(0, 60, 30 * SECOND);
  const { people, under } = judge.take(50 * SECOND);
  assert.equal([people, under], [30 * SECOND, 20 * SECOND]);
});

test("each person counts, where they are; by day nobody does", () => {
  const judge = night();
  judge.setLight(1, 100, 0);
  judge.move(-1, 0, 0);
  judge.move(-1, 0, 0);
  judge.move(0, 1, 10 * SECOND);
  judge.setDark(false, 20 * SECOND);
  const { people, under } = judge.take(100 * SECOND);
  assert.equal([people, under], [40 * SECOND, 30 * SECOND]);
});

test("energy is power times time, stand-by while off", () => {
  const judge = night();
  judge.setLight(0, 50, HOUR);
  judge.setLight(0, 0, 3 * HOUR);
  const { energy } = judge.take(4 * HOUR);
  assert.ok(Math.abs(energy - (2 * 20 + 2 * 0.4 + 4 * 0.4)) < 1e-9, `${energy}`);
  assert.ok(Math.abs(judge.take(5 * HOUR).energy - 0.8) < 1e-9);
});

test.run();
