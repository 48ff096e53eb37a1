import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Reading } from "../../controllers/model.ts";
import { instant, level, milliseconds, seconds } from "../../controllers/units.ts";
import { SimulatedMcp4728 } from "../../sim/chips/mcp4728.ts";
import { VirtualClock } from "../../sim/clock.ts";
import { type I2cDevice, SimulatedI2c } from "../../sim/i2c.ts";
import { SeededRandom } from "../../sim/random.ts";
import { silent } from "../hal/log.ts";
import { mcp4728 } from "./mcp4728.ts";
import { channelWrite, decodeAll, decodeSetting, encodeSetting, storedWrite } from "./mcp4728-registers.ts";

const ADDRESS = 0x60;

function setUp(failSafe = 100, lamps = [0, 1, 3]) {
  const clock = new VirtualClock(instant(1e12));
  const bus = new SimulatedI2c("i2c1");
  const chip = new SimulatedMcp4728(clock);
  bus.devices.set(ADDRESS, chip);
  const start = (as = failSafe) => {
    const readings: Reading[] = [];
    const stop = new AbortController();
    const line = mcp4728({
      id: "output/1",
      i2c: async () => bus,
      address: ADDRESS,
      lamps: lamps.map((channel) => ({ id: `lamp/dac/${channel}`, channel })),
      failSafe: level(as),
      fadeTime: seconds(2),
      clock,
      random: new SeededRandom(1),
      log: silent,
    });
    const running = line.run((reading) => readings.push(reading), stop.signal);
    return {
      line,
      faults: () => readings.flatMap((reading) => (reading.kind === "fault" ? [reading.fault] : [])),
      end: async () => {
        stop.abort();
        await clock.run(running, milliseconds(0));
      },
    };
  };
  return { clock, bus, chip, start };
}

test("the bytes of DS22187E: multi-write (figure 5-8) and single write (figure 5-10)", () => {
  assert.equal([...channelWrite(0, 0)], [0b0100_0000, 0b1001_0000, 0x00]);
  assert.equal([...channelWrite(3, 10)], [0b0100_0110, 0b1001_1111, 0xff]);
  assert.equal([...channelWrite(1, 5)], [0b0100_0010, 0b1001_1000, 0x00]);
  assert.equal([...storedWrite(2, 10)], [0b0101_1100, 0b1001_1111, 0xff]);
  for (const channel of [-1, 4, 0.5, Number.NaN])
    assert.throws(() => channelWrite(channel, 0), /channel is .*: allowed 0 to 3/);
});

test("a setting survives, each of them", () => {
  for (let word = 0; word < 0x10000; word++) {
    const [high, low] = encodeSetting(decodeSetting(word >> 8, word & 0xff));
    if (((high << 8) | low) !== word) assert.unreachable(`0x${word.toString(16)} became ${high} ${low}`);
  }
});

test("only what an MCP4728 says is taken for its state", () => {
  const chip = new SimulatedMcp4728(new VirtualClock(instant(1e12)));
  assert.is(decodeAll(chip.read(24))?.length, 4);
  assert.is(decodeAll(chip.read(23)), null);
  assert.is(decodeAll(new Uint8Array(24)), null);
  assert.is(decodeAll(new Uint8Array(24).fill(0xff)), null);
  for (const at of [0, 3, 6, 9, 12, 15, 18, 21])
    for (const bit of [0x40, 0x20, 0x10, 0x08]) {
      const bytes = chip.read(24);
      bytes[at] = (bytes[at] as number) ^ bit;
      assert.is(decodeAll(bytes), null, `bit ${bit} of byte ${at}`);
    }
  fc.assert(fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => void decodeAll(bytes)));
});

test("its EEPROM is given the fail-safe level of its lamps, once", async () => {
  const { clock, chip, start } = setUp(90);
  const { faults, end } = start();
  await clock.advance(seconds(1));
  assert.is(chip.wear, 3);
  await end();
  chip.powerCycle();
  for (const channel of [0, 1, 3]) assert.ok(Math.abs(chip.volts(channel) - 9) < 0.002, `${channel}`);
  assert.is(chip.volts(2), 0, "a channel without a lamp stays dark");
  const again = start();
  await clock.advance(seconds(60));
  assert.is(chip.wear, 3);
  await again.end();
  const changed = start(70);
  await clock.advance(seconds(1));
  assert.is(chip.wear, 6);
  assert.equal([...faults(), ...again.faults(), ...changed.faults()], []);
  await changed.end();
});

test("levels are given after the EEPROM was written, not ignored while it is", async () => {
  const { clock, chip, start } = setUp();
  const { line, end } = start();
  line.apply([0, 1, 3].map((channel) => ({ ...STEP, lamp: `lamp/dac/${channel}` })));
  await clock.advance(seconds(1));
  for (const channel of [0, 1, 3]) assert.ok(Math.abs(chip.volts(channel) - 4) < 0.002, `${channel}`);
  assert.is(chip.ignored, 0);
  await end();
});

const STEP = { kind: "level", line: "output/1", lamp: "", level: level(40), rank: "adaptive" } as const;

test("an EEPROM that does not keep, or is never done, is a fault", async () => {
  for (const wrong of [
    (bytes: Uint8Array) => bytes.fill(0, 4, 6),
    (bytes: Uint8Array) => {
      for (let at = 0; at < 24; at += 3) bytes[at] = (bytes[at] as number) & 0x7f;
      return bytes;
    },
  ]) {
    const { clock, bus, chip, start } = setUp();
    const worn: I2cDevice = { write: (bytes) => chip.write(bytes), read: (count) => wrong(chip.read(count)) };
    bus.devices.set(ADDRESS, worn);
    const { faults, end } = start();
    await clock.advance(seconds(20));
    assert.equal(faults(), ["protocol"]);
    await end();
  }
});

test("another chip at its address is a fault, and is written nothing", async () => {
  const { clock, bus, start } = setUp();
  const written: number[] = [];
  bus.devices.set(ADDRESS, {
    write: (bytes) => void written.push(...bytes),
    read: (count) => new Uint8Array(count).fill(0xff),
  });
  const { faults, end } = start();
  await clock.advance(seconds(20));
  assert.equal(faults(), ["protocol"]);
  assert.equal(written, []);
  await end();
});

test.run();
