import { test } from "uvu";
import * as assert from "uvu/assert";
import type { DimmingCurve } from "../model.ts";
import { level } from "../units.ts";
import { fromArc, toArc } from "./curve.ts";

const CURVES: readonly DimmingCurve[] = ["logarithmic", "linear"];
const ARCS = Array.from({ length: 255 }, (_, arc) => arc);

test("every arc power level comes back from its light, on both curves", () => {
  for (const curve of CURVES)
    for (const arc of ARCS) assert.is(toArc(fromArc(arc, curve), curve), arc, `${curve} ${arc}`);
});

test("more arc power is more light, from off to full", () => {
  for (const curve of CURVES) {
    for (const arc of ARCS.slice(1)) assert.ok(fromArc(arc, curve) > fromArc(arc - 1, curve), `${curve} ${arc}`);
    assert.is(fromArc(0, curve), 0);
    assert.is(fromArc(254, curve), 100);
  }
});

test("the logarithmic curve has the values of IEC 62386-102", () => {
  for (const [arc, light] of [
    [1, 0.1],
    [85, 0.991],
    [126, 3.035],
    [170, 10.09],
    [229, 50.5],
    [254, 100],
  ] as const) {
    const given = fromArc(arc, "logarithmic");
    assert.ok(Math.abs(given / light - 1) < 1e-3, `${arc}: ${given}`);
  }
  assert.is(fromArc(127, "linear"), 50);
});

test("the smallest light is still light, and only nothing is off", () => {
  for (const curve of CURVES) {
    assert.is(toArc(level(0), curve), 0);
    assert.is(toArc(level(0.001), curve), 1);
  }
});

test("an arc power level that is none is refused", () => {
  for (const arc of [-1, 1.5, 255, Number.NaN]) assert.throws(() => fromArc(arc, "linear"), /allowed 0 to 254/);
});

test.run();
