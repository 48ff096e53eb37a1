import { test } from "uvu";
import * as assert from "uvu/assert";
import { commands } from "./catalogue.ts";
import * as colour from "./commands/colour.ts";
import * as device from "./commands/device.ts";
import * as emergency from "./commands/emergency.ts";
import * as gear from "./commands/gear.ts";
import * as instance from "./commands/instance.ts";
import * as led from "./commands/led.ts";
import { COLLISION, NO_REPLY } from "./gateway.ts";
import { answerText } from "./reading.ts";

const byte = (value: number) => ({ kind: "byte", value }) as const;

test("an answer is told in words", () => {
  const told: readonly (readonly [{ row: (typeof commands)[number] }, number, string])[] = [
    [gear.queryStatus, 0x06, "lamp failure, lamp on"],
    [gear.queryStatus, 0x00, "none"],
    [gear.queryActualLevel, 254, "254 (100 %)"],
    [gear.queryActualLevel, 170, "170 (10.1 %)"],
    [gear.queryActualLevel, 255, "MASK"],
    [gear.queryLampFailure, 255, "yes"],
    [gear.queryDeviceType, 6, "6 (LED modules)"],
    [gear.queryDeviceType, 200, "200 (reserved)"],
    [gear.queryVersionNumber, 8, "8 (version 2.0)"],
    [gear.queryFadeTimeFadeRate, 0x47, "fade time 4 (2 s), fade rate 7 (44.7 steps/s)"],
    [gear.queryExtendedFadeTime, 0x23, "35 (4 s)"],
    [gear.queryGroups8To15, 0x81, "8, 15"],
    [gear.queryShortAddress, 0x7f, "A63"],
    [gear.queryRandomAddressH, 0x0a, "bits 23-16 are 0x0A"],
    [gear.off, 3, "0x03, though no answer belongs to it"],
    [led.queryFastFadeTime, 27, "675 ms"],
    [led.queryFailureStatus, 0x41, "short circuit, thermal overload"],
    [colour.queryColourTypeFeatures, 0b01101110, "Tc, 3 primaries, 3 RGBWAF channels"],
    [colour.queryRgbwafControl, 0x43, "red, green; colour control"],
    [colour.queryGearFeaturesStatus, 0x03, "automatic activation, reserved bits 0x02"],
    [emergency.queryBatteryCharge, 127, "50 %"],
    [emergency.queryRatedDuration, 90, "180 min"],
    [device.queryShortAddress, 63, "A63"],
    [instance.queryInstanceType, 3, "3 (occupancy)"],
    [instance.queryEventScheme, 2, "2 (device instance)"],
  ];
  for (const [{ row }, value, words] of told) assert.is(answerText(row.reading, byte(value)), words, row.name);
});

test("silence and a spoilt answer say something else for a question than for a yes or no", () => {
  assert.is(answerText(gear.queryLampFailure.row.reading, NO_REPLY), "no");
  assert.is(answerText(gear.queryLampFailure.row.reading, COLLISION), "yes, from several");
  assert.is(answerText(gear.queryStatus.row.reading, NO_REPLY), "no answer");
  assert.match(answerText(gear.queryStatus.row.reading, COLLISION), /several answers at once/);
  assert.is(answerText(gear.off.row.reading, NO_REPLY), "done");
});

test("every row has words for every answer", () => {
  for (const { name, reading } of commands) {
    for (let value = 0; value < 256; value++) {
      const words = answerText(reading, byte(value));
      assert.ok(words.length > 0 && !/undefined|NaN/.test(words), `${name} ${value}: ${words}`);
    }
  }
});

test("named bits are put together as they are read", () => {
  const { reading } = gear.queryStatus.row;
  for (let value = 0; value < 256; value++) {
    const read = reading.read(byte(value));
    assert.ok(read.kind === "value" && reading.byteOf(read.value) === value);
  }
  assert.is(device.queryDeviceStatus.row.reading.byteOf({ quiescentMode: true, resetState: true }), 0x42);
  assert.is(colour.queryGearFeaturesStatus.row.reading.byteOf({ automaticCalibrationSupported: true }), 0x40);
});

test("mirek and kelvin are each other's inverse, and nonsense is refused", () => {
  assert.is(colour.mirek(4000), 250);
  assert.is(Math.round(colour.kelvin(colour.mirek(2700))), 2703);
  assert.throws(() => colour.mirek(0), /colour temperature is 0 K/);
  assert.throws(() => colour.mirek(10), /colour temperature is 10 K/);
});

test.run();
