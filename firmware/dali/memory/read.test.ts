import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { duration, minutes, seconds, wattHours } from "../../../controllers/units.ts";
import type { GearOptions } from "../../../sim/gear.ts";
import { type SimulatedLine, simulatedLine } from "../../../sim/simulated-line.ts";
import type { Command } from "../command.ts";
import { dapc, dtr0, dtr1, dtr2, queryContentDtr0, readMemoryLocation, writeMemoryLocation } from "../commands/gear.ts";
import { BANK_0, BANK_1, BANK_202, BANK_205, BANK_206, BANK_207 } from "./banks.ts";
import { movesPointers } from "./pointer.ts";
import { readBank, spansOf } from "./read.ts";

const LUMINAIRE = {
  gtin: "4012345678901",
  serial: "00112233445566aa",
  year: 26,
  week: 9,
  nominalPower: 60,
  text: "Mast 17",
};
const d4i: Partial<GearOptions> = {
  memory: { gear: { serial: "0123456789abcdef" }, luminaire: LUMINAIRE, maintenance: { ratedLife: 100_000 } },
};
const line = (options: Parameters<typeof simulatedLine>[1] = {}, gear: Partial<GearOptions> = d4i) =>
  simulatedLine(2, { gear: () => gear, ...options });

/** Another master: it puts these frames on the wire every so many ms. */
function foreign(on: SimulatedLine, commands: () => readonly Command<unknown>[], every: number): () => void {
  let stop = () => {};
  const go = () => {
    for (const { frame, twice } of commands()) on.bus.transmit({ frame, twice, priority: 2 });
    stop = on.clock.after(every, "foreign master", go);
  };
  stop = on.clock.after(every, "foreign master", go);
  return () => stop();
}

test("reads what the gear's banks hold", async () => {
  const on = line();
  const own = await on.run(readBank(0, BANK_0));
  assert.ok(own.kind === "read");
  assert.is(own.values.serial, "0123456789abcdef");
  assert.is(own.values.gtin, "4000000000006");
  assert.is(own.values.lastBank, 207);
  assert.is(own.last, 0x1a);
  assert.is(own.values.part103, undefined, "MASK: it is no control device");
  const luminaire = await on.run(readBank(0, BANK_1));
  assert.ok(luminaire.kind === "read");
  assert.equal(luminaire.values, { ...LUMINAIRE, contentFormat: 3, colourTemperature: 3000 });
  const life = await on.run(readBank(0, BANK_207));
  assert.equal(life, { kind: "read", values: { version: 1, ratedLife: 100_000 }, later: [], last: 7 });
});

test("a bank that is not there is absent, gear that is not there silent", async () => {
  const on = line({}, { memory: { banks: [1] } });
  assert.equal(await on.run(readBank(0, BANK_202)), { kind: "absent" });
  assert.equal(await on.run(readBank(7, BANK_202)), { kind: "silent" });
});

test("energy that grows with every byte read is never torn apart at a carry", async () => {
  for (let start = 243; start < 257; start++) {
    const on = line();
    const gear = on.gear[0];
    assert.ok(gear);
    let counted = start;
    gear.energy = () => wattHours(counted++);
    const reading = await on.run(readBank(0, BANK_202));
    assert.ok(reading.kind === "read" && reading.values.energy !== undefined && reading.values.power !== undefined);
    const { energy, power } = reading.values;
    assert.ok(energy >= start && energy <= counted, `${energy}, while it went from ${start} to ${counted}`);
    assert.ok(Math.abs(power - 60.3) < 0.2);
  }
});

test("slow memory, whose first answer comes too late or never, is waited for", async () => {
  for (const slow of ["late", "missing"] as const) {
    const on = line({}, { memory: { slow, luminaire: LUMINAIRE } });
    const reading = await on.run(readBank(1, BANK_1));
    assert.ok(reading.kind === "read");
    assert.is(reading.values.text, LUMINAIRE.text, slow);
    assert.is(reading.values.serial, LUMINAIRE.serial);
  }
});

test("never a wrong value, whatever is lost: noise on answers and frames, each gear for itself", async () => {
  const outcomes: Record<string, number> = {};
  for (let seed = 1; seed <= 60; seed++) {
    const on = line({ seed, noise: { replyLost: 0.05, replySpoilt: 0.05, frameLost: 0.03, gearMisses: 0.03 } });
    const reading = await on.run(readBank(0, BANK_1));
    outcomes[reading.kind] = (outcomes[reading.kind] ?? 0) + 1;
    if (reading.kind !== "read") continue;
    for (const [name, value] of Object.entries(reading.values)) {
      const truth = { ...LUMINAIRE, contentFormat: 3, colourTemperature: 3000 } as Record<string, unknown>;
      assert.is(value, truth[name], `${name} with seed ${seed}`);
    }
    assert.is(reading.values.serial, LUMINAIRE.serial, "and all of it");
  }
  assert.ok((outcomes["read"] ?? 0) >= 57, JSON.stringify(outcomes));
});

