import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { instant } from "../units.ts";
import { AS_LEARNED, around, calibration, isInside, learned, peopleOf } from "./interval.ts";
import { type Outcome, remembered, STALE_AFTER, trusted } from "./trust.ts";

test("quantiles are in order and never under nobody, whatever a network says", async () => {
  const any = fc.double({ noNaN: true, min: -50, max: 50 });
  await fc.assert(
    fc.property(fc.double({ noNaN: true, min: 0, max: 14 }), any, any, any, any, (base, middle, low, high, width) => {
      const { low: a, middle: b, high: c } = peopleOf(base, middle, low, high, width);
      assert.ok(0 <= a && a <= b && b <= c && Number.isFinite(c), `${a} ${b} ${c}`);
    }),
  );
});

test("in the long run four of five outcomes are inside, however wrong the first width was", () => {
  for (const spread of [0.05, 0.4, 1.2]) {
    let [width, inside, state] = [AS_LEARNED, 0, 12345];
    const chance = () => {
      state = (Math.imul(state, 1103515245) + 12345) >>> 0;
      return state / 4294967296;
    };
    const n = 6000;
    for (let i = 0; i < n; i++) {
      const came = 200 * Math.exp(spread * (chance() + chance() + chance() + chance() - 2) * 1.7);
      const yes = isInside(around(200, width), came);
      width = learned(width, yes);
      if (yes) inside++;
    }
    assert.ok(Math.abs(inside / n - 0.8) < 0.02, `spread ${spread}: ${inside / n}`);
  }
});

test("a width learns only from what has come true by the horizon before its hour", () => {
  for (const horizon of [1, 24]) {
    const one = calibration(horizon);
    one.came(10, false);
    one.came(11, false);
    assert.is(one.widthAt(9 + horizon), AS_LEARNED);
    const wider = one.widthAt(10 + horizon);
    assert.is(wider, learned(AS_LEARNED, false));
    assert.is(one.widthAt(10 + horizon), wider, "learned once");
    assert.is(one.widthAt(11 + horizon), learned(wider, false));
  }
});

const T = instant(Date.UTC(2026, 10, 23));
const outcomes = (n: number, network: number, plain: number): readonly Outcome[] =>
  Array.from({ length: n }, (_, wall) => ({ wall, network, plain }));

test("a network is believed while it is there, fresh, and no worse than the mean of four weeks", () => {
  assert.is(trusted(null, [], T), "missing");
  assert.is(trusted(T, [], T), "network");
  assert.is(trusted(T, [], instant(T + STALE_AFTER)), "network");
  assert.is(trusted(T, [], instant(T + STALE_AFTER + 1)), "stale");
  assert.is(trusted(T, outcomes(72, 10, 11), T), "network");
  assert.is(trusted(T, outcomes(72, 11, 10), T), "worse");
  assert.is(trusted(T, outcomes(71, 11, 10), T), "network", "two days are no proof");
});

test("only fourteen days are compared, and an hour once", () => {
  let kept: readonly Outcome[] = [];
  for (let wall = 0; wall < 1000; wall++) kept = remembered(kept, { wall, network: wall, plain: 0 });
  assert.is(kept.length, 336);
  assert.is(kept[0]?.wall, 664);
  kept = remembered(kept, { wall: 990, network: 1, plain: 1 });
  assert.is(kept.at(-1)?.wall, 990, "the clock was set back: what lay ahead is forgotten");
  assert.is(new Set(kept.map(({ wall }) => wall)).size, kept.length);
});

test.run();
