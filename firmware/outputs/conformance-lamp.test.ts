/** What every 0-10 V output must do around its lamps: calibration, relays, read-back. Run over the catalogue as `conformance.test.ts` is. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Reading, Step } from "../../controllers/model.ts";
import { type Duration, instant, level, milliseconds, seconds } from "../../controllers/units.ts";
import { SimulatedAds1115 } from "../../sim/chips/ads1115.ts";
import { VirtualClock } from "../../sim/clock.ts";
import { SimulatedI2c } from "../../sim/i2c.ts";
import { WIRED_OUTPUTS, type WiredKind } from "../../sim/outputs/wired.ts";
import { SimulatedPin } from "../../sim/pin.ts";
import { SeededRandom } from "../../sim/random.ts";
import { type Log, silent } from "../hal/log.ts";
import { calibrationOf } from "./calibration.ts";
import type { OutputOptions } from "./options.ts";

/** Nothing here is to be a defect of the code. */
const log: Log = {
  ...silent,
  error() {
    throw new Error("a defect was logged");
  },
};
const ADC = 0x48;
const DIVIDER = 3;
const HOLD = seconds(30);
/** 1-10 V drivers: 10 % at 1 V and below. */
const calibration = calibrationOf([
  { level: 10, volts: 1 },
  { level: 100, volts: 9.5 },
]);

