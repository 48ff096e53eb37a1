import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Reading, Step } from "../../controllers/model.ts";
import { instant, level, milliseconds, seconds } from "../../controllers/units.ts";
import { VirtualClock } from "../../sim/clock.ts";
import { SimulatedGp8403 } from "../../sim/gp8403.ts";
import { SimulatedI2c } from "../../sim/i2c.ts";
import { SeededRandom } from "../../sim/random.ts";
import { Fault } from "../hal/fault.ts";
import { silent } from "../hal/log.ts";
import { gp8403 } from "./gp8403.ts";
import { channelWrite, decodeWrite, rangeWrite } from "./gp8403-registers.ts";

function setUp() {
  const clock = new VirtualClock(instant(1e12));
  const bus = new SimulatedI2c("i2c-1");
  const chip = new SimulatedGp8403();
  bus.devices.set(0x58, chip);
  const line = gp8403({
    id: "output/1",
    i2c: async () => {
      if (!bus.present) throw new Fault("port-missing", "i2c-1");
      return bus;
    },
    address: 0x58,
    lamps: [
      { id: "lamp/dac/0", channel: 0 },
      { id: "lamp/dac/1", channel: 1 },
    ],
    failSafe: level(100),
    fadeTime: seconds(2),
    clock,
    random: new SeededRandom(1),
    log: silent,
  });
  const readings: Reading[] = [];
  const stop = new AbortController();
  return {
    clock,
    bus,
    chip,
    line,
    run: () => line.run((reading) => readings.push(reading), stop.signal),
    stop,
    said: () =>
      readings
        .splice(0)
        .map((r) => (r.kind === "level" ? [r.source, r.level] : r.kind === "fault" ? [r.source, r.fault] : [r.kind])),
  };
}

const step = (channel: number, percent: number): Step => ({
  kind: "level",
  line: "output/1",
  lamp: `lamp/dac/${channel}`,
  level: level(percent),
  rank: "adaptive",
});

test("the bytes: 12 bits, left-aligned, low byte first; 10 V range", () => {
  assert.equal([...rangeWrite()], [0x01, 0x11]);
  assert.equal([...channelWrite(0, level(0))], [0x02, 0x00, 0x00]);
  assert.equal([...channelWrite(1, level(100))], [0x04, 0xf0, 0xff]);
  assert.equal([...channelWrite(0, level(50))], [0x02, 0x00, 0x80]);
  assert.throws(() => channelWrite(2, level(1)), /channel is 2: allowed 0 to 1/);
  assert.is(decodeWrite(Uint8Array.of(0x03, 1, 2)), null);
  assert.is(decodeWrite(Uint8Array.of(0x02, 1)), null);
  assert.equal(decodeWrite(Uint8Array.of(0x02, 0xff, 0xff)), { kind: "channel", channel: 0, fraction: 1 });
  for (let percent = 0; percent <= 100; percent++) {
    const write = decodeWrite(channelWrite(1, level(percent)));
    assert.ok(write?.kind === "channel" && write.channel === 1);
    assert.ok(Math.abs(write.fraction * 100 - percent) < 0.0125, `${percent}`);
  }
});

test("steps given before it is open are done once it is", async () => {
  const { clock, chip, line, run, stop, said } = setUp();
  line.apply([step(0, 30), step(0, 40)]);
  const running = run();
  await clock.advance(milliseconds(10));
  assert.equal(said(), [["lamp/dac/0", 40]]);
  assert.ok(Math.abs(chip.volts(0) - 4) < 0.002);
  assert.is(chip.volts(1), 0);
  stop.abort();
  await clock.run(running, milliseconds(0));
  assert.equal(clock.waiting(), []);
});

test("a change fades over 2 s in at most 20 writes and is reported when it is over", async () => {
  const { clock, chip, line, run, stop, said } = setUp();
  line.apply([step(0, 100), step(1, 100)]);
  const running = run();
  await clock.advance(milliseconds(1500));
  said();
  const volts: number[] = [];
  chip.onVolts = (channel, v) => void (channel === 0 && volts.push(v));
  line.apply([step(0, 40)]);
  await clock.advance(milliseconds(1000));
  assert.ok(chip.volts(0) > 6.5 && chip.volts(0) < 7.5, `${chip.volts(0)}`);
  assert.equal(said(), []);
  await clock.advance(milliseconds(950));
  assert.equal(said(), [["lamp/dac/0", 40]]);
  assert.ok(volts.length <= 20);
  for (const [i, v] of volts.entries()) assert.ok((volts[i - 1] ?? 10) - v <= 0.31, "no jump");
  assert.ok(chip.volts(1) > 9.99);
  stop.abort();
  await clock.run(running, milliseconds(0));
});

test("a newer step takes over from where the light is", async () => {
  const { clock, chip, line, run, stop, said } = setUp();
  line.apply([step(0, 100)]);
  const running = run();
  await clock.advance(seconds(1));
  line.apply([step(0, 0)]);
  await clock.advance(seconds(1));
  const before = chip.volts(0);
  line.apply([step(0, 100)]);
  const low = { volts: 10 };
  chip.onVolts = (_, v) => {
    low.volts = Math.min(low.volts, v);
  };
  await clock.advance(seconds(3));
  assert.ok(low.volts >= before - 0.51, `${low.volts} after ${before}`);
  assert.equal(said(), [
    ["lamp/dac/0", 100],
    ["lamp/dac/0", 100],
  ]);
  stop.abort();
  await clock.run(running, milliseconds(0));
});

