import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { fromArc, toArc } from "./lighting/curve.ts";
import type { Target } from "./model.ts";
import { plan } from "./plan.ts";
import { lamp } from "./test-site.ts";
import { level } from "./units.ts";

const lamps = [lamp(0, 0), lamp(1, 30, { line: "output/1", curve: "linear" })];
const target = (lampId: string, percent: number): Target => ({
  lamp: lampId,
  level: level(percent),
  rank: "operator",
  reason: "test",
});

test("a step says line, lamp, level and rank", () => {
  assert.equal(plan(lamps, [target("lamp/1/1", 30)], new Map([["lamp/1/1", level(80)]])), [
    { kind: "level", line: "output/1", lamp: "lamp/1/1", level: 30, rank: "operator" },
  ]);
});

test("a lamp whose level is not known gets a step", () => {
  const targets = [target("lamp/1/0", 30), target("lamp/1/1", 30)];
  assert.is(plan(lamps, targets, new Map([["lamp/1/0", null]])).length, 2);
});

test("targets in any order, or only some, find their lamps; one of no lamp is the caller's mistake", () => {
  const steps = plan(lamps, [target("lamp/1/1", 30), target("lamp/1/0", 40)], new Map());
  assert.equal(
    steps.map((step) => [step.lamp, step.line]),
    [
      ["lamp/1/1", "output/1"],
      ["lamp/1/0", "bus/1"],
    ],
  );
  assert.throws(() => plan(lamps, [target("lamp/9/9", 1)], new Map()), /lamp\/9\/9/);
});

test("a target that is reached, as exactly as an arc power level can say, needs nothing", async () => {
  const percent = fc.double({ min: 0, max: 100, noNaN: true });
  await fc.assert(
    fc.property(percent, percent, (a, b) => {
      const targets = [target("lamp/1/0", a), target("lamp/1/1", b)];
      const reached = new Map(
        lamps.map(({ id, curve }, i) => [id, fromArc(toArc((targets[i] as Target).level, curve), curve)]),
      );
      assert.equal(plan(lamps, targets, reached), []);
      const once = plan(lamps, targets, new Map());
      assert.equal(plan(lamps, targets, new Map(once.map((step) => [step.lamp, step.level]))), []);
    }),
  );
});

test("one arc power level apart is a step; off is never taken for the smallest light", () => {
  for (const [i, { id, curve }] of lamps.entries()) {
    for (let arc = 0; arc < 254; arc++) {
      const targets = [target(id, fromArc(arc + 1, curve))];
      assert.is(plan(lamps, targets, new Map([[id, fromArc(arc, curve)]])).length, 1, `lamp ${i}, arc ${arc}`);
    }
  }
});

test.run();
