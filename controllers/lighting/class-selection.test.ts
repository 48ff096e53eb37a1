import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { LightingClass } from "../model.ts";
import {
  CEN_TR_13201_1,
  COMPOSITIONS,
  classSteps,
  type INTENSITIES,
  lowestProblem,
  type StreetUse,
  selectedClass,
} from "./class-selection.ts";
import { LIGHTING_CLASSES } from "./lighting-class.ts";

const lane: StreetUse = { speed: "walking", composition: "pedestrians", parked: false, luminosity: "moderate" };
const street: StreetUse = { speed: "low", composition: "pedestrians and motor", parked: false, luminosity: "moderate" };
const people = { busyFrom: 40, quietBelow: 10 };
const from = (designed: LightingClass, lowest: LightingClass) => ({ designed, lowest });
const shown = (steps: ReturnType<typeof classSteps>) => steps.map((step) => `${step.class} from ${step.from}`);

test("the report's sum: P = 6 less the weights, for each parameter", () => {
  const selected = (use: Partial<StreetUse>, intensity: (typeof INTENSITIES)[number] = "normal") =>
    selectedClass({ ...lane, ...use }, intensity, CEN_TR_13201_1);
  assert.is(selected({}), "P6");
  assert.is(selected({ speed: "low" }), "P5");
  assert.is(selected({ composition: "pedestrians and cyclists" }), "P5");
  assert.is(selected({ composition: "pedestrians and motor" }), "P5");
  assert.is(selected({ composition: "all" }), "P4");
  assert.is(selected({ composition: "cyclists" }), "P6");
  assert.is(selected({ parked: true }), "P5");
  assert.is(selected({ luminosity: "high" }), "P5");
  assert.is(selected({ luminosity: "low", speed: "low" }), "P6");
  assert.is(selected({ composition: "all", parked: true, luminosity: "high", speed: "low" }, "busy"), "P1");
  // the report's own example: P4 in the evening, P6 in the night when it is quiet and dark around
  assert.is(selectedClass(street, "normal", CEN_TR_13201_1), "P4");
  assert.is(selectedClass({ ...street, luminosity: "low" }, "quiet", CEN_TR_13201_1), "P6");
});

test("what would be over or under the classes that set a light is P1 or P6", () => {
  assert.is(selectedClass({ ...lane, luminosity: "low" }, "quiet", CEN_TR_13201_1), "P6");
  const strong = { ...CEN_TR_13201_1, speed: { low: 5, walking: 5 }, use: { busy: 5, normal: 0, quiet: -1 } };
  assert.is(selectedClass(lane, "busy", strong), "P1");
});

test("steps from busy to quiet, each from its people an hour on", () => {
  assert.equal(shown(classSteps(street, people, from("P3", "P5"))), ["P3 from 40", "P4 from 10", "P5 from 0"]);
});

test("never brighter than designed, never lower than permitted; classes that come out equal are one step", () => {
  assert.equal(shown(classSteps(street, people, from("P4", "P5"))), ["P4 from 10", "P5 from 0"]);
  assert.equal(shown(classSteps(street, people, from("P3", "P4"))), ["P3 from 40", "P4 from 0"]);
  assert.equal(shown(classSteps(street, people, from("P5", "P5"))), ["P5 from 0"]);
  assert.equal(shown(classSteps(street, people, from("P1", "P6"))), ["P3 from 40", "P4 from 10", "P5 from 0"]);
});

test("a nation's own weights", () => {
  const weights = { ...CEN_TR_13201_1, use: { busy: 2, normal: 0, quiet: -2 } };
  assert.equal(shown(classSteps(street, people, from("P1", "P6"), weights)), ["P2 from 40", "P4 from 10", "P6 from 0"]);
  const upside = { ...CEN_TR_13201_1, use: { busy: -1, normal: 0, quiet: 1 } };
  assert.equal(shown(classSteps(street, people, from("P1", "P6"), upside)), ["P5 from 0"]);
});

test("what cannot be is refused by name", () => {
  assert.match(lowestProblem(from("M3", "M5")) ?? "", /M3 does not follow use: allowed are lamps of a P class/);
  assert.match(lowestProblem(from("P3", "P7")) ?? "", /P7 sets no light level: allowed are P1 to P6/);
  assert.match(lowestProblem(from("P7", "P7")) ?? "", /P7/);
  assert.match(lowestProblem(from("P4", "P3")) ?? "", /P3 is brighter than P4/);
  assert.throws(() => classSteps(street, people, from("P4", "P3")), /P3 is brighter/);
  assert.throws(() => classSteps(street, { busyFrom: 9, quietBelow: 10 }, from("P3", "P5")), /quietBelow is 10.*9/);
});

test("whatever the street, its steps go down in light and in people, from 0 on, within what is permitted", async () => {
  const rank = (one: LightingClass) => LIGHTING_CLASSES.indexOf(one);
  const any = fc.record({
    speed: fc.constantFrom("low" as const, "walking" as const),
    composition: fc.constantFrom(...COMPOSITIONS),
    parked: fc.boolean(),
    luminosity: fc.constantFrom("high" as const, "moderate" as const, "low" as const),
  });
  const intensity = fc.tuple(fc.integer({ min: -5, max: 5 }), fc.integer({ min: -5, max: 5 }));
  await fc.assert(
    fc.property(any, fc.integer({ min: 1, max: 6 }), fc.nat(5), intensity, (use, designed, less, [busy, quiet]) => {
      const permitted = from(`P${designed}` as LightingClass, `P${Math.min(6, designed + less)}` as LightingClass);
      const weights = { ...CEN_TR_13201_1, use: { busy, normal: 0, quiet } };
      const steps = classSteps(use, people, permitted, weights);
      assert.is(steps.at(-1)?.from, 0);
      for (const [i, step] of steps.entries()) {
        assert.ok(rank(step.class) >= rank(permitted.designed) && rank(step.class) <= rank(permitted.lowest));
        const before = steps[i - 1];
        if (before) assert.ok(rank(before.class) < rank(step.class) && before.from > step.from);
      }
    }),
  );
});

test.run();
