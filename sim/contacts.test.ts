import { test } from "uvu";
import * as assert from "uvu/assert";
import { instant, milliseconds } from "../controllers/units.ts";
import { SimulatedPca9535 } from "./chips/pca9535.ts";
import { VirtualClock } from "./clock.ts";
import {
  bollard,
  CONTACT_LINES,
  cabinetContacts,
  contactor,
  inductionLoop,
  type SignalPins,
  signalController,
} from "./contacts.ts";
import { SimulatedPin } from "./pin.ts";

const start = () => new VirtualClock(instant(1e12));

test("a contactor's auxiliary contact follows its drive after 25 ms", async () => {
  const clock = start();
  const pins = { drive: new SimulatedPin(), auxiliary: new SimulatedPin(true) };
  const one = contactor(clock, pins);
  assert.is(pins.auxiliary.high, false);
  pins.drive.set(true);
  await clock.advance(milliseconds(24));
  assert.is(pins.auxiliary.high, false);
  await clock.advance(milliseconds(1));
  assert.equal([pins.auxiliary.high, one.closed], [true, true]);
  pins.drive.set(false);
  await clock.advance(milliseconds(10));
  pins.drive.set(true);
  await clock.advance(milliseconds(100));
  assert.is(pins.auxiliary.high, true, "too short a pause to fall off");
  pins.drive.set(false);
  await clock.advance(milliseconds(25));
  assert.is(pins.auxiliary.high, false);
});

test("a contactor that sticks stays as it is, and follows again when it comes free", async () => {
  const clock = start();
  const pins = { drive: new SimulatedPin(true), auxiliary: new SimulatedPin() };
  const one = contactor(clock, pins);
  assert.is(pins.auxiliary.high, true);
  one.stick(true);
  pins.drive.set(false);
  await clock.advance(milliseconds(1000));
  assert.is(pins.auxiliary.high, true);
  one.stick(false);
  await clock.advance(milliseconds(25));
  assert.is(pins.auxiliary.high, false);
  pins.drive.set(true);
  await clock.advance(milliseconds(10));
  one.stick(true);
  await clock.advance(milliseconds(100));
  assert.is(pins.auxiliary.high, false, "it was on its way");
});

function post(travel = 4000) {
  const clock = start();
  const pins = {
    raise: new SimulatedPin(),
    lower: new SimulatedPin(),
    up: new SimulatedPin(),
    down: new SimulatedPin(),
  };
  const loop = new SimulatedPin();
  const one = bollard(clock, pins, loop, travel);
  return { clock, pins, loop, one, ends: () => [pins.down.high, pins.up.high] };
}

test("a bollard is up after its way, and no end-position contact is closed between", async () => {
  const { clock, pins, one, ends } = post();
  assert.equal(ends(), [true, false]);
  pins.raise.set(true);
  assert.equal(ends(), [false, false]);
  await clock.advance(milliseconds(2000));
  assert.is(one.position(), 0.5);
  await clock.advance(milliseconds(1999));
  assert.equal(ends(), [false, false]);
  await clock.advance(milliseconds(1));
  assert.equal(ends(), [false, true]);
  pins.raise.set(false);
  await clock.advance(milliseconds(10_000));
  assert.equal(ends(), [false, true]);
  pins.lower.set(true);
  assert.equal(ends(), [false, false]);
  await clock.advance(milliseconds(4000));
  assert.equal(ends(), [true, false]);
  assert.equal(clock.waiting(), []);
});

test("it stops where it is when it is let go, and goes on from there; lowering wins", async () => {
  const { clock, pins, one, ends } = post();
  pins.raise.set(true);
  await clock.advance(milliseconds(1000));
  pins.raise.set(false);
  await clock.advance(milliseconds(5000));
  assert.is(one.position(), 0.25);
  pins.raise.set(true);
  await clock.advance(milliseconds(1000));
  pins.lower.set(true);
  await clock.advance(milliseconds(500));
  assert.is(one.position(), 0.375);
  await clock.advance(milliseconds(1500));
  assert.equal(ends(), [true, false]);
  pins.lower.set(false);
  await clock.advance(milliseconds(4000));
  assert.equal(ends(), [false, true]);
});

test("a vehicle on the loop stops it from rising, not from going down", async () => {
  const { clock, pins, loop, one, ends } = post();
  const detector = inductionLoop(loop);
  pins.raise.set(true);
  await clock.advance(milliseconds(1000));
  detector.occupy(true);
  await clock.advance(milliseconds(60_000));
  assert.is(one.position(), 0.25);
  detector.occupy(false);
  await clock.advance(milliseconds(3000));
  assert.equal(ends(), [false, true]);
  detector.occupy(true);
  pins.lower.set(true);
  await clock.advance(milliseconds(4000));
  assert.equal(ends(), [true, false]);
});

