import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Reading } from "../../controllers/model.ts";
import { instant, milliseconds, seconds } from "../../controllers/units.ts";
import { VirtualClock } from "../../sim/clock.ts";
import { SimulatedPin } from "../../sim/pin.ts";
import { SeededRandom } from "../../sim/random.ts";
import { Fault } from "../hal/fault.ts";
import { silent } from "../hal/log.ts";
import type { InputPin } from "../hal/pin.ts";
import { contact } from "./contact.ts";

function setUp(input: () => Promise<InputPin>, openWhen: "high" | "low" = "high") {
  const clock = new VirtualClock(instant(1e12));
  const sensor = contact({ id: "door/1", input, openWhen, clock, random: new SeededRandom(1), log: silent });
  const readings: Reading[] = [];
  const stop = new AbortController();
  const run = sensor.run((reading) => readings.push(reading), stop.signal);
  return {
    clock,
    sensor,
    said: () => readings.map((r) => (r.kind === "contact" ? r.open : r.kind === "fault" ? r.fault : r.kind)),
    end: async () => {
      stop.abort();
      await clock.run(run, milliseconds(0));
    },
  };
}

test("its state is said at first and at each change, whichever level means open", async () => {
  for (const [openWhen, states] of [
    ["high", [false, true, false]],
    ["low", [true, false, true]],
  ] as const) {
    const pin = new SimulatedPin(false);
    const { clock, said, sensor, end } = setUp(async () => pin.input(), openWhen);
    await clock.advance(seconds(60));
    pin.set(true);
    await clock.advance(milliseconds(1));
    pin.set(false);
    await clock.advance(seconds(60));
    assert.equal(said(), states);
    assert.equal(sensor.tally(), { changes: 2, missed: 0 });
    await end();
  }
});

test("a missed edge is found by reading again", async () => {
  let high = false;
  const deaf: InputPin = {
    read: async () => high,
    changes: { [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => {}) }) },
    close: async () => {},
  };
  const { clock, said, sensor, end } = setUp(async () => deaf);
  await clock.advance(seconds(1));
  high = true;
  await clock.advance(seconds(5));
  assert.equal(said(), [false, true]);
  assert.is(sensor.tally()["missed"], 1);
  await end();
});

test("a pin that is missing or lost is a fault; after it only a changed state is said", async () => {
  const pin = new SimulatedPin(true);
  let state: "missing" | "here" | "lost" = "missing";
  let open: InputPin | undefined;
  const { clock, said, end } = setUp(async () => {
    if (state === "missing") throw new Fault("port-missing", "chip:17");
    const input = pin.input();
    open = {
      ...input,
      read: async () => {
        if (state === "lost") throw new Fault("port-lost", "chip:17");
        return input.read();
      },
    };
    return open;
  });
  await clock.advance(seconds(20));
  assert.equal(said(), ["port-missing"]);
  state = "here";
  await clock.advance(seconds(6));
  assert.equal(said(), ["port-missing", true, null]);
  state = "lost";
  await clock.advance(seconds(20));
  assert.equal(said().slice(3), ["port-lost"]);
  state = "here";
  await clock.advance(seconds(6));
  assert.equal(said().slice(3), ["port-lost", null]);
  pin.set(false);
  await clock.advance(seconds(1));
  assert.equal(said().slice(5), [false]);
  await open?.close();
  await clock.advance(milliseconds(10));
  assert.equal(said().slice(6), ["port-lost"]);
  assert.equal(clock.waiting(), ["reopen door/1"]);
  await end();
  assert.equal(clock.waiting(), []);
});

test.run();
