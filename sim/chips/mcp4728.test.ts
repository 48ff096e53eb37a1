import { test } from "uvu";
import * as assert from "uvu/assert";
import { instant, milliseconds } from "../../controllers/units.ts";
import { decodeAll } from "../../firmware/outputs/mcp4728-registers.ts";
import { VirtualClock } from "../clock.ts";
import { SimulatedMcp4728 } from "./mcp4728.ts";

function setUp() {
  const clock = new VirtualClock(instant(1e12));
  const chip = new SimulatedMcp4728(clock);
  const states = () => {
    const all = decodeAll(chip.read(24));
    if (!all) throw new Error("not readable");
    return all;
  };
  return {
    clock,
    chip,
    write: (...bytes: number[]) => chip.write(Uint8Array.from(bytes)),
    codes: () => states().map(({ now }) => now.code),
    stored: () => states().map(({ stored }) => stored.code),
    states,
  };
}

test("fast write: codes from channel A on, as many as come, and nothing else changes", () => {
  const { write, codes, states } = setUp();
  write(0x01, 0x23, 0x14, 0x56, 0x07, 0x89);
  assert.equal(codes(), [0x123, 0x456, 0x789, 0]);
  assert.equal(
    states().map(({ now }) => now.powerDown),
    [0, 1, 0, 0],
  );
  assert.ok(states().every(({ now }) => now.internal && !now.double));
});

test("multi-write: any channels in any order, the last one of a channel counts", () => {
  const { write, codes, stored } = setUp();
  write(0b01000_110, 0x91, 0x11, 0b01000_000, 0x92, 0x22, 0b01000_110, 0x93, 0x33);
  assert.equal(codes(), [0x222, 0, 0, 0x333]);
  assert.equal(stored(), [0, 0, 0, 0]);
});

test("sequential write goes on to channel D, single write is one channel; both last", async () => {
  const { clock, write, chip, codes, stored, states } = setUp();
  write(0b01010_100, 0x91, 0x11, 0x92, 0x22);
  assert.equal(stored(), [0, 0, 0x111, 0x222]);
  assert.ok(states().every(({ ready }) => !ready));
  write(0x00, 0x01); // ignored: it writes its EEPROM
  assert.equal(codes(), [0, 0, 0x111, 0x222]);
  assert.is(chip.ignored, 1);
  await clock.advance(milliseconds(50));
  assert.ok(states().every(({ ready }) => ready));
  write(0b01011_010, 0x94, 0x44, 0x9f, 0xff);
  assert.equal(stored(), [0, 0x444, 0x111, 0x222]);
  await clock.advance(milliseconds(50));
  write(0x01, 0x23);
  assert.equal(codes(), [0x123, 0x444, 0x111, 0x222]);
  chip.powerCycle();
  assert.equal(codes(), [0, 0x444, 0x111, 0x222]);
  assert.is(chip.wear, 3);
});

test("references, doublers and power-down have writes of their own", () => {
  const { write, states } = setUp();
  write(0b1000_0101);
  assert.equal(
    states().map(({ now }) => now.internal),
    [false, true, false, true],
  );
  write(0b1100_1000);
  assert.equal(
    states().map(({ now }) => now.double),
    [true, false, false, false],
  );
  write(0b1010_0110, 0b1100_0000);
  assert.equal(
    states().map(({ now }) => now.powerDown),
    [1, 2, 3, 0],
  );
});

test("what it gives: the reference, the doubler and the amplifier, never more than 10 V", () => {
  const { write, chip } = setUp();
  const heard: [number, number][] = [];
  chip.onVolts = (channel, volts) => void heard.push([channel, volts]);
  write(0b01000_000, 0x9f, 0xff);
  assert.ok(Math.abs(chip.volts(0) - 10) < 1e-9, "doubled, all of it");
  write(0b01000_000, 0x8f, 0xff);
  assert.ok(Math.abs(chip.volts(0) - 5) < 1e-9, "not doubled");
  write(0b01000_000, 0x0f, 0xff);
  assert.is(chip.volts(0), 10, "the supply of 5 V is more than the amplifier can give");
  write(0b01000_000, 0xbf, 0xff);
  assert.is(chip.volts(0), 0, "off");
  write(0b01000_000, 0xbf, 0xff);
  assert.equal(
    heard.map(([channel, volts]) => [channel, Math.round(volts)]),
    [
      [0, 10],
      [0, 5],
      [0, 10],
      [0, 0],
    ],
  );
  assert.is(chip.volts(4), 0);
});

test("what is no command changes nothing and is counted", () => {
  const { write, chip, states } = setUp();
  const before = states();
  for (const bytes of [
    [],
    [0x00],
    [0b01000_000, 0x91],
    [0b01001_000, 1, 2],
    [0b01010_000, 1, 2],
    [0b111_00000],
    [0b101_00000],
  ])
    write(...bytes);
  assert.equal(states(), before);
  assert.is(chip.ignored, 7);
});

test.run();
