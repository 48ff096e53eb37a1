import { test } from "uvu";
import * as assert from "uvu/assert";
import { hours, milliseconds, minutes, seconds } from "../../controllers/units.ts";
import * as cmd from "../../firmware/dali/commands/gear.ts";
import {
  BANK_0,
  BANK_1,
  BANK_202,
  BANK_205,
  BANK_206,
  type Bank,
  LATCH,
  UNLOCK,
} from "../../firmware/dali/memory/banks.ts";
import type { GearOptions } from "../gear.ts";
import { gearRig } from "./test-rig.ts";

function rig(options: Partial<GearOptions> = {}) {
  const made = gearRig({ memory: { luminaire: { text: "owl", year: 26 } }, ...options });
  const { load, byte, say, once } = made;
  const readByte = () => byte(cmd.readMemoryLocation(5));
  const bytes = (bank: number, at: number, length: number) => {
    load(at, bank);
    return Array.from({ length }, readByte);
  };
  const field = <B extends Bank>(bank: B, name: keyof B["fields"]) => {
    const of = (bank.fields as Bank["fields"])[name as string];
    assert.ok(of);
    const found = of.decode(bytes(bank.number, of.at, of.length) as number[]);
    return found.kind === "value" ? found.value : found.kind;
  };
  const write = (bank: number, at: number, values: readonly number[], { enable = true } = {}) => {
    if (enable) say(cmd.enableWriteMemory(5));
    load(at, bank);
    return values.map((value) => once(cmd.writeMemoryLocation(value)));
  };
  return { ...made, bytes, field, write };
}

test("bank 0 tells who it is; DTR0 counts up, past the end without an answer; an absent bank is silent", () => {
  const { gear, bytes, field, ask } = rig({ memory: { banks: [1, 202], gear: { gtin: "9010342013607" } } });
  assert.is(field(BANK_0, "gtin"), "9010342013607");
  assert.is(field(BANK_0, "lastBank"), 202);
  assert.match(String(field(BANK_0, "serial")), /^[0-9a-f]{16}$/);
  assert.equal(bytes(0, 0x19, 4), [1, 0, undefined, undefined]);
  assert.is(gear.dtr0, 0x1d);
  assert.equal(bytes(205, 3, 2), [undefined, undefined]);
  assert.equal(ask(cmd.queryContentDtr0(5)), { kind: "value", value: 3 });
  assert.equal(bytes(0, 0xff, 1), [undefined]);
  assert.is(gear.dtr0, 0xff);
});

test("the first edition has a serial of four bytes", () => {
  const { bytes } = rig({ version: 1 });
  assert.equal(
    bytes(0, 0x0e, 2).map((byte) => byte === undefined),
    [false, true],
  );
});

test("writing needs ENABLE WRITE MEMORY, an unlocked bank and a writable place, and is not there without them", () => {
  const { write, bytes, field, once, say } = rig();
  const text = BANK_1.fields.text.at;
  assert.equal(write(1, text, [65]), [undefined], "locked");
  once(cmd.queryStatus(5));
  assert.equal(write(1, 2, [UNLOCK], { enable: false }), [undefined], "not enabled");
  assert.equal(write(1, 2, [UNLOCK]), [UNLOCK]);
  assert.equal(write(1, text, [65, 66]), [65, 66]);
  assert.equal(field(BANK_1, "text"), "ABl");
  assert.equal(write(1, 0, [9]), [undefined], "the last location is not writable");
  assert.is(bytes(1, 0, 1)[0], 0x77);
  assert.equal(write(1, 2, [0]), [0]);
  assert.equal(write(1, text, [67]), [undefined], "locked again");
  say(cmd.enableWriteMemory(5));
  once(cmd.queryStatus(5));
  assert.equal(write(1, 2, [UNLOCK], { enable: false }), [undefined], "another command ends it");
  say(cmd.enableWriteMemory(5));
  once(cmd.queryContentDtr0(5));
  assert.equal(write(1, 2, [UNLOCK], { enable: false }), [UNLOCK], "not these");
});

test("what was written is kept without mains, the lock is not; RESET MEMORY BANK brings back what it was", async () => {
  const { clock, gear, write, field, set } = rig();
  write(1, 2, [UNLOCK]);
  write(1, BANK_1.fields.year.at, [31]);
  await clock.advance(seconds(1));
  write(1, BANK_1.fields.week.at, [12]);
  gear.setMains(false);
  gear.setMains(true);
  await clock.advance(seconds(1));
  assert.equal([field(BANK_1, "year"), field(BANK_1, "week")], [31, "unknown"]);
  assert.equal(write(1, BANK_1.fields.week.at, [12]), [undefined]);
  set(1, cmd.resetMemoryBank(5));
  assert.is(field(BANK_1, "year"), 31, "it is locked");
  write(1, 2, [UNLOCK]);
  set(1, cmd.resetMemoryBank(5));
  assert.is(field(BANK_1, "year"), 26);
});