/** Reads bank 0 against another master: never wrong. Counts what came of it. */
async function contend(banks: readonly number[], together: boolean): Promise<Record<string, number>> {
  const outcomes: Record<string, number> = {};
  const spoilers = fc.record({
    seed: fc.integer({ min: 1, max: 1e6 }),
    every: fc.integer({ min: 120, max: 3000 }),
    bank: fc.constantFrom(...banks),
    location: fc.integer({ min: 0, max: 40 }),
  });
  await fc.assert(
    fc.asyncProperty(spoilers, async ({ seed, every, bank, location }) => {
      const on = line({ seed });
      let heard = 0;
      on.bus.onFrame((frame) => {
        if (frame.kind === "forward" && frame.by === undefined && movesPointers(frame.frame)) heard++;
      });
      const frames = [dtr1(bank), dtr0(location), readMemoryLocation(0)];
      let i = 0;
      const stop = foreign(on, () => (together ? frames : frames.slice(i % 3, (i++ % 3) + 1)), every);
      const reading = await on.run(readBank(0, BANK_0, together ? {} : { others: () => heard }));
      stop();
      outcomes[reading.kind] = (outcomes[reading.kind] ?? 0) + 1;
      if (reading.kind !== "read") return;
      assert.is(reading.values.serial, "0123456789abcdef");
      assert.is(reading.values.gtin, "4000000000006");
      assert.is(reading.values.firmware, "1.0");
    }),
    { numRuns: 80, seed: 42 },
  );
  return outcomes;
}

test("another master in another bank shows in the pointers: the value is right, or told to be unsteady", async () => {
  const outcomes = await contend([1, 202, 205], true);
  assert.ok((outcomes["read"] ?? 0) > 20 && (outcomes["unsteady"] ?? 0) > 5, JSON.stringify(outcomes));
});

test("one in the same bank, or with its frames between ours, shows where the gateway tells of them", async () => {
  const outcomes = await contend([0, 0, 202], false);
  assert.ok((outcomes["read"] ?? 0) > 10 && (outcomes["unsteady"] ?? 0) > 5, JSON.stringify(outcomes));
});

test("a master that leaves the pointers as ours would be is seen by its frames, and only by them", async () => {
  const read = async (told: boolean) => {
    const on = line();
    let [reads, heard] = [0, 0];
    on.bus.onFrame((frame) => {
      if (frame.kind !== "forward") return;
      if (frame.by === undefined) heard += movesPointers(frame.frame) ? 1 : 0;
      else if (frame.frame.data === readMemoryLocation(0).frame.data) reads++;
      const late = frame.by !== undefined && frame.frame.data === readMemoryLocation(0).frame.data;
      // at the serial one back, four bytes later one on
      if (late && reads === 13) on.bus.transmit({ frame: dtr0(13).frame, twice: false, priority: 1 });
      if (late && reads === 17) on.bus.transmit({ frame: readMemoryLocation(0).frame, twice: false, priority: 1 });
    });
    const reading = await on.run(readBank(0, BANK_0, told ? { others: () => heard } : {}));
    return reading.kind === "read" ? reading.values.serial : reading.kind;
  };
  assert.is.not(await read(false), "0123456789abcdef", "the attack works");
  assert.is(await read(true), "0123456789abcdef");
});

test("what moves pointers", () => {
  for (const moves of [dtr0(1), dtr1(0), readMemoryLocation(3), writeMemoryLocation(1)]) {
    assert.is(movesPointers(moves.frame), true, moves.name);
  }
  for (const still of [dapc(3, 0xc5), queryContentDtr0(3), dtr2(3)])
    assert.is(movesPointers(still.frame), false, still.name);
  assert.is(movesPointers({ bits: 24, data: 0xa3 }), false);
});

test("a user's level goes between its steps, and the value is right all the same", async () => {
  const on = line();
  let sent = 0;
  let longest = 0;
  let at = 0;
  const user = async () => {
    for (let i = 0; i < 20; i++) {
      await on.clock.sleep(duration(137), "user");
      at = on.clock.monotonic();
      await on.scheduler.send(dapc(0, 100 + i), { priority: 2 });
      longest = Math.max(longest, on.clock.monotonic() - at);
      sent++;
    }
  };
  const [reading] = await on.clock.run(
    Promise.all([on.scheduler.run(readBank(0, BANK_206), { priority: 5 }), user()]),
    minutes(2),
  );
  assert.is(sent, 20);
  // the rest of one query, or of a command sent twice, and its own frame
  assert.ok(longest < 110, `${longest}`);
  assert.ok(reading.kind === "read" && reading.values.starts === 1, JSON.stringify(reading));
});

