import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { utc } from "../test-site.ts";
import { level } from "../units.ts";
import { curveProblem, gearLevel, lightOf, maintenance, planned, type Upkeep } from "./clo.ts";
import { fromArc, toArc } from "./curve.ts";

const now = utc("2026-05-01T00:00");
/** LED: 80 % of its light after 100,000 h. */
const upkeep: Upkeep = {
  curve: [
    { hours: 0, percent: 100 },
    { hours: 50_000, percent: 88 },
    { hours: 100_000, percent: 80 },
  ],
};
const dusty: Upkeep = { ...upkeep, cleaning: { months: 24, percent: 90, last: utc("2026-05-01T00:00") } };

test("a new lamp is held back to the light of an old one, and comes to full when it is old", () => {
  const lamp = { curve: "linear" } as const;
  const at = (hours: number) => Math.round(gearLevel(lamp, upkeep, level(100), hours, now));
  assert.equal([0, 25_000, 50_000, 75_000, 100_000, 150_000].map(at), [80, 85, 91, 95, 100, 100]);
});

test("a clean luminaire is held back too, and one of unknown date counts as dirty", () => {
  assert.is(planned(dusty), 0.8 * 0.9);
  assert.is(maintenance(dusty, 0, now), 1);
  assert.ok(Math.abs(maintenance(dusty, 0, utc("2027-05-01T12:00")) - 0.95) < 0.001);
  assert.is(maintenance(dusty, 0, utc("2036-05-01T00:00")), 0.9);
  assert.is(maintenance(dusty, 0, null), 0.9);
});

const curves = fc.constantFrom("logarithmic" as const, "linear" as const);
const ages = fc.record({ hours: fc.integer({ min: 0, max: 130_000 }), days: fc.integer({ min: 0, max: 1000 }) });

test("light on the street is what was wanted or up to one arc level more, whatever the age and the dirt", () => {
  fc.assert(
    fc.property(
      curves,
      fc.integer({ min: 1, max: 254 }),
      ages,
      fc.boolean(),
      (curve, arc, { hours, days }, unknown) => {
        const light = fromArc(arc, curve);
        const at = unknown ? null : ((now + days * 86_400_000) as typeof now);
        const part = Math.min(1, planned(dusty) / maintenance(dusty, hours, at));
        const gear = gearLevel({ curve }, dusty, light, hours, at);
        const kept = fromArc(toArc(gear, curve), curve);
        // As if the lamp's light were in proportion to its level: what a dimming curve is.
        const street = kept / part;
        const floor = fromArc(1, curve) / part; // gear gives no less
        const step = curve === "logarithmic" ? street * (1 - 10 ** (-3 / 253)) : 100 / 254 / part;
        assert.ok(street >= light - 1e-9, `${street} under ${light}`);
        assert.ok(street <= Math.max(light + step + 1e-9, floor), `${street} over ${light} by more than ${step}`);
      },
    ),
  );
});

test("read back, a level is the light it was sent for, within one arc level", () => {
  fc.assert(
    fc.property(fc.integer({ min: 40, max: 254 }), ages, (arc, { hours }) => {
      const light = fromArc(arc, "logarithmic");
      const gear = gearLevel({ curve: "logarithmic" }, upkeep, light, hours, now);
      assert.ok(Math.abs(toArc(lightOf(upkeep, gear, hours, now), "logarithmic") - arc) <= 1);
    }),
  );
});

test("off is off, and a lamp without losses is told the light itself", () => {
  assert.is(gearLevel({ curve: "linear" }, upkeep, level(0), 0, now), 0);
  const none: Upkeep = { curve: [] };
  assert.is(gearLevel({ curve: "logarithmic" }, none, level(37.3), 5, now), 37.3);
  assert.is(maintenance(none, 5, now), 1);
});

test("a curve has growing hours and never growing light", () => {
  assert.is(curveProblem(upkeep.curve), null);
  const at = (hours: number, percent: number) => ({ hours, percent });
  assert.is(curveProblem([at(10, 100), at(10, 90)]), "10 h follows 10 h");
  assert.is(curveProblem([at(0, 90), at(10, 95)]), "95 % at 10 h is more than 90 % before");
});

test.run();
