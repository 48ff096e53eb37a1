import { test } from "uvu";
import * as assert from "uvu/assert";
import type { DimmingCurve, LightingClass } from "../model.ts";
import { fromArc, toArc } from "./curve.ts";
import { askedBy, classProblem, classRatio, floorOf, LIGHTING_CLASSES } from "./lighting-class.ts";

const lamp = (designed: LightingClass, reducedClass: LightingClass, curve: DimmingCurve = "logarithmic") => ({
  class: designed,
  reducedClass,
  curve,
});

test("the ratios of the reference page", () => {
  for (const [designed, reduced, percent] of [
    ["P4", "P5", 60],
    ["P4", "P6", 40],
    ["P3", "P5", 40],
    ["P2", "P4", 50],
    ["M1", "M6", 15],
    ["C0", "C3", 30],
  ] as const) {
    assert.ok(Math.abs(classRatio(designed, reduced) - percent) < 1e-9, `${designed} ${reduced}`);
  }
});

test("within a letter each class asks for less than the one before", () => {
  assert.is(LIGHTING_CLASSES.length, 19);
  for (const [i, darker] of LIGHTING_CLASSES.entries()) {
    const brighter = LIGHTING_CLASSES[i - 1];
    if (!brighter || brighter[0] !== darker[0] || darker === "P7") continue;
    assert.ok((askedBy(darker) as number) < (askedBy(brighter) as number), `${brighter} ${darker}`);
  }
});

test("of all pairs those of one letter, not brighter and with a light level are allowed, the others are named", () => {
  for (const designed of LIGHTING_CLASSES) {
    for (const reduced of LIGHTING_CLASSES) {
      const right =
        designed === reduced ||
        (designed[0] === reduced[0] && Number(reduced[1]) >= Number(designed[1]) && reduced !== "P7");
      const problem = classProblem(designed, reduced);
      assert.is(problem === null, right, `${designed} ${reduced}: ${problem}`);
      if (problem === null) continue;
      assert.match(problem, reduced);
      assert.match(problem, "allowed");
      assert.throws(
        () => floorOf(lamp(designed, reduced)),
        (error: unknown) => error instanceof TypeError,
      );
    }
  }
});

test("a street of P7 is never dimmed, because nothing says how far", () => {
  assert.is(askedBy("P7"), null);
  assert.is(floorOf(lamp("P7", "P7")), 100);
});

test("the floor is the lowest light of the lamp's curve that meets the class", () => {
  for (const curve of ["logarithmic", "linear"] as const) {
    for (const designed of LIGHTING_CLASSES) {
      for (const reduced of LIGHTING_CLASSES) {
        if (classProblem(designed, reduced) !== null) continue;
        const ratio = classRatio(designed, reduced);
        const floor = floorOf(lamp(designed, reduced, curve));
        const arc = toArc(floor, curve);
        assert.ok(
          fromArc(arc, curve) >= ratio,
          `${designed} ${reduced}: what the lamp really gives is under the class`,
        );
        assert.ok(fromArc(arc - 1, curve) < ratio, `${designed} ${reduced}: a lower light meets the class too`);
      }
    }
  }
});

test.run();