test("a chip that does not answer is a fault; when it is back its last levels are written and said", async () => {
  const { clock, bus, chip, line, run, stop, said } = setUp();
  line.apply([step(0, 60)]);
  const running = run();
  await clock.advance(seconds(3));
  said();
  bus.devices.delete(0x58);
  await clock.advance(seconds(10));
  assert.equal(said(), [["output/1", "port-missing"]]);
  line.apply([step(0, 10)]);
  chip.powerCycle();
  bus.devices.set(0x58, chip);
  await clock.advance(seconds(6));
  assert.equal(said(), [
    ["output/1", null],
    ["lamp/dac/0", 60],
  ]);
  assert.ok(Math.abs(chip.volts(0) - 6) < 0.002);
  line.apply([step(0, 10)]);
  await clock.advance(seconds(3));
  assert.equal(said(), [["lamp/dac/0", 10]]);
  stop.abort();
  await clock.run(running, milliseconds(0));
});

test("an adapter that is missing at the start is a fault, and is found later", async () => {
  const { clock, bus, line, run, stop, said } = setUp();
  bus.present = false;
  line.apply([step(0, 60)]);
  const running = run();
  await clock.advance(seconds(10));
  assert.equal(said(), [["output/1", "port-missing"]]);
  bus.present = true;
  await clock.advance(seconds(6));
  assert.equal(said(), [["output/1", null]]);
  stop.abort();
  await clock.run(running, milliseconds(0));
});

test("a chip that lost its supply unseen is set right within 2 s", async () => {
  const { clock, chip, line, run, stop } = setUp();
  line.apply([step(0, 60), step(1, 30)]);
  const running = run();
  await clock.advance(seconds(3));
  chip.powerCycle();
  assert.is(chip.volts(0), 0);
  await clock.advance(seconds(2));
  assert.ok(Math.abs(chip.volts(0) - 6) < 0.002);
  assert.ok(Math.abs(chip.volts(1) - 3) < 0.002);
  stop.abort();
  await clock.run(running, milliseconds(0));
});

test("fail-safe is set at once, wins over a fade, and nothing undoes it", async () => {
  const { clock, chip, line, run, stop, said } = setUp();
  line.apply([step(0, 60)]);
  const running = run();
  await clock.advance(seconds(1));
  line.apply([step(0, 0)]);
  await clock.advance(milliseconds(500));
  await clock.run(line.failSafe(new AbortController().signal), milliseconds(0));
  assert.ok(chip.volts(0) > 9.99 && chip.volts(1) > 9.99);
  said();
  line.apply([step(0, 0)]);
  await clock.advance(seconds(5));
  assert.ok(chip.volts(0) > 9.99 && chip.volts(1) > 9.99);
  assert.equal(said(), []);
  stop.abort();
  await clock.run(running, milliseconds(0));
});

/** Transfers take their time and do not overtake each other, as on a wire. */
function slow(clock: VirtualClock, bus: SimulatedI2c): void {
  const transfer = bus.transfer.bind(bus);
  let turn: Promise<unknown> = Promise.resolve();
  bus.transfer = (...parts) => {
    const mine = turn.then(() => clock.sleep(milliseconds(20), "wire")).then(() => transfer(...parts));
    turn = mine;
    return mine;
  };
}

test("a step that comes while another is written is not lost", async () => {
  for (const after of [45, 65, 200]) {
    const { clock, bus, chip, line, run, stop } = setUp();
    slow(clock, bus);
    line.apply([step(0, 100)]);
    const running = run();
    await clock.advance(milliseconds(25));
    line.apply([step(1, 100)]);
    await clock.advance(milliseconds(after - 25));
    line.apply([step(0, 40), step(1, 40)]);
    await clock.advance(seconds(5));
    assert.ok(Math.abs(chip.volts(0) - 4) < 0.002, `${after}: ${chip.volts(0)}`);
    assert.ok(Math.abs(chip.volts(1) - 4) < 0.002, `${after}: ${chip.volts(1)}`);
    stop.abort();
    await clock.run(running, seconds(1));
  }
});

test("fail-safe is not undone by a fade that is being written", async () => {
  for (let after = 1000; after < 1200; after += 10) {
    const { clock, bus, chip, line, run, stop } = setUp();
    slow(clock, bus);
    line.apply([step(0, 60), step(1, 60)]);
    const running = run();
    await clock.advance(milliseconds(500));
    line.apply([step(0, 0), step(1, 0)]);
    await clock.advance(milliseconds(after - 500));
    await clock.run(line.failSafe(new AbortController().signal), seconds(1));
    await clock.advance(seconds(5));
    assert.ok(chip.volts(0) > 9.99 && chip.volts(1) > 9.99, `${after}`);
    stop.abort();
    await clock.run(running, seconds(1));
  }
});

test("fail-safe of an output that is not there ends at once", async () => {
  const { clock, bus, line, run, stop } = setUp();
  bus.present = false;
  const running = run();
  await clock.advance(seconds(1));
  await clock.run(line.failSafe(new AbortController().signal), milliseconds(0));
  stop.abort();
  await clock.run(running, milliseconds(0));
});

test("a step for a lamp that is not its own is the caller's mistake", () => {
  const { line } = setUp();
  assert.throws(() => line.apply([{ ...step(0, 1), lamp: "lamp/9/9" }]), TypeError);
});

test.run();
