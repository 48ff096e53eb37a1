import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { type Instant, instant, level, watts } from "../units.ts";
import { expectedPower, learntPower, type PowerCurve } from "./power-curve.ts";

const lamp = { power: watts(40) };
const START = 1_790_000_000_000;
const HOUR = 3_600_000;
/** What a real driver draws: losses, and a bit more than the wattage says. */
const real = (percent: number) => 1.5 + 0.42 * percent;

function taught(percents: readonly number[], times: number, power = real, before: PowerCurve = []) {
  let curve = before;
  for (let i = 0; i < times; i++) {
    for (const percent of percents) {
      curve = learntPower(lamp, curve, level(percent), watts(power(percent)), instant(START + i * HOUR) as Instant);
    }
  }
  return curve;
}

test("before anything was learnt the wattage decides, widely", () => {
  const { power, tolerance } = expectedPower(lamp, [], level(50));
  assert.is(power, 20);
  assert.ok(tolerance >= 8, `${tolerance}`);
});

test("after some samples a level's own power decides, narrowly, and between learnt levels a straight line", () => {
  const curve = taught([20, 100], 10);
  const at100 = expectedPower(lamp, curve, level(100));
  assert.ok(Math.abs(at100.power - real(100)) < 0.01, `${at100.power}`);
  assert.ok(at100.tolerance < 0.13 * at100.power, `${at100.tolerance}`);
  const between = expectedPower(lamp, curve, level(60));
  assert.ok(Math.abs(between.power - real(60)) < 0.01, `${between.power}`);
  assert.ok(between.tolerance > at100.tolerance, "never seen at 60 %");
});

test("a few samples are not believed yet", () => {
  const curve = taught([100], 7, () => 60);
  assert.is(expectedPower(lamp, curve, level(100)).power, 40);
  assert.is(
    Math.round(
      expectedPower(
        lamp,
        taught([100], 1, () => 60, curve),
        level(100),
      ).power,
    ),
    60,
  );
});

test("an old curve follows ageing of percents a year, and not a drift of a percent a day", () => {
  let curve = taught([100], 48);
  const old = expectedPower(lamp, curve, level(100)).power;
  const day = (n: number, power: number) => {
    for (let i = 0; i < 20; i++) {
      curve = learntPower(lamp, curve, level(100), watts(power), instant(START + 100 * HOUR + (n * 24 + i) * HOUR));
    }
  };
  let drifting: number = old;
  for (let n = 0; n < 30; n++) {
    drifting *= 1.01;
    day(n, drifting);
  }
  const month = expectedPower(lamp, curve, level(100)).power / old;
  assert.ok(month > 1.005 && month < 1.03, `${month} after a month`);
  for (let n = 30; n < 400; n++) day(n, old * 1.04);
  const year = expectedPower(lamp, curve, level(100)).power / old;
  assert.ok(Math.abs(year - 1.04) < 0.005, `${year} after a year at 1.04`);
});

test("the expected power never falls when the level grows, and is right where it was learnt well", async () => {
  const sample = fc.tuple(fc.integer({ min: 1, max: 100 }), fc.double({ min: 0.7, max: 1.4, noNaN: true }));
  await fc.assert(
    fc.property(fc.array(sample, { maxLength: 12 }), (samples) => {
      let curve: PowerCurve = [];
      for (let i = 0; i < 9; i++) {
        for (const [percent, factor] of samples) {
          curve = learntPower(lamp, curve, level(percent), watts(real(percent) * factor), instant(START + i * HOUR));
        }
      }
      assert.equal(
        curve.map((bin) => bin.level),
        curve.map((bin) => bin.level).toSorted((a, b) => a - b),
      );
      let before = 0;
      for (let percent = 1; percent <= 100; percent++) {
        const { power, tolerance } = expectedPower(lamp, curve, level(percent));
        assert.ok(power >= before - 1e-9, `${power} W at ${percent} %, ${before} W before`);
        assert.ok(tolerance > 0);
        before = power;
      }
    }),
  );
});

test.run();
