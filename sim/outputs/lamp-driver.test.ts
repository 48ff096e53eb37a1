import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { level } from "../../controllers/units.ts";
import { calibrationOf, voltsAt } from "../../firmware/outputs/calibration.ts";
import { lightAt } from "./lamp-driver.ts";

const curves = fc
  .tuple(
    fc.uniqueArray(fc.integer({ min: 0, max: 100 }), { minLength: 2, maxLength: 6 }),
    fc.uniqueArray(fc.integer({ min: 0, max: 100 }), { minLength: 6, maxLength: 6 }),
    fc.boolean(),
  )
  .map(([levels, volts, falls]) => {
    const rising = volts.toSorted((a, b) => a - b);
    return calibrationOf(
      levels
        .toSorted((a, b) => a - b)
        .map((light, i) => ({ level: light, volts: Math.abs((falls ? 10 : 0) - (rising[i] as number) / 10) })),
    );
  });

test("a driver gives the light that its calibration was asked for, whichever way its volts go", () => {
  fc.assert(
    fc.property(curves, fc.integer({ min: 0, max: 100 }), (curve, wanted) => {
      const [first] = curve;
      const last = curve.at(-1) ?? first;
      const there = Math.min(last.level, Math.max(first.level, wanted));
      assert.ok(Math.abs(lightAt(voltsAt(curve, level(there)), curve, true) - there) < 1e-6);
    }),
  );
});

test("at the dark end a driver is off by a standby of its own, but one that a relay switches stays at its lowest", () => {
  for (const volts of [(v: number) => v, (v: number) => 10 - v]) {
    const curve = calibrationOf([
      { level: 10, volts: volts(1) },
      { level: 100, volts: volts(9) },
    ]);
    const given = [0, 0.4, 0.6, 1, 5, 9, 10].map(volts);
    assert.equal(
      given.map((v) => lightAt(v, curve)),
      [0, 0, 10, 10, 55, 100, 100],
    );
    assert.equal(
      given.map((v) => lightAt(v, curve, true)),
      [10, 10, 10, 10, 55, 100, 100],
    );
  }
  assert.equal(
    [0, 5, 10].map((v) => lightAt(v)),
    [0, 50, 100],
  );
});

test.run();
