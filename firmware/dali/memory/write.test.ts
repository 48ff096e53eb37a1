import { test } from "uvu";
import * as assert from "uvu/assert";
import { milliseconds, minutes, seconds } from "../../../controllers/units.ts";
import { simulatedLine } from "../../../sim/simulated-line.ts";
import { dapc } from "../commands/gear.ts";
import { BANK_0, BANK_1, BANK_206, BANK_207 } from "./banks.ts";
import { readBank } from "./read.ts";
import { writeBank } from "./write.ts";

const line = (options: Parameters<typeof simulatedLine>[1] = {}) =>
  simulatedLine(2, { gear: () => ({ memory: { luminaire: { year: 25 } } }), ...options });
/** WRITE MEMORY LOCATION, with and without reply. */
const writes = (on: ReturnType<typeof line>) => {
  const bytes: number[] = [];
  on.bus.onFrame((heard) => {
    if (heard.kind === "forward" && [0xc7, 0xc9].includes(heard.frame.data >> 8)) bytes.push(heard.frame.data & 0xff);
  });
  return bytes;
};

test("unlocks, writes what differs, locks, and reads it back", async () => {
  const on = line();
  const sent = writes(on);
  const done = await on.run(writeBank(0, BANK_1, { year: 26, week: 9, text: "Mast 17" }));
  assert.equal(done, { kind: "written", bytes: 9 });
  assert.equal([sent[0], sent.at(-1), sent.length], [0x55, 0xff, 11]);
  const reading = await on.run(readBank(0, BANK_1));
  assert.ok(reading.kind === "read");
  assert.equal([reading.values.year, reading.values.week, reading.values.text], [26, 9, "Mast 17"]);
  assert.equal(await on.run(readBank(1, BANK_1, { fields: ["year"] })), { ...reading, values: { year: 25 } });
  on.gear[0]?.setMains(false);
  await on.clock.advance(seconds(1));
  on.gear[0]?.setMains(true);
  await on.clock.advance(seconds(2));
  const after = await on.run(readBank(0, BANK_1, { fields: ["text"] }));
  assert.ok(after.kind === "read" && after.values.text === "Mast 17", "it lasts");
});

test("what is there already is not written again", async () => {
  const on = line();
  await on.run(writeBank(0, BANK_1, { year: 26, week: 9 }));
  const sent = writes(on);
  assert.equal(await on.run(writeBank(0, BANK_1, { year: 26, week: 9 })), { kind: "written", bytes: 0 });
  assert.equal(sent, []);
  assert.equal(await on.run(writeBank(0, BANK_1, { year: 26, week: 10 })), { kind: "written", bytes: 1 });
  assert.equal(await on.run(writeBank(0, BANK_1, { week: null })), { kind: "written", bytes: 1 });
  const reading = await on.run(readBank(0, BANK_1, { fields: ["week"] }));
  assert.ok(reading.kind === "read" && reading.values.week === undefined);
});

test("each failure has its name", async () => {
  const on = line({ gear: (index) => ({ memory: { banks: index === 0 ? [1] : [206] } }) });
  assert.equal(await on.run(writeBank(0, BANK_207, { ratedLife: 100_000 })), { kind: "absent" });
  assert.equal(await on.run(writeBank(9, BANK_1, { year: 1 })), { kind: "silent", bytes: 0 });
  const protectedBytes = await line({ gear: () => ({ memory: {} }) });
  const gear = protectedBytes.gear[0];
  assert.ok(gear);
  const write = gear.memory.write.bind(gear.memory);
  // the maker's own protection: it says nothing and keeps what it has
  gear.memory.write = (value: number) => (gear.dtr0 >= 0x13 ? undefined : write(value));
  assert.equal(await protectedBytes.run(writeBank(0, BANK_1, { year: 26 })), {
    kind: "refused",
    location: 0x13,
    bytes: 0,
  });
  assert.throws(
    () => writeBank(0, BANK_0, { gtin: "4000000000006" }).next(),
    /gtin of bank 0 may not be written: allowed none/,
  );
  assert.throws(() => writeBank(0, BANK_206, { starts: 0 }).next(), /allowed startsSinceReset, onTimeSinceReset/);
  assert.throws(() => writeBank(0, BANK_1, { year: 300 }).next(), /year is 300/);
});

test("a user's level to the same gear, which ends its permission to write, costs a byte's repetition and nothing else", async () => {
  const on = line();
  const user = async () => {
    for (let i = 0; i < 30; i++) {
      await on.clock.sleep(milliseconds(120), "user");
      await on.scheduler.send(dapc(0, 100 + i), { priority: 2 });
    }
  };
  const text = "Rue de la Liberte 21000 Dijon";
  const work = on.scheduler.run(writeBank(0, BANK_1, { text }), { priority: 3 });
  const [done] = await on.clock.run(Promise.all([work, user()]), minutes(2));
  assert.equal(done, { kind: "written", bytes: text.length });
});

test("with noise, what is said to be written is there, and nothing else was touched", async () => {
  const outcomes: Record<string, number> = {};
  for (let seed = 1; seed <= 30; seed++) {
    const on = line({ seed, noise: { replyLost: 0.05, replySpoilt: 0.03, gearMisses: 0.03 } });
    const before = await line({ seed }).run(readBank(0, BANK_1));
    const done = await on.run(writeBank(0, BANK_1, { text: "Mast 17", lightOutput: 4321 }), minutes(5));
    outcomes[done.kind] = (outcomes[done.kind] ?? 0) + 1;
    on.bus.noise = undefined;
    const after = await on.run(readBank(0, BANK_1));
    assert.ok(after.kind === "read" && before.kind === "read");
    const { text, lightOutput, ...others } = after.values;
    if (done.kind === "written") assert.equal([text, lightOutput], ["Mast 17", 4321], `seed ${seed}`);
    assert.equal(others, before.values, `seed ${seed}`);
  }
  assert.ok((outcomes["written"] ?? 0) >= 27, JSON.stringify(outcomes));
});

test("a line that fails in the middle leaves the bank locked", async () => {
  const on = line();
  const sent = writes(on);
  const abort = new AbortController();
  const work = on.scheduler.run(writeBank(0, BANK_1, { text: "x".repeat(60) }), { priority: 3, signal: abort.signal });
  work.catch(() => {});
  while (sent.length < 5) await on.clock.advance(milliseconds(50));
  abort.abort(new Error("cut"));
  await on.clock.advance(seconds(2));
  assert.is(sent.at(-1), 0xff);
  const locked = await on.run(readBank(0, { ...BANK_1, fields: { lock: { ...BANK_1.fields.year, at: 2 } } }));
  assert.equal(locked.kind === "read" && locked.values, {}, "FF");
});

test.run();