test("a bollard that jams stays where it is", async () => {
  const { clock, pins, one, ends } = post();
  pins.raise.set(true);
  await clock.advance(milliseconds(1000));
  one.jam(true);
  await clock.advance(milliseconds(60_000));
  assert.is(one.position(), 0.25);
  assert.equal(ends(), [false, false]);
  one.jam(false);
  await clock.advance(milliseconds(3000));
  assert.equal(ends(), [false, true]);
});

test("a loop whose wire breaks says that a vehicle is there", () => {
  const pin = new SimulatedPin();
  const loop = inductionLoop(pin);
  loop.break(true);
  assert.equal([pin.high, loop.occupied], [true, false]);
  loop.occupy(true);
  loop.break(false);
  assert.is(pin.high, true);
  loop.occupy(false);
  assert.is(pin.high, false);
});

function junction() {
  const clock = start();
  const pins: SignalPins = {
    call: new SimulatedPin(),
    cleared: new SimulatedPin(),
    ready: new SimulatedPin(),
    granted: new SimulatedPin(true),
  };
  const controller = signalController(clock, pins, { toGreen: 12_000, longest: 20_000 });
  const pulse = async (pin: SimulatedPin) => {
    pin.set(true);
    await clock.advance(milliseconds(200));
    pin.set(false);
  };
  return { clock, pins, controller, pulse };
}

test("a call is granted when the running stage has ended, until the vehicle is through", async () => {
  const { clock, pins, controller, pulse } = junction();
  assert.equal([pins.ready.high, pins.granted.high], [true, false]);
  await pulse(pins.call);
  await clock.advance(milliseconds(11_799));
  assert.is(pins.granted.high, false);
  await clock.advance(milliseconds(1));
  assert.is(pins.granted.high, true);
  await clock.advance(milliseconds(5000));
  await pulse(pins.cleared);
  assert.is(pins.granted.high, false);
  await clock.advance(milliseconds(60_000));
  assert.is(pins.granted.high, false);
  assert.equal([controller.calls, controller.grants], [1, 1]);
});

test("a priority stage ends by itself, and a vehicle that is through takes its call back", async () => {
  const { clock, pins, controller, pulse } = junction();
  await pulse(pins.call);
  await clock.advance(milliseconds(31_799));
  assert.is(pins.granted.high, true);
  await clock.advance(milliseconds(1));
  assert.is(pins.granted.high, false);
  await pulse(pins.call);
  await pulse(pins.cleared);
  await clock.advance(milliseconds(60_000));
  assert.is(pins.granted.high, false);
  assert.equal([controller.calls, controller.grants], [2, 1]);
});

test("a controller that does not work by its program says so and takes no calls", async () => {
  const { clock, pins, controller, pulse } = junction();
  await pulse(pins.call);
  await clock.advance(milliseconds(15_000));
  controller.operate(false);
  assert.equal([pins.ready.high, pins.granted.high], [false, false]);
  await pulse(pins.call);
  await clock.advance(milliseconds(60_000));
  assert.is(controller.calls, 1);
  controller.operate(true);
  await pulse(pins.call);
  await clock.advance(milliseconds(12_000));
  assert.equal([pins.ready.high, pins.granted.high], [true, true]);
});

test("the whole set works over the lines of a CP2112 and an expander", async () => {
  const clock = start();
  const direct = Array.from({ length: 8 }, () => new SimulatedPin());
  const chip = new SimulatedPca9535(() => false);
  const { bollard: one, loop, contactor: main, signals } = cabinetContacts(clock, direct, chip.pins);
  const { expander, direct: own } = CONTACT_LINES;
  const inputs = () => {
    chip.write(Uint8Array.of(0));
    return chip.read(1)[0] as number;
  };
  const outputs =
    (1 << expander.bollardRaise) |
    (1 << expander.bollardLower) |
    (1 << expander.signalCall) |
    (1 << expander.signalCleared);
  chip.write(Uint8Array.of(2, 0, 0));
  chip.write(Uint8Array.of(6, 0xff & ~outputs, 0xff));
  assert.is(inputs(), (1 << expander.bollardDown) | (1 << expander.signalReady));
  chip.write(Uint8Array.of(2, (1 << expander.bollardRaise) | (1 << expander.signalCall)));
  direct[own.contactorDrive]?.set(true);
  await clock.advance(milliseconds(13_000));
  assert.is(one.position(), 1);
  assert.equal([main.closed, direct[own.contactorAuxiliary]?.high, signals.grants], [true, true, 1]);
  assert.is(
    inputs(),
    (1 << expander.bollardRaise) |
      (1 << expander.signalCall) |
      (1 << expander.bollardUp) |
      (1 << expander.signalReady) |
      (1 << expander.signalGranted),
  );
  loop.occupy(true);
  assert.is(direct[own.loop]?.high, true);
  assert.throws(
    () => cabinetContacts(clock, direct.slice(0, 4), chip.pins),
    /contactorAuxiliary is line 4: allowed 0 to 3/,
  );
});

test.run();
