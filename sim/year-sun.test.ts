import { test } from "uvu";
import * as assert from "uvu/assert";
import { equinox, utc } from "../controllers/test-site.ts";
import { hours } from "../controllers/units.ts";
import { sunOf } from "../firmware/almanac.ts";
import { darkIn, isDark, turnAfter } from "./year-sun.ts";

test("it is dark from sunset to sunrise", () => {
  assert.is(darkIn(equinox, utc("2025-03-20T17:30"), utc("2025-03-20T18:30")), hours(0.5));
  assert.is(darkIn(equinox, utc("2025-03-20T05:45"), utc("2025-03-20T06:45")), hours(0.25));
  assert.is(darkIn(equinox, utc("2025-03-20T12:00"), utc("2025-03-20T13:00")), 0);
  assert.is(darkIn(equinox, utc("2025-03-20T23:00"), utc("2025-03-21T00:00")), hours(1));
  assert.equal(
    ["05:59", "06:00", "17:59", "18:00"].map((time) => isDark(equinox, utc(`2025-03-20T${time}`))),
    [true, false, false, true],
  );
});

test("the sun's turns follow each other, each once", () => {
  const [rise, set] = [utc("2025-03-20T06:00"), utc("2025-03-20T18:00")];
  assert.equal(turnAfter(equinox, utc("2025-03-20T00:00")), { at: rise, dark: false });
  assert.equal(turnAfter(equinox, rise), { at: set, dark: true });
  assert.equal(turnAfter(equinox, set), { at: utc("2025-03-21T06:00"), dark: false });
});

test("a polar night ends in January; a sun that never turns has no next turn", () => {
  const tromso = sunOf(69.65, 18.96);
  const { at, dark } = turnAfter(tromso, utc("2025-12-10T12:00"));
  assert.is(dark, false);
  assert.ok(at > utc("2026-01-10T00:00") && at < utc("2026-01-20T00:00"), new Date(at).toISOString());
  assert.is(turnAfter(() => "down", utc("2025-12-10T12:00")).at, Number.POSITIVE_INFINITY);
  assert.is(
    darkIn(() => "down", utc("2025-12-10T12:00"), utc("2025-12-10T13:00")),
    hours(1),
  );
  assert.is(
    darkIn(() => "up", utc("2025-12-10T12:00"), utc("2025-12-10T13:00")),
    0,
  );
});

test.run();
