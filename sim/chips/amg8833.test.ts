import { test } from "uvu";
import * as assert from "uvu/assert";
import { instant, milliseconds } from "../../controllers/units.ts";
import { AMG8833 } from "../../firmware/sensors/amg8833-registers.ts";
import { VirtualClock } from "../clock.ts";
import { SimulatedAmg8833 } from "./amg8833.ts";

function setUp(ambient = 12, seed = 7) {
  const clock = new VirtualClock(instant(1e12));
  const chip = new SimulatedAmg8833(clock, seed, ambient);
  const read = (register: number, count: number) => {
    chip.write(Uint8Array.of(register));
    return chip.read(count);
  };
  const picture = () => {
    const bytes = read(AMG8833.pixels, 128);
    return Array.from({ length: 64 }, (_, i) => {
      const word = (bytes[2 * i] as number) | ((bytes[2 * i + 1] as number) << 8);
      assert.ok(word < 0x1000, "12 bits");
      return ((word << 20) >> 20) / 4;
    });
  };
  return { clock, chip, read, picture, write: (...bytes: number[]) => chip.write(Uint8Array.from(bytes)) };
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const spread = (values: readonly number[]) => Math.sqrt(mean(values.map((value) => (value - mean(values)) ** 2)));

test("an empty street is as warm as its ground, with some tenths of noise", async () => {
  for (const ambient of [12, -5]) {
    const { clock, picture } = setUp(ambient);
    const all: number[] = [];
    for (let frame = 0; frame < 50; frame++) {
      all.push(...picture());
      await clock.advance(milliseconds(100));
    }
    assert.ok(Math.abs(mean(all) - ambient) < 0.05, `${mean(all)}`);
    assert.ok(spread(all) > 0.15 && spread(all) < 0.4, `${spread(all)}`);
  }
});

test("a picture lasts as long as its frame; one a second has less noise", async () => {
  const { clock, picture, write } = setUp();
  const first = picture();
  await clock.advance(milliseconds(99));
  assert.equal(picture(), first);
  await clock.advance(milliseconds(1));
  assert.not.equal(picture(), first);
  write(AMG8833.frameRate, 1);
  const slow: number[] = [];
  for (let frame = 0; frame < 20; frame++) {
    slow.push(...picture());
    await clock.advance(milliseconds(1000));
  }
  assert.ok(spread(slow) < 0.15, `${spread(slow)}`);
});

test("the same seed shows the same, another one something else", () => {
  assert.equal(setUp().picture(), setUp().picture());
  assert.not.equal(setUp().picture(), setUp(12, 8).picture());
});

test("people are warm spots where they are: columns to the right, rows up from the lower left", async () => {
  const { chip, picture } = setUp();
  chip.show([
    { x: 1.5, y: 6.5 },
    { x: 6.5, y: 0.5 },
  ]);
  const seen = picture();
  const at = (column: number, row: number) => seen[row * 8 + column] as number;
  assert.ok(at(1, 6) > 17 && at(6, 0) > 17, `${at(1, 6)} ${at(6, 0)}`);
  assert.ok(at(6, 6) < 14 && at(1, 1) < 14 && at(4, 3) < 14);
  assert.ok(at(2, 6) > at(3, 6), "cooler from its middle out");
  chip.show([]);
  assert.ok(Math.max(...picture()) < 14);
});

test("the thermistor is sign and magnitude, the pixels two's complement", () => {
  const { chip, read } = setUp();
  for (const [celsius, low, high] of [
    [25, 0x90, 0x01],
    [0.25, 0x04, 0x00],
    [-0.25, 0x04, 0x08],
    [-20, 0x40, 0x09],
  ] as const) {
    chip.housing = celsius;
    assert.equal([...read(AMG8833.thermistor, 2)], [low, high], `${celsius}`);
  }
});

test("settings are kept until a reset; asleep only its power can be set", () => {
  const { read, write, chip } = setUp();
  write(AMG8833.levels, 1, 2, 3, 4, 5, 6, 7);
  assert.equal([...read(AMG8833.levels, 6)], [1, 2, 3, 4, 5, 6]);
  assert.is.not(read(AMG8833.thermistor, 1)[0], 7);
  write(AMG8833.frameRate, 0xff);
  write(AMG8833.average, 0x20);
  assert.equal([read(AMG8833.frameRate, 1)[0], read(AMG8833.average, 1)[0]], [1, 0x20]);
  write(AMG8833.reset, AMG8833.initialReset);
  assert.equal([...read(0, 0x0e)], new Array(0x0e).fill(0));
  write(AMG8833.power, AMG8833.sleep);
  write(AMG8833.frameRate, 1);
  assert.equal([...read(AMG8833.pixels, 4)], [0, 0, 0, 0]);
  assert.is(read(AMG8833.power, 1)[0], AMG8833.sleep);
  write(AMG8833.power, AMG8833.normal);
  assert.is(read(AMG8833.frameRate, 1)[0], 0);
  assert.ok(read(AMG8833.pixels, 1)[0] !== 0);
  write(AMG8833.frameRate, 1);
  chip.powerCycle();
  assert.is(read(AMG8833.frameRate, 1)[0], 0);
});

test.run();
