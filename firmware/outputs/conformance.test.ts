/** What every 0-10 V output must do, run over the catalogue with each kind's twin. Long because it is one suite: a new kind gets all of it. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Reading, Step } from "../../controllers/model.ts";
import { instant, level, milliseconds, seconds } from "../../controllers/units.ts";
import { OUTPUT_CHIPS } from "../../sim/chips/list.ts";
import { VirtualClock } from "../../sim/clock.ts";
import { SimulatedI2c } from "../../sim/i2c.ts";
import { SeededRandom } from "../../sim/random.ts";
import { Fault } from "../hal/fault.ts";
import { type Log, silent } from "../hal/log.ts";
import { OUTPUTS, type OutputKind } from "./list.ts";

/** Nothing here is to be a defect of the code. */
const log: Log = {
  ...silent,
  error() {
    throw new Error("a defect was logged");
  },
};

const ADDRESS = 0x5a;
/** Longer than a new chip takes until it can give levels. */
const OPENED = milliseconds(300);

function setUp(kind: OutputKind) {
  const clock = new VirtualClock(instant(1e12));
  const bus = new SimulatedI2c("i2c1");
  const chip = OUTPUT_CHIPS[kind](clock);
  bus.devices.set(ADDRESS, chip);
  const open = { buses: 0 };
  const line = OUTPUTS[kind].create({
    id: "output/1",
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
    lamps: [
      { id: "lamp/dac/0", channel: 0 },
      { id: "lamp/dac/1", channel: 1 },
    ],
    failSafe: level(100),
    fadeTime: seconds(2),
    clock,
    random: new SeededRandom(1),
    log,
  });
  const readings: Reading[] = [];
  const stop = new AbortController();
  return {
    clock,
    bus,
    chip,
    line,
    open,
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

for (const kind of Object.keys(OUTPUTS) as OutputKind[]) {
  const name = (what: string) => `${kind}: ${what}`;

  test(name("steps given before it is open are done once it is"), async () => {
    const { clock, chip, line, run, stop, said } = setUp(kind);
    line.apply([step(0, 30), step(0, 40)]);
    const running = run();
    await clock.advance(OPENED);
    assert.equal(said(), [["lamp/dac/0", 40]]);
    assert.ok(Math.abs(chip.volts(0) - 4) < 0.002);
    stop.abort();
    await clock.run(running, milliseconds(0));
    assert.equal(clock.waiting(), []);
  });

  test(name("a change fades over 2 s in at most 20 writes and is reported when it is over"), async () => {
    const { clock, chip, line, run, stop, said } = setUp(kind);
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

  test(name("a newer step takes over from where the light is"), async () => {
    const { clock, chip, line, run, stop, said } = setUp(kind);
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

  test(
    name("a chip that does not answer is a fault; when it is back its last levels are written and said"),
    async () => {
      const { clock, bus, chip, line, run, stop, said } = setUp(kind);
      line.apply([step(0, 60)]);
      const running = run();
      await clock.advance(seconds(3));
      said();
      bus.devices.delete(ADDRESS);
      await clock.advance(seconds(10));
      assert.equal(said(), [["output/1", "port-missing"]]);
      line.apply([step(0, 10)]);
      chip.powerCycle();
      bus.devices.set(ADDRESS, chip);
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
    },
  );

  test(name("an adapter that is missing at the start is a fault, and is found later"), async () => {
    const { clock, bus, line, run, stop, said } = setUp(kind);
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

  test(name("a chip that lost its supply unseen is set right within 2 s"), async () => {
    const { clock, chip, line, run, stop } = setUp(kind);
    line.apply([step(0, 60), step(1, 30)]);
    const running = run();
    await clock.advance(seconds(3));
    chip.powerCycle();
    assert.ok(Math.abs(chip.volts(0) - 6) > 1);
    await clock.advance(seconds(2));
    assert.ok(Math.abs(chip.volts(0) - 6) < 0.002);
    assert.ok(Math.abs(chip.volts(1) - 3) < 0.002);
    stop.abort();
    await clock.run(running, milliseconds(0));
  });

  test(name("fail-safe is set at once, wins over a fade, and nothing undoes it"), async () => {
    const { clock, chip, line, run, stop, said } = setUp(kind);
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

  test(name("a step that comes while another is written is not lost"), async () => {
    for (let after = 45; after < 700; after += 5) {
      const { clock, bus, chip, line, run, stop } = setUp(kind);
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

  test(name("fail-safe is not undone by a fade that is being written"), async () => {
    for (let after = 1000; after < 1200; after += 10) {
      const { clock, bus, chip, line, run, stop } = setUp(kind);
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

  test(name("fail-safe of an output that is not there ends at once"), async () => {
    const { clock, bus, line, run, stop } = setUp(kind);
    bus.present = false;
    const running = run();
    await clock.advance(seconds(1));
    await clock.run(line.failSafe(new AbortController().signal), milliseconds(0));
    stop.abort();
    await clock.run(running, milliseconds(0));
  });

  test(name("a step for a lamp that is not its own is the caller's mistake"), () => {
    const { line } = setUp(kind);
    assert.throws(() => line.apply([{ ...step(0, 1), lamp: "lamp/9/9" }]), TypeError);
  });

  test(name("what is said after a fault is what it gives by then"), async () => {
    const { clock, bus, chip, line, stop } = setUp(kind);
    const given: number[] = [];
    const running = line.run((reading) => {
      if (reading.kind === "level") given.push(Math.round(chip.volts(0) * 10));
    }, stop.signal);
    line.apply([step(0, 60)]);
    await clock.advance(seconds(3));
    bus.devices.delete(ADDRESS);
    await clock.advance(seconds(10));
    chip.powerCycle();
    bus.devices.set(ADDRESS, chip);
    await clock.advance(seconds(10));
    assert.equal(given, [60, 60]);
    stop.abort();
    await clock.run(running, milliseconds(0));
  });

  test(name("the bus is given back whenever it is left"), async () => {
    const { clock, bus, chip, open, run, stop } = setUp(kind);
    const running = run();
    await clock.advance(OPENED);
    assert.is(open.buses, 1);
    bus.devices.delete(ADDRESS);
    await clock.advance(seconds(60));
    assert.is(open.buses, 0);
    bus.devices.set(ADDRESS, chip);
    await clock.advance(seconds(10));
    assert.is(open.buses, 1);
    stop.abort();
    await clock.run(running, milliseconds(0));
    assert.is(open.buses, 0);
    assert.equal(clock.waiting(), []);
  });

  test(name("each of its channels gives what it is told, whatever the others do"), async () => {
    const clock = new VirtualClock(instant(1e12));
    const bus = new SimulatedI2c("i2c1");
    const chip = OUTPUT_CHIPS[kind](clock);
    bus.devices.set(ADDRESS, chip);
    const channels = Array.from({ length: OUTPUTS[kind].channels }, (_, channel) => channel);
    const line = OUTPUTS[kind].create({
      id: "output/1",
      i2c: async () => bus,
      address: ADDRESS,
      lamps: channels.map((channel) => ({ id: `lamp/dac/${channel}`, channel })),
      failSafe: level(80),
      fadeTime: seconds(0),
      clock,
      random: new SeededRandom(1),
      log,
    });
    const stop = new AbortController();
    const running = line.run(() => {}, stop.signal);
    await clock.advance(OPENED);
    for (let percent = 0; percent <= 100; percent++) {
      line.apply(channels.map((channel) => step(channel, (percent + channel * 25) % 101)));
      await clock.advance(milliseconds(1));
      for (const channel of channels)
        assert.ok(Math.abs(chip.volts(channel) * 10 - ((percent + channel * 25) % 101)) < 0.0125, `${percent}`);
    }
    await clock.run(line.failSafe(new AbortController().signal), milliseconds(0));
    for (const channel of channels) assert.ok(Math.abs(chip.volts(channel) - 8) < 0.002);
    stop.abort();
    await clock.run(running, milliseconds(0));
  });
}

test.run();