/** Gear that counts on but knows no latch, and answers each read of `from` to `to` in bank 205 with the next of `bytes`. */
async function unlatched(from: number, to: number, bytes: () => number) {
  const on = line();
  const gear = on.gear[0];
  assert.ok(gear);
  const { memory } = gear;
  const [write, read] = [memory.write.bind(memory), memory.read.bind(memory)];
  memory.write = (value) => {
    if (gear.dtr0 !== 2) return write(value);
    gear.dtr0 = 3;
    return undefined;
  };
  memory.read = () => {
    const at = gear.dtr0;
    const byte = read();
    return gear.dtr1 === 205 && at >= from && at <= to ? bytes() : byte;
  };
  return on;
}

test("gear that does not latch is read until two readings agree: a carry between two bytes shows", async () => {
  let [now, byte] = [0xfffe, 0];
  const on = await unlatched(4, 7, () => (now++ >>> (8 * (3 - (byte++ % 4)))) & 0xff);
  const reading = await on.run(readBank(0, BANK_205, { fields: ["operatingTime"] }));
  assert.ok(reading.kind === "read" && reading.values.operatingTime !== undefined);
  assert.ok(Math.abs(reading.values.operatingTime - now) <= 8, `${reading.values.operatingTime}, it is at ${now}`);
});

test("gear that does not latch, with a value to and fro over a carry: a leap of the last byte is no agreement", async () => {
  // 25.5 V, torn to 0, 25.5 V twice
  const bytes = [0x00, 0xff, 0x00, 0x00, 0x00, 0xff, 0x00, 0xff];
  const on = await unlatched(0x0b, 0x0c, () => bytes.shift() ?? 0);
  const reading = await on.run(readBank(0, BANK_205, { fields: ["supplyVoltage"] }));
  assert.ok(reading.kind === "read");
  assert.is(reading.values.supplyVoltage, 25.5);
});

test("gear that does not latch, with a value that has moved on: only what was read twice counts", async () => {
  const bytes = [0x01, 0x10, 0x02, 0x12, 0x02, 0x13];
  const on = await unlatched(0x0b, 0x0c, () => bytes.shift() ?? 0);
  const reading = await on.run(readBank(0, BANK_205, { fields: ["supplyVoltage"] }));
  assert.ok(reading.kind === "read");
  assert.is(reading.values.supplyVoltage, 53.1);
});

test("neighbouring fields are read at one go, distant ones not", () => {
  const { gtin, firmware, serial, hardware } = BANK_0.fields;
  assert.equal(spansOf([serial, gtin]), [
    { from: 3, to: 8 },
    { from: 11, to: 18 },
  ]);
  assert.equal(spansOf([gtin, firmware, hardware, serial]), [{ from: 3, to: 20 }]);
  assert.equal(spansOf([BANK_1.fields.text]), [
    { from: 0x3c, to: 0x5b },
    { from: 0x5c, to: 0x77 },
  ]);
  const whole = spansOf(Object.values(BANK_1.fields));
  assert.equal([whole[0]?.from, whole.at(-1)?.to], [3, 0x77]);
});

test("what reading costs on the wire, priority 5, ms", async () => {
  const costs: string[] = [];
  for (const [name, sequence, most] of [
    ["power", () => readBank(0, BANK_202, { fields: ["power"], last: 15 }), 700],
    ["energy and power", () => readBank(0, BANK_202, { fields: ["power", "energy"], last: 15 }), 1050],
    ["bank 205", () => readBank(0, BANK_205, { last: 28 }), 1800],
    ["bank 206", () => readBank(0, BANK_206, { last: 32 }), 2000],
    ["bank 207", () => readBank(0, BANK_207, { last: 7 }), 450],
    ["bank 0", () => readBank(0, BANK_0), 1700],
    ["bank 1", () => readBank(0, BANK_1), 6800],
  ] as const) {
    const on = line();
    const began = on.clock.monotonic();
    await on.clock.run(on.scheduler.run<unknown>(sequence(), { priority: 5 }), seconds(60));
    const took = Math.round(on.clock.monotonic() - began);
    costs.push(`${name} ${took}`);
    assert.ok(took < most, `${name}: ${took} ms`);
  }
  console.log(costs.join(", "));
});

test.run();