function setUp(subject: WiredKind, more: Partial<OutputOptions> = {}) {
  const clock = new VirtualClock(instant(1e12));
  const wired = subject.wire(clock);
  const relay = new SimulatedPin(false, "relay");
  const bus = new SimulatedI2c("i2c2");
  /** Volts that a channel gives more than it is told: a bad supply, a short, a broken wire. */
  const wrong = { volts: 0 };
  const adc = new SimulatedAds1115(clock, (input) => (wired.chip.volts(input) + wrong.volts) / DIVIDER);
  bus.devices.set(ADC, adc);
  const line = wired.create({
    id: "output/1",
    lamps: [
      { id: "lamp/dac/0", channel: 0, calibration },
      { id: "lamp/dac/1", channel: 1, calibration },
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
  const running = line.run((reading) => readings.push(reading), stop.signal);
  return {
    clock,
    ...wired,
    line,
    relay,
    bus,
    wrong,
    faults: () => readings.flatMap((reading) => (reading.kind === "fault" ? [reading.fault] : [])),
    async pass(d: Duration) {
      await clock.advance(d);
    },
    set(...percents: (number | undefined)[]) {
      const steps = percents.flatMap((percent, channel) => (percent === undefined ? [] : [step(channel, percent)]));
      line.apply(steps);
    },
    async end() {
      stop.abort();
      await clock.run(running, milliseconds(0));
      assert.equal(
        clock.waiting().filter((name) => !name.startsWith("simulated")),
        [],
      );
    },
  };
}

const step = (channel: number, percent: number): Step => ({
  kind: "level",
  line: "output/1",
  lamp: `lamp/dac/${channel}`,
  level: level(percent),
  rank: "adaptive",
});

const near = (volts: number, wanted: number) => assert.ok(Math.abs(volts - wanted) < 0.004, `${volts}, not ${wanted}`);

/** One relay for both lamps, in a set-up that has it. */
function withRelay(subject: WiredKind, more: Partial<OutputOptions> = {}, onWhen: "high" | "low" = "high") {
  let pin: SimulatedPin | undefined;
  const relays = [
    {
      lamps: ["lamp/dac/0", "lamp/dac/1"],
      pin: async (initial: boolean) => {
        if (!pin) throw new Error("no pin yet");
        return pin.output(initial);
      },
      onWhen,
      hold: HOLD,
    },
  ];
  const made = setUp(subject, { relays, ...more });
  pin = made.relay;
  return made;
}

const readBackOf = (bus: () => SimulatedI2c) => ({
  i2c: async () => bus(),
  address: ADC,
  inputs: [
    { lamp: "lamp/dac/0", input: 0, divider: DIVIDER },
    { lamp: "lamp/dac/1", input: 1, divider: DIVIDER },
  ],
  tolerance: 0.5,
  lasting: seconds(10),
});

function withReadBack(subject: WiredKind) {
  let bus: SimulatedI2c | undefined;
  const made = setUp(subject, { readBack: readBackOf(() => bus as SimulatedI2c) });
  bus = made.bus;
  return made;
}

for (const subject of WIRED_OUTPUTS) {
  const name = (what: string) => `${subject.kind}: ${what}`;

  test(name("a lamp is given the volts of its table"), async () => {
    const { chip, set, pass, end } = setUp(subject);
    set(100, 55);
    await pass(seconds(3));
    near(chip.volts(0), 9.5);
    near(chip.volts(1), 5.25);
    set(3, 0);
    await pass(seconds(3));
    near(chip.volts(0), 1);
    near(chip.volts(1), 0);
    await end();
  });

  test(name("the relay takes the mains away at the lowest light, and gives it before there is more"), async () => {
    const { chip, relay, set, pass, end } = withRelay(subject);
    set(100, 100);
    await pass(seconds(1));
    assert.is(relay.high, true);
    await pass(HOLD);
    const seen: { volts: number; high: boolean }[] = [];
    relay.watch((high) => seen.push({ volts: Math.max(chip.volts(0), chip.volts(1)), high }));
    set(0, 0);
    await pass(seconds(1.5));
    assert.is(relay.high, true, "not while it fades");
    await pass(seconds(3));
    assert.is(relay.high, false);
    set(40);
    await pass(seconds(3));
    near(chip.volts(0), 1 + (30 * 8.5) / 90);
    near(chip.volts(1), 1);
    assert.equal(
      seen.map(({ high }) => high),
      [false, true],
    );
    for (const { volts } of seen) near(volts, 1);
    await end();
  });

  test(name("the relay stays on while any of its lamps gives light"), async () => {
    const { relay, set, pass, end } = withRelay(subject);
    set(0, 20);
    await pass(seconds(120));
    assert.is(relay.high, true);
    set(undefined, 0);
    await pass(seconds(6));
    assert.is(relay.high, false);
    await end();
  });

  test(name("the relay is switched off at most once in its hold, and on at once"), async () => {
    const { clock, relay, set, pass, end } = withRelay(subject);
    set(50, 50);
    await pass(seconds(40));
    const at: { high: boolean; at: number }[] = [];
    relay.watch((high) => at.push({ high, at: clock.monotonic() }));
    for (let i = 0; i < 20; i++) {
      set(0, 0);
      await pass(seconds(4));
      const since = clock.monotonic();
      set(50, 50);
      await pass(seconds(4));
      const last = at.at(-1);
      assert.is(relay.high, true);
      if (last && last.at > since) assert.ok(last.at - since < 150, `${last.at - since} ms in the dark`);
    }
    const offs = at.filter(({ high }) => !high);
    assert.ok(offs.length >= 3 && offs.length <= 6, `${offs.length}`);
    for (const [i, off] of at.entries()) if (!off.high && i > 0) assert.ok(off.at - (at[i - 1]?.at ?? 0) >= HOLD);
    set(0, 0);
    await pass(seconds(33));
    assert.is(relay.high, false, "what was held is done when it may be");
    await end();
  });

  test(name("a relay that is on when its pin is low; its level outlives a lost output"), async () => {
    const { relay, set, pass, missing, faults, end } = withRelay(subject, {}, "low");
    set(50, 50);
    await pass(seconds(40));
    assert.is(relay.high, false);
    set(0, 0);
    await pass(seconds(5));
    assert.is(relay.high, true);
    missing(true);
    await pass(seconds(20));
    missing(false);
    await pass(seconds(12));
    assert.is(relay.high, true);
    assert.is(faults().at(-1), null);
    // An expander that lost its supply is set right.
    relay.set(false);
    await pass(seconds(3));
    assert.is(relay.high, true);
    await end();
  });

  test(name("a relay whose chip is pulled is a fault, and works when it is back"), async () => {
    const { relay, set, pass, faults, end } = withRelay(subject);
    set(50, 50);
    await pass(seconds(5));
    relay.unplug();
    await pass(seconds(3));
    assert.is(faults()[0], "port-lost");
    relay.replug();
    await pass(seconds(10));
    assert.is(faults().at(-1), null);
    await end();
  });

  test(name("fail-safe gives the mains back"), async () => {
    const { clock, chip, relay, line, set, pass, end } = withRelay(subject);
    set(0, 0);
    await pass(seconds(40));
    assert.is(relay.high, false);
    await clock.run(line.failSafe(new AbortController().signal), milliseconds(50));
    assert.is(relay.high, true);
    near(chip.volts(0), 9.5);
    await pass(seconds(60));
    assert.is(relay.high, true);
    await end();
  });

  test(name("what is read back right is no fault, whatever is asked for"), async () => {
    const { set, pass, faults, end } = withReadBack(subject);
    for (let i = 0; i < 30; i++) {
      set((i * 37) % 101, (i * 61) % 101);
      await pass(seconds(1 + (i % 5)));
    }
    assert.equal(faults(), []);
    await end();
  });

  test(name("a deviation that lasts is a fault, and ends when it has been right as long"), async () => {
    const { wrong, set, pass, faults, end } = withReadBack(subject);
    set(50, 50);
    await pass(seconds(5));
    wrong.volts = -1;
    await pass(seconds(8));
    assert.equal(faults(), []);
    await pass(seconds(6));
    assert.equal(faults(), ["output-deviates"]);
    wrong.volts = 0.2;
    await pass(seconds(8));
    assert.equal(faults(), ["output-deviates"]);
    await pass(seconds(6));
    assert.equal(faults(), ["output-deviates", null]);
    await end();
  });

  test(name("a deviation that comes and goes never flaps"), async () => {
    const { wrong, set, pass, faults, end } = withReadBack(subject);
    set(50, 50);
    for (let i = 0; i < 40; i++) {
      wrong.volts = i % 2 ? 0 : 2;
      await pass(seconds(6));
    }
    assert.equal(faults(), []);
    await end();
  });

  test(name("a converter that is gone is a fault that stops no light, and is found again"), async () => {
    const { bus, chip, set, pass, faults, end } = withReadBack(subject);
    set(50, 50);
    await pass(seconds(5));
    const adc = bus.devices.get(ADC);
    bus.devices.delete(ADC);
    await pass(seconds(15));
    assert.equal(faults(), ["port-missing"]);
    set(100);
    await pass(seconds(3));
    near(chip.volts(0), 9.5);
    if (adc) bus.devices.set(ADC, adc);
    await pass(seconds(15));
    assert.equal(faults(), ["port-missing", null]);
    await end();
  });

  test(name("the output's own fault hides what it gives, and its end shows it again"), async () => {
    const { wrong, set, pass, gone, faults, end } = withReadBack(subject);
    set(50, 50);
    wrong.volts = 3;
    await pass(seconds(20));
    gone(true);
    await pass(seconds(20));
    gone(false);
    await pass(seconds(4));
    assert.equal(faults(), ["output-deviates", subject.silent, "output-deviates"]);
    await end();
  });
}

test.run();
