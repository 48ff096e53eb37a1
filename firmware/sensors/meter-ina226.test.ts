import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Reading } from "../../controllers/model.ts";
import { instant, milliseconds, seconds } from "../../controllers/units.ts";
import { METER_CHIPS } from "../../sim/chips/list.ts";
import { VirtualClock } from "../../sim/clock.ts";
import { type I2cDevice, SimulatedI2c } from "../../sim/i2c.ts";
import { SeededRandom } from "../../sim/random.ts";
import { Fault } from "../hal/fault.ts";
import { type Log, silent } from "../hal/log.ts";
import { INA226 } from "./ina226-registers.ts";
import { METERS } from "./list.ts";

/** Nothing here is to be a defect of the code. */
const log: Log = {
  ...silent,
  error() {
    throw new Error("a defect was logged");
  },
};

const ADDRESS = 0x40;
const SHUNT = 0.001;

/** A chip that answers for some registers as the test says. */
const lying = (chip: I2cDevice, lies: Readonly<Record<number, number | (() => number)>>): I2cDevice => {
  let pointer = 0;
  return {
    write(bytes) {
      pointer = bytes[0] ?? pointer;
      chip.write(bytes);
    },
    read(count) {
      const lie = lies[pointer];
      const truth = chip.read(count);
      if (lie === undefined) return truth;
      const value = typeof lie === "number" ? lie : lie();
      return Uint8Array.of((value >> 8) & 0xff, value & 0xff);
    },
  };
};

function setUp(shunt = SHUNT) {
  const clock = new VirtualClock(instant(1e12));
  const bus = new SimulatedI2c("i2c1");
  const chip = METER_CHIPS.ina226(clock, shunt);
  bus.devices.set(ADDRESS, chip);
  const open = { buses: 0 };
  const sensor = METERS.ina226.create({
    id: "meter/1",
    i2c: async () => {
      if (!bus.present) throw new Fault("port-missing", "i2c1");
      open.buses++;
      return {
        name: bus.name,
        transfer: (...parts) => bus.transfer(...parts),
        close: async () => {
          open.buses--;
        },
      };
    },
    address: ADDRESS,
    shunt,
    clock,
    random: new SeededRandom(1),
    log,
  });
  const readings: Reading[] = [];
  const stop = new AbortController();
  const run = sensor.run((reading) => readings.push(reading), stop.signal);
  return {
    clock,
    bus,
    chip,
    sensor,
    open,
    /** What was reported while so many seconds passed. */
    async during(s: number) {
      readings.length = 0;
      await clock.advance(seconds(s));
      return {
        faults: readings.filter((reading) => reading.kind === "fault").map(({ fault }) => fault),
        powers: readings.filter((reading) => reading.kind === "power").map(({ power }) => power),
        others: readings.filter(({ kind }) => kind !== "fault" && kind !== "power"),
      };
    },
    async end() {
      stop.abort();
      await clock.run(run, milliseconds(0));
    },
  };
}

test("it says power and nothing else: the chip adds up no energy", async () => {
  const { chip, during, end } = setUp();
  chip.show(100);
  const { powers, others } = await during(150);
  assert.ok(powers.length > 70);
  assert.equal(others, []);
  await end();
});

test("more than its shunt can show is a fault, not a value", async () => {
  const { chip, during, end } = setUp(0.1);
  chip.show(15);
  assert.equal((await during(5)).faults, []);
  chip.show(30);
  const { faults, powers } = await during(20);
  assert.equal(faults, ["protocol"]);
  assert.equal(powers, []);
  chip.show(10);
  assert.equal((await during(10)).faults, [null]);
  await end();
});

test("current that flows backwards is a fault, a little noise is nothing", async () => {
  const { chip, during, end } = setUp();
  chip.show(-5);
  const noise = await during(5);
  assert.equal([noise.faults, [...new Set(noise.powers)]], [[], [0]]);
  chip.show(-50);
  const { faults, powers } = await during(10);
  assert.equal([faults, powers], [["protocol"], []]);
  await end();
});

test("another chip at its address, one that keeps no settings, and one that overflows are faults", async () => {
  for (const lies of [
    { [INA226.manufacturer]: 0x5448 },
    { [INA226.die]: 0x2270 },
    { [INA226.calibration]: 0 },
    { [INA226.config]: 0x4127 },
    { [INA226.mask]: 0x000c },
  ]) {
    const { bus, chip, during, end } = setUp();
    bus.devices.set(ADDRESS, lying(chip, lies));
    const { faults, powers } = await during(20);
    assert.equal([faults, powers], [["protocol"], []], JSON.stringify(lies));
    await end();
  }
});

test("a chip that measures nothing any more is silent; a flag that a repeated transfer took away is not that", async () => {
  const { bus, chip, during, end } = setUp();
  bus.devices.set(ADDRESS, lying(chip, { [INA226.mask]: 0 }));
  const { faults, powers } = await during(20);
  assert.equal([faults, powers], [["sensor-silent"], []]);
  await end();

  const twice = setUp();
  let looks = 0;
  twice.bus.devices.set(ADDRESS, lying(twice.chip, { [INA226.mask]: () => (looks++ % 2 === 0 ? 0 : 8) }));
  const seen = await twice.during(20);
  assert.equal(seen.faults, []);
  assert.ok(seen.powers.length >= 7);
  await twice.end();
});

test.run();
