import { test } from "uvu";
import * as assert from "uvu/assert";
import { instant, milliseconds } from "../../controllers/units.ts";
import { conversionTime, INA226, signed } from "../../firmware/sensors/ina226-registers.ts";
import { VirtualClock } from "../clock.ts";
import { SimulatedIna226 } from "./ina226.ts";

function setUp(shunt = 0.002, supply = 12) {
  const clock = new VirtualClock(instant(1e12));
  const chip = new SimulatedIna226(clock, { shunt, supply });
  const read = (register: number) => {
    chip.write(Uint8Array.of(register));
    const [high, low] = chip.read(2) as unknown as [number, number];
    return (high << 8) | low;
  };
  const write = (register: number, value: number) => chip.write(Uint8Array.of(register, value >> 8, value & 255));
  return { clock, chip, read, write };
}

test("wakes with the values of table 7-1 and says who it is", () => {
  const { read } = setUp();
  assert.is(read(INA226.config), 0x4127);
  for (const register of [1, 2, 3, 4, 5, 6, 7]) assert.is(read(register), 0, `${register}`);
  assert.is(read(INA226.manufacturer), 0x5449);
  assert.is(read(INA226.die), 0x2260);
  assert.is(read(0x30), 0);
});

test("the worked example of the data sheet (8.2.1): 10 A over 2 milliohms at 12 V", async () => {
  const { clock, chip, read, write } = setUp();
  write(INA226.calibration, 0x0a00);
  chip.show(119.8);
  chip.supply = 11.98;
  await clock.advance(milliseconds(3));
  assert.is(read(INA226.shunt), 8000);
  assert.is(read(INA226.bus), 9584);
  assert.is(read(INA226.current), 10_000);
  assert.is(read(INA226.power), 4792); // x 25 mW = 119.8 W
});

test("without calibration it knows no current", async () => {
  const { clock, chip, read } = setUp();
  chip.show(100);
  await clock.advance(milliseconds(3));
  assert.ok(read(INA226.shunt) > 0);
  assert.is(read(INA226.current), 0);
  assert.is(read(INA226.power), 0);
});

test("conversions take their time, and the flag tells once of each", async () => {
  assert.ok(Math.abs(conversionTime(0x4127) - 2.2) < 1e-9);
  assert.ok(Math.abs(conversionTime(0x4927) - 281.6) < 1e-9);
  assert.ok(Math.abs(conversionTime(0x4fff) - 1024 * 16.488) < 1e-9);
  const { clock, chip, read, write } = setUp();
  write(INA226.config, 0x4927);
  chip.show(50);
  await clock.advance(milliseconds(281));
  assert.is(read(INA226.mask) & 8, 0);
  assert.is(read(INA226.shunt), 0);
  await clock.advance(milliseconds(1));
  assert.is(read(INA226.mask) & 8, 8);
  assert.is(read(INA226.mask) & 8, 0);
  const before = read(INA226.shunt);
  assert.ok(before > 0);
  chip.show(100);
  assert.is(read(INA226.shunt), before, "not before the conversion ends");
  await clock.advance(milliseconds(282));
  assert.ok(Math.abs(read(INA226.shunt) - 2 * before) <= 1);
});

test("what ended before a change shows what was before it, however late it is read", async () => {
  const { clock, chip, read } = setUp();
  chip.show(50);
  await clock.advance(milliseconds(3));
  chip.show(100);
  assert.ok(Math.abs(read(INA226.shunt) - 3333) <= 1, `${read(INA226.shunt)}`);
});

test("triggered modes convert once, powered down never, and shunt or bus alone where told", async () => {
  const { clock, chip, read, write } = setUp();
  chip.show(50);
  write(INA226.config, 0x4120);
  await clock.advance(milliseconds(100));
  assert.is(read(INA226.mask) & 8, 0);
  write(INA226.config, 0x4121); // shunt, once
  await clock.advance(milliseconds(100));
  assert.is(read(INA226.mask) & 8, 8);
  assert.ok(read(INA226.shunt) > 0);
  assert.is(read(INA226.bus), 0);
  await clock.advance(milliseconds(100));
  assert.is(read(INA226.mask) & 8, 0);
});

test("more than 81.92 mV is shown as 81.92 mV; backwards is negative; too large a product is told", async () => {
  const { clock, chip, read, write } = setUp();
  write(INA226.calibration, 2048);
  chip.show(1000);
  await clock.advance(milliseconds(3));
  assert.is(read(INA226.shunt), 0x7fff);
  assert.is(read(INA226.mask) & 4, 0);
  chip.show(-24);
  await clock.advance(milliseconds(3));
  assert.is(signed(read(INA226.shunt)), -1600);
  assert.is(signed(read(INA226.current)), -1600);
  assert.is(read(INA226.power), 768);
  write(INA226.calibration, 0x7fff);
  chip.show(400);
  await clock.advance(milliseconds(3));
  assert.is(read(INA226.mask) & 4, 4);
});

test("the reset bit and a lost supply set all as at first", async () => {
  for (const reset of ["bit", "supply"] as const) {
    const { clock, chip, read, write } = setUp();
    write(INA226.calibration, 2048);
    write(INA226.limit, 0x1234);
    write(INA226.mask, 0xffff);
    chip.show(100);
    await clock.advance(milliseconds(3));
    assert.is(read(INA226.limit), 0x1234);
    assert.is(read(INA226.mask) & 0xfff3, 0xfff3);
    if (reset === "bit") write(INA226.config, 0xffff);
    else chip.powerCycle();
    assert.is(read(INA226.config), 0x4127);
    for (const register of [1, 2, 3, 4, 5, 6, 7]) assert.is(read(register), 0, `${reset} ${register}`);
  }
});

test.run();
