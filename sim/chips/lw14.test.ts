import { test } from "uvu";
import * as assert from "uvu/assert";
import { instant, milliseconds, watts } from "../../controllers/units.ts";
import { queryActualLevel } from "../../firmware/dali/commands/gear.ts";
import { forward16, forward24 } from "../../firmware/dali/frame.ts";
import { decodeStatus, encodeCommand, LW14 } from "../../firmware/gateways/lw14-registers.ts";
import { type Heard, SimulatedBus } from "../bus.ts";
import { VirtualClock } from "../clock.ts";
import { Gear } from "../gear.ts";
import { SeededRandom } from "../random.ts";
import { SimulatedLw14 } from "./lw14.ts";

function made(is: Readonly<Record<string, string>> = {}) {
  const clock = new VirtualClock(instant(0));
  const random = new SeededRandom(4);
  const bus = new SimulatedBus(clock, random);
  const gear = new Gear({ clock, random, address: 5, power: watts(60) });
  bus.add(gear);
  const heard: Heard[] = [];
  bus.onFrame((frame) => heard.push(frame));
  const chip = new SimulatedLw14(bus, { is });
  const read = (register: number, count: number) => {
    chip.write(Uint8Array.of(register));
    return [...chip.read(count)];
  };
  const status = () => decodeStatus(read(LW14.status, 1)[0] as number);
  const pass = (ms: number) => clock.advance(milliseconds(ms));
  return { bus, gear, heard, chip, read, status, pass };
}

const IDLE = decodeStatus(0);
const query = queryActualLevel(5).frame;

test("a query: busy until it is sent, then its timeframe, then the answer until it is read", async () => {
  const { chip, heard, read, status, pass } = made();
  assert.equal(status(), IDLE);
  chip.write(encodeCommand(query));
  assert.equal(status(), { ...IDLE, busy: true });
  await pass(14);
  assert.is(status().busy, true);
  await pass(0.5);
  assert.equal(status(), { ...IDLE, timeframe: true });
  await pass(18);
  assert.equal(status(), { ...IDLE, valid: true, received: 1 });
  assert.equal(status(), { ...IDLE, valid: true, received: 1 });
  assert.equal(read(LW14.command, 1), [254]);
  assert.equal(status(), IDLE);
  assert.is(heard.length, 2);
});

test("what is written while it is busy is ignored", async () => {
  const { chip, heard, pass } = made();
  chip.write(encodeCommand(query));
  chip.write(encodeCommand(query));
  await pass(100);
  assert.is(heard.filter(({ kind }) => kind === "forward").length, 1);
});

test("frames of others are kept, the last of them; none of it is valid as an answer", async () => {
  const { bus, read, status, pass } = made();
  bus.transmit({ frame: forward24(0x123456), priority: 3, twice: false });
  await pass(25);
  assert.equal(status(), { ...IDLE, received: 3 });
  assert.equal(read(LW14.command, 3), [0x12, 0x34, 0x56]);
  bus.transmit({ frame: query, priority: 3, twice: false });
  await pass(100);
  assert.equal(status(), { ...IDLE, overrun: true, received: 1 });
  assert.equal(read(LW14.command, 1), [254]);
  assert.equal(status(), IDLE);
});

test("an answer that nobody can read is a frame error until the command register is read", async () => {
  const { bus, chip, read, status, pass } = made();
  bus.noisy = true;
  chip.write(encodeCommand(query));
  await pass(50);
  assert.equal(status(), { ...IDLE, frameError: true });
  read(LW14.command, 1);
  assert.equal(status(), IDLE);
});

test("a bus without power is a fault; what is written meanwhile never goes out", async () => {
  const { bus, chip, heard, status, pass } = made();
  chip.write(encodeCommand(query));
  bus.setPower(false);
  assert.equal(status(), { ...IDLE, fault: true });
  chip.write(encodeCommand(query));
  await pass(100);
  bus.setPower(true);
  await pass(100);
  assert.equal(status(), IDLE);
  assert.is(heard.length, 0);
});

test("it may hear itself", async () => {
  const { chip, read, status, pass } = made({ echo: "yes" });
  chip.write(encodeCommand(forward16(0xff05)));
  await pass(15);
  assert.equal(status(), { ...IDLE, timeframe: true, received: 2 });
  assert.equal(read(LW14.command, 2), [0xff, 0x05]);
});

test("a read without a register before it is of the status; there is a signature, and nothing else", () => {
  const { chip, read } = made();
  assert.equal(read(LW14.signature, 6), [0x4c, 0x57, 0x31, 0x34, 1, 0]);
  assert.equal([...chip.read(1)], [0]);
  assert.equal(read(0x55, 2), [0xff, 0xff]);
});

test("without its supply it forgets what it had", async () => {
  const { bus, chip, status, pass } = made();
  bus.transmit({ frame: query, priority: 3, twice: false });
  await pass(100);
  chip.write(encodeCommand(query));
  chip.powerCycle();
  assert.equal(status(), IDLE);
});

test.run();
