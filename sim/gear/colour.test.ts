import { test } from "uvu";
import * as assert from "uvu/assert";
import { milliseconds, seconds } from "../../controllers/units.ts";
import * as colour from "../../firmware/dali/commands/colour.ts";
import * as cmd from "../../firmware/dali/commands/gear.ts";
import type { ColourOptions } from "./colour.ts";
import { gearRig } from "./test-rig.ts";

const TUNABLE: ColourOptions = { tc: { coolest: 154, warmest: 455 } };

function rig(options: ColourOptions = TUNABLE) {
  const made = gearRig({ colour: options });
  const { load, say, byte, gear } = made;
  const wide = (value: number) => [value & 0xff, value >> 8];
  /** Loads a temporary colour temperature. */
  const warm = (mirek: number) => {
    load(...wide(mirek));
    say(colour.setTemporaryColourTemperature(5));
  };
  const value = (number: number) => {
    load(number);
    const high = byte(colour.queryColourValue(5));
    return gear.dtr1 === high && number !== gear.dtr0 ? ((high ?? 0) << 8) | gear.dtr0 : high;
  };
  const tc = () => gear.colour?.now[2];
  return { ...made, wide, warm, value, tc };
}

test("a temporary colour waits for ACTIVATE, and then is no more", () => {
  const { say, warm, tc, value } = rig();
  assert.is(tc(), 455, "as warm as it can at first");
  warm(250);
  assert.equal([tc(), value(194)], [455, 250]);
  say(colour.activate(5));
  assert.equal([tc(), value(2), value(194)], [250, 250, 0xffff]);
  say(colour.activate(5));
  assert.is(tc(), 250);
});

test("a level command activates too, fading in the same time; unless told not to", async () => {
  const { clock, gear, set, once, say, warm, tc, load } = rig();
  set(4, cmd.setFadeTime(5));
  warm(255);
  once(cmd.dapc(5, 100));
  await clock.advance(milliseconds(1000));
  assert.equal([gear.arc, tc()], [177, 355]);
  await clock.advance(milliseconds(1000));
  assert.equal([gear.arc, tc()], [100, 255]);
  load(0);
  say(colour.storeGearFeaturesStatus(5));
  warm(300);
  once(cmd.dapc(5, 50));
  await clock.advance(seconds(3));
  assert.equal([gear.arc, tc()], [50, 255]);
  say(colour.activate(5));
  await clock.advance(milliseconds(1000));
  assert.is(tc(), 278);
});

test("Tc keeps to its limits, says so, and the limits can be set", () => {
  const { ask, say, load, wide, warm, tc, value } = rig();
  const outOfRange = () => {
    const status = ask(colour.queryColourStatus(5));
    return status.kind === "value" && status.value.tcActive && status.value.tcOutOfRange;
  };
  warm(100);
  say(colour.activate(5));
  assert.equal([tc(), outOfRange()], [154, true]);
  warm(200);
  say(colour.activate(5));
  assert.is(outOfRange(), false);
  load(...wide(333), colour.TC_LIMITS.warmest);
  say(colour.storeColourTemperatureLimit(5));
  assert.equal([value(128), value(129), value(130), value(131)], [154, 154, 333, 455]);
  warm(400);
  say(colour.activate(5));
  assert.is(tc(), 333);
  say(colour.colourTemperatureStepCooler(5));
  assert.is(tc(), 332);
});

test("reported values are those of the last QUERY ACTUAL LEVEL", async () => {
  const { clock, set, once, say, byte, warm, value } = rig();
  assert.is(value(226), 0xffff);
  set(4, cmd.setFadeTime(5));
  warm(255);
  say(colour.activate(5));
  await clock.advance(milliseconds(500));
  once(cmd.queryActualLevel(5));
  await clock.advance(milliseconds(500));
  assert.equal([value(226), value(2), value(240)], [405, 355, 0x20]);
  say(colour.copyReportToTemporary(5));
  assert.is(value(194), 405);
  assert.is(byte(cmd.queryExtendedVersionNumber(5, 8)), 2);
});

test("scenes keep a colour with their level", () => {
  const { gear, set, once, warm, tc, say } = rig();
  warm(222);
  set(120, cmd.setScene(5, 3));
  set(80, cmd.setScene(5, 4));
  once(cmd.goToScene(5, 4));
  assert.equal([gear.arc, tc()], [80, 455], "a scene without a colour leaves it");
  once(cmd.goToScene(5, 3));
  assert.equal([gear.arc, tc()], [120, 222]);
  say(cmd.removeFromScene(5, 3));
  warm(300);
  say(colour.activate(5));
  once(cmd.goToScene(5, 3));
  assert.equal([gear.arc, tc()], [120, 300]);
});

test("xy and RGBWAF are taken, told and stored where the gear has them, and not where it has not", () => {
  const { ask, load, say, wide, value } = rig({ xy: true, channels: 4 });
  load(...wide(20_000));
  say(colour.setTemporaryXCoordinate(5));
  load(...wide(21_000));
  say(colour.setTemporaryYCoordinate(5));
  say(colour.activate(5));
  assert.equal([value(0), value(1), value(2)], [20_000, 21_000, 0xffff]);
  say(colour.xCoordinateStepUp(5));
  assert.is(value(0), 20_256);
  load(10, 20, 30);
  say(colour.setTemporaryRgbDimlevel(5));
  load(40, 255, 255);
  say(colour.setTemporaryWafDimlevel(5));
  say(colour.activate(5));
  assert.equal([9, 10, 11, 12, 13].map(value), [10, 20, 30, 40, 255]);
  const features = ask(colour.queryColourTypeFeatures(5));
  assert.ok(features.kind === "value");
  const { ask: askOther, warm, say: tell, tc } = rig({ xy: true });
  warm(300);
  tell(colour.activate(5));
  assert.is(tc(), 0xffff);
  assert.equal(askOther(colour.queryColourStatus(5)).kind, "value");
});

test.run();
