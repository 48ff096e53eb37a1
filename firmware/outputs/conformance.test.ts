/** What every 0-10 V output must do, run over the catalogue with each kind's twin. Long because it is one suite: a new kind gets all of it. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Reading, Step } from "../../controllers/model.ts";
import { instant, level, milliseconds, seconds } from "../../controllers/units.ts";
import { VirtualClock } from "../../sim/clock.ts";
import { WIRED_OUTPUTS, type WiredKind } from "../../sim/outputs/wired.ts";
import { SeededRandom } from "../../sim/random.ts";
import { type Log, silent } from "../hal/log.ts";
import type { OutputOptions } from "./options.ts";

/** Nothing here is to be a defect of the code. */
const log: Log = {
  ...silent,
  error() {
    throw new Error("a defect was logged");
  },
};

/** Longer than a new chip takes until it can give levels. */
const OPENED = milliseconds(300);

function setUp(subject: WiredKind, more: Partial<OutputOptions> = {}) {
  const clock = new VirtualClock(instant(1e12));
  const wired = subject.wire(clock);
  const line = wired.create({
    id: "output/1",
    lamps: [
      { id: "lamp/dac/0", channel: 0 },
      { id: "lamp/dac/1", channel: 1 },
    ],
    failSafe: level(100),
    fadeTime: seconds(2),
    clock,
    random: new SeededRandom(1),
    log,
    ...more,
  });
  const readings: Reading[] = [];
  const stop = new AbortController();
  return {
    clock,
    ...wired,
    line,
    run: () => line.run((reading) => readings.push(reading), stop.signal),
    stop,
    said: () =>
      readings
        .splice(0)
        .map((r) => (r.kind === "level" ? [r.source, r.level] : r.kind === "fault" ? [r.source, r.fault] : [r.kind])),
  };
}

const ownTimers = (clock: VirtualClock) => clock.waiting().filter((name) => !name.startsWith("simulated"));

const step = (channel: number, percent: number): Step => ({
  kind: "level",
  line: "output/1",
  lamp: `lamp/dac/${channel}`,
  level: level(percent),
  rank: "adaptive",
});

for (const subject of WIRED_OUTPUTS) {
  const name = (what: string) => `${subject.kind}: ${what}`;

  test(name("steps given before it is open are done once it is"), async () => {
    const { clock, chip, line, run, stop, said } = setUp(subject);
    line.apply([step(0, 30), step(0, 40)]);
    const running = run();
    await clock.advance(OPENED);
    assert.equal(said(), [["lamp/dac/0", 40]]);
    assert.ok(Math.abs(chip.volts(0) - 4) < 0.002);
    stop.abort();
    await clock.run(running, milliseconds(0));
    assert.equal(ownTimers(clock), []);
  });

  test(name("a change fades over 2 s in at most 20 writes and is reported when it is over"), async () => {
    const { clock, chip, line, run, stop, said } = setUp(subject);
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
    const { clock, chip, line, run, stop, said } = setUp(subject);
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
      const { clock, gone, chip, line, run, stop, said } = setUp(subject);
      line.apply([step(0, 60)]);
      const running = run();
      await clock.advance(seconds(3));
      said();
      gone(true);
      await clock.advance(seconds(10));
      assert.equal(said(), [["output/1", subject.silent]]);
      line.apply([step(0, 10)]);
      chip.powerCycle();
      gone(false);
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
    const { clock, missing, line, run, stop, said } = setUp(subject);
    missing(true);
    line.apply([step(0, 60)]);
    const running = run();
    await clock.advance(seconds(10));
    assert.equal(said(), [["output/1", "port-missing"]]);
    missing(false);
    await clock.advance(seconds(6));
    assert.equal(said(), [["output/1", null]]);
    stop.abort();
    await clock.run(running, milliseconds(0));
  });

  test(name("a chip that lost its supply unseen is set right within 2 s"), async () => {
    const { clock, chip, line, run, stop } = setUp(subject);
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
    const { clock, chip, line, run, stop, said } = setUp(subject);
    line.apply([step(0, 60)]);
    const running = run();
    await clock.advance(seconds(1));
    line.apply([step(0, 0)]);
    await clock.advance(milliseconds(500));
    await clock.run(line.failSafe(new AbortController().signal), milliseconds(subject.write));
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
      const { clock, slow, chip, line, run, stop } = setUp(subject);
      slow();
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
      const { clock, slow, chip, line, run, stop } = setUp(subject);
      slow();
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
    const { clock, missing, line, run, stop } = setUp(subject);
    missing(true);
    const running = run();
    await clock.advance(seconds(1));
    await clock.run(line.failSafe(new AbortController().signal), milliseconds(subject.write));
    stop.abort();
    await clock.run(running, milliseconds(0));
  });

  test(name("a step for a lamp that is not its own is the caller's mistake"), () => {
    const { line } = setUp(subject);
    assert.throws(() => line.apply([{ ...step(0, 1), lamp: "lamp/9/9" }]), TypeError);
  });

  test(name("what is said after a fault is what it gives by then"), async () => {
    const { clock, gone, chip, line, stop } = setUp(subject);
    const given: number[] = [];
    const running = line.run((reading) => {
      if (reading.kind === "level") given.push(Math.round(chip.volts(0) * 10));
    }, stop.signal);
    line.apply([step(0, 60)]);
    await clock.advance(seconds(3));
    gone(true);
    await clock.advance(seconds(10));
    chip.powerCycle();
    gone(false);
    await clock.advance(seconds(10));
    assert.equal(given, [60, 60]);
    stop.abort();
    await clock.run(running, milliseconds(0));
  });

  test(name("the bus is given back whenever it is left"), async () => {
    const { clock, opened, missing, run, stop } = setUp(subject);
    const running = run();
    await clock.advance(OPENED);
    assert.is(opened(), 1);
    missing(true);
    await clock.advance(seconds(60));
    assert.is(opened(), 0);
    missing(false);
    await clock.advance(seconds(10));
    assert.is(opened(), 1);
    stop.abort();
    await clock.run(running, milliseconds(0));
    assert.is(opened(), 0);
    assert.equal(ownTimers(clock), []);
  });

  test(name("each of its channels gives what it is told, whatever the others do"), async () => {
    const channels = Array.from({ length: subject.channels }, (_, channel) => channel);
    const { clock, chip, line } = setUp(subject, {
      lamps: channels.map((channel) => ({ id: `lamp/dac/${channel}`, channel })),
      failSafe: level(80),
      fadeTime: seconds(0),
    });
    const stop = new AbortController();
    const running = line.run(() => {}, stop.signal);
    await clock.advance(OPENED);
    for (let percent = 0; percent <= 100; percent++) {
      line.apply(channels.map((channel) => step(channel, (percent + channel * 25) % 101)));
      await clock.advance(milliseconds(subject.write));
      for (const channel of channels)
        assert.ok(Math.abs(chip.volts(channel) * 10 - ((percent + channel * 25) % 101)) < 0.0125, `${percent}`);
    }
    await clock.run(line.failSafe(new AbortController().signal), milliseconds(subject.write));
    for (const channel of channels) assert.ok(Math.abs(chip.volts(channel) - 8) < 0.002);
    stop.abort();
    await clock.run(running, milliseconds(0));
  });
}

test.run();
