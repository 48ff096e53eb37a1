import { test } from "uvu";
import * as assert from "uvu/assert";
import type { SimulatedPin } from "../pin.ts";
import { SimulatedPca9535 } from "./pca9535.ts";

function setUp(pulled?: (line: number) => boolean) {
  const chip = new SimulatedPca9535(pulled);
  return {
    chip,
    write: (...bytes: number[]) => chip.write(Uint8Array.from(bytes)),
    read: (command: number, count: number) => {
      chip.write(Uint8Array.of(command));
      return [...chip.read(count)];
    },
  };
}
const pin = (chip: SimulatedPca9535, line: number) => chip.pins[line] as SimulatedPin;

test("wakes with all lines as inputs, outputs high, nothing inverted", () => {
  const { read, chip } = setUp();
  assert.equal(read(2, 2), [0xff, 0xff]);
  assert.equal(read(4, 2), [0, 0]);
  assert.equal(read(6, 2), [0xff, 0xff]);
  assert.is(chip.pins.length, 16);
});

test("a byte goes on to the other register of its pair, round and round", () => {
  const { write, read } = setUp();
  write(4, 0x11, 0x22, 0x33);
  assert.equal(read(4, 5), [0x33, 0x22, 0x33, 0x22, 0x33]);
  write(5, 0x44, 0x55);
  assert.equal(read(5, 2), [0x44, 0x55]);
  assert.equal(read(6, 2), [0xff, 0xff]);
});

test("inputs are the levels of the lines, inverted where it is told to", () => {
  const { chip, write, read } = setUp((line) => line < 8);
  assert.equal(read(0, 2), [0xff, 0x00]);
  pin(chip, 3).set(false);
  pin(chip, 15).set(true);
  assert.equal(read(0, 2), [0xf7, 0x80]);
  write(4, 0x0f, 0x80);
  assert.equal(read(0, 2), [0xf8, 0x00]);
});

test("a line is driven while it is an output, and takes the board's level when it is let go", () => {
  const { chip, write, read } = setUp((line) => line === 1);
  write(2, 0x01, 0x00);
  assert.is(pin(chip, 0).high, false, "not yet an output");
  write(6, 0xfc, 0xff);
  assert.equal([pin(chip, 0).high, pin(chip, 1).high, chip.isOutput(0), chip.isOutput(2)], [true, false, true, false]);
  assert.equal(read(0, 1), [0x01]);
  write(2, 0x02);
  assert.equal([pin(chip, 0).high, pin(chip, 1).high], [false, true]);
  write(2, 0x00);
  chip.powerCycle();
  assert.equal([pin(chip, 0).high, pin(chip, 1).high], [false, true]);
  assert.equal(read(6, 2), [0xff, 0xff]);
  assert.equal(read(2, 2), [0xff, 0xff]);
});

test("an input that the world drives is left alone by writes to the other port", () => {
  const { chip, write } = setUp(() => false);
  pin(chip, 9).set(true);
  write(6, 0x00, 0xff);
  write(2, 0xff, 0x00);
  assert.is(pin(chip, 9).high, true);
  assert.is(pin(chip, 7).high, true);
});

test("the input registers cannot be written, and only three bits of a command count", () => {
  const { chip, write, read } = setUp();
  write(0, 0x00, 0x00);
  assert.equal(read(0xf8, 2), [0xff, 0xff]);
  assert.ok(chip.pins.every(({ high }) => high));
});

test.run();