test("a latched bank stands still; without the latch a value may be torn", async () => {
  const { clock, write, bytes, field } = rig();
  await clock.advance(hours(5));
  write(202, 2, [LATCH]);
  const before = bytes(202, 4, 12);
  await clock.advance(hours(3));
  assert.equal(bytes(202, 4, 12), before);
  const latched = field(BANK_202, "energy");
  write(202, 2, [0xff]);
  assert.ok((field(BANK_202, "energy") as number) > (latched as number));
});

test("energy is the exact integral of power, fades included, to the tenth of a mWh", async () => {
  const { clock, gear, once, set } = rig();
  set(8, cmd.setFadeTime(5));
  let [sum, last] = [0, gear.energy()];
  const step = 0.05;
  for (const level of [10, 254, 0, 128]) {
    once(cmd.dapc(5, level));
    for (let t = 0; t < 9000; t += step * 1000) {
      await clock.advance(milliseconds(step * 500));
      sum += (gear.power() * step) / 3600;
      await clock.advance(milliseconds(step * 500));
    }
  }
  const exact = gear.energy() - last;
  assert.ok(Math.abs(exact - sum) < 1e-4 * 5, `${exact} Wh against ${sum} Wh of the sum`);
  once(cmd.dapc(5, 254));
  await clock.advance(seconds(10));
  last = gear.energy();
  await clock.advance(hours(10));
  assert.ok(Math.abs(gear.energy() - last - 603) < 1e-6, "60.3 W for 10 h");
  assert.equal(clock.waiting(), []);
});

test("it is the same energy whoever asks in between", async () => {
  const run = async (ask: boolean) => {
    const { clock, gear, once, set } = rig();
    set(10, cmd.setFadeTime(5));
    gear.suffer({ cycling: { lit: 7000, dark: 3000 }, powerDrift: 0.5 });
    for (const level of [3, 254, 99]) {
      once(cmd.dapc(5, level));
      for (let i = 0; i < 37; i++) {
        await clock.advance(milliseconds(331));
        if (ask) gear.energy();
      }
    }
    return gear.energy();
  };
  const [often, once] = [await run(true), await run(false)];
  assert.ok(Math.abs(often - once) < 1e-9, `${often} ${once}`);
});

test("diagnostics: times, starts, temperatures that follow the power, conditions and how often they began", async () => {
  const { clock, gear, field, once, write } = rig();
  await clock.advance(hours(2));
  const hot = field(BANK_205, "temperature") as number;
  assert.ok(hot > 40 && hot < 50, `${hot}`);
  once(cmd.off(5));
  await clock.advance(minutes(10));
  const cooler = field(BANK_205, "temperature") as number;
  assert.ok(cooler < hot - 5 && cooler > 20, `${cooler} after 10 minutes`);
  await clock.advance(hours(2));
  assert.is(field(BANK_205, "temperature"), 15);
  assert.is(field(BANK_205, "operatingTime"), 4 * 3600 + 600);
  assert.equal([field(BANK_206, "onTime"), field(BANK_206, "starts")], [7200, 1]);
  gear.setMains(false);
  await clock.advance(hours(1));
  gear.setMains(true);
  await clock.advance(seconds(1));
  assert.equal([field(BANK_205, "starts"), field(BANK_206, "starts")], [2, 2]);
  assert.is(field(BANK_205, "operatingTime"), 4 * 3600 + 601);
  gear.suffer({ lamp: "open" });
  gear.suffer({ lamp: null, derating: 0.5 });
  gear.suffer({ lamp: "short" });
  assert.equal([field(BANK_206, "failure"), field(BANK_206, "failures")], [true, 2]);
  assert.equal([field(BANK_206, "short"), field(BANK_206, "open"), field(BANK_206, "opens")], [true, false, 1]);
  assert.equal([field(BANK_205, "derating"), field(BANK_205, "deratings")], [true, 1]);
  gear.suffer({ lamp: null, derating: 1, cycling: { lit: 1000, dark: 500 } });
  await clock.advance(seconds(15));
  assert.is(field(BANK_206, "shutdowns"), 10);
  write(206, 2, [UNLOCK]);
  write(206, BANK_206.fields.startsSinceReset.at, [0, 0, 0]);
  assert.is(field(BANK_206, "startsSinceReset"), 0);
  assert.is.not(field(BANK_206, "onTimeSinceReset"), 0);
});

test("slow memory: the first read of another bank is late, or not done", () => {
  const missing = rig({ memory: { slow: "missing" } });
  assert.equal(missing.bytes(0, 0x18, 3), [undefined, 0, 1]);
  assert.equal(missing.bytes(0, 0x18, 1), [0]);
  const late = rig({ memory: { slow: "late" } });
  late.load(0x18, 0);
  late.byte(cmd.readMemoryLocation(5));
  const after = () => late.gear.replyAfter({ next: () => 0.5 });
  assert.ok(after() > 12.4 && after() < 13.5);
  late.byte(cmd.readMemoryLocation(5));
  assert.ok(after() < 10.5);
});

test.run();
