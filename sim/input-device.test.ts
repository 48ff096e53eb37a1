import { test } from "uvu";
import * as assert from "uvu/assert";
import { type Duration, instant, milliseconds, minutes, seconds } from "../controllers/units.ts";
import type { Command } from "../firmware/dali/command.ts";
import * as cmd from "../firmware/dali/commands/device.ts";
import * as inst from "../firmware/dali/commands/instance.ts";
import * as occupancy from "../firmware/dali/commands/occupancy.ts";
import * as button from "../firmware/dali/commands/push-button.ts";
import {
  ALL_DEVICES,
  deviceGroup,
  instanceGroup,
  instanceType,
  UNADDRESSED_DEVICES,
} from "../firmware/dali/device-frame.ts";
import { decodeEvent, readEvent } from "../firmware/dali/event.ts";
import { SimulatedBus } from "./bus.ts";
import { VirtualClock } from "./clock.ts";
import { idealGateway } from "./ideal-gateway.ts";
import {
  AbsoluteInput,
  InputDevice,
  type InputDeviceOptions,
  LightSensor,
  OccupancySensor,
  PushButton,
} from "./input-device.ts";
import { SeededRandom } from "./random.ts";

function rig(options: Partial<InputDeviceOptions> = {}) {
  const clock = new VirtualClock(instant(0));
  const random = new SeededRandom(5);
  const bus = new SimulatedBus(clock, random);
  const sensors = {
    push: new PushButton(clock),
    slider: new AbsoluteInput(clock),
    mover: new OccupancySensor(clock),
    light: new LightSensor(clock),
  };
  const all = [sensors.push, sensors.slider, sensors.mover, sensors.light];
  const device = new InputDevice(bus, { random, sensors: all, address: 7, ...options });
  const gateway = idealGateway(bus);
  const events: string[] = [];
  const frames: { data: number; start: number }[] = [];
  bus.onFrame((heard) => {
    if (heard.kind !== "forward" || heard.by !== device) return;
    frames.push({ data: heard.frame.data, start: heard.start });
    const event = decodeEvent(heard.frame.data);
    const type = event && ("type" in event ? event.type : device.instances[event.instance]?.sensor.type);
    const meaning = event && readEvent(type ?? 0, event.info);
    if (!meaning) return events.push(`no event ${heard.frame.data}`);
    if (meaning.kind === "button") return events.push(meaning.event);
    if (meaning.kind !== "occupancy") return events.push(`${meaning.kind} ${meaning.value}`);
    const { movement, occupied, repeat } = meaning;
    events.push([movement && "moving", occupied ? "occupied" : "vacant", repeat && "again"].filter(Boolean).join(" "));
  });
  const ask = async <R>({ frame, twice, answers, read }: Command<R>): Promise<R> =>
    read(await clock.run(gateway.send({ frame, priority: 3, twice, answers }), seconds(1)));
  const set = async (value: number, command: Command<unknown>) => {
    await ask(cmd.dtr0(value));
    await ask(command);
  };
  /** What was told in that time, without the reports of a sensor that the test is not about. */
  const after = async (time: Duration, without = "light") => {
    await clock.advance(time);
    return events.splice(0).filter((event) => !event.startsWith(without));
  };
  return { clock, bus, device, ...sensors, ask, set, after, frames };
}

const value = <T>(wanted: T) => ({ kind: "value", value: wanted });

test("tells what it is: status, instances, types, resolution, scheme", async () => {
  const { ask } = rig();
  assert.equal(await ask(cmd.queryNumberOfInstances(7)), value(4));
  for (const [number, type] of [1, 2, 3, 4].entries()) {
    assert.equal(await ask(inst.queryInstanceType(7, number)), value(type));
  }
  assert.equal(await ask(inst.queryResolution(7, 3)), value(10));
  assert.equal(await ask(inst.queryEventScheme(7, 0)), value(0));
  assert.equal(await ask(cmd.queryNumberOfInstances(8)), { kind: "none" });
  const status = await ask(cmd.queryDeviceStatus(ALL_DEVICES));
  assert.ok(status.kind === "value" && status.value.resetState && !status.value.missingShortAddress);
});

test("a push button: short, long with repeats, double where it has the time, stuck and free", async () => {
  const { push, after, set } = rig();
  const click = async (down: Duration) => {
    push.press();
    const during = await after(down);
    push.release();
    return [...during, ...(await after(milliseconds(200)))];
  };
  assert.equal(await click(milliseconds(100)), ["ShortPress"]);
  assert.equal(await click(milliseconds(900)), [
    "LongPressStart",
    "LongPressRepeat",
    "LongPressRepeat",
    "LongPressStop",
  ]);
  await set(20, button.setDoubleTimer(7, 0));
  assert.equal([...(await click(milliseconds(100))), ...(await click(milliseconds(100)))], ["DoublePress"]);
  assert.equal([...(await click(milliseconds(100))), ...(await after(milliseconds(400)))], ["ShortPress"]);
  push.press();
  const stuck = await after(seconds(21));
  assert.equal([stuck[0], stuck.at(-1)], ["LongPressStart", "ButtonStuck"]);
  push.release();
  assert.equal(await after(seconds(1)), ["ButtonFree"]);
});

test("occupancy: movement, hold timer, report, vacant; CATCH MOVEMENT passes the filter once", async () => {
  const { mover, after, set, ask, clock } = rig();
  await set(1, occupancy.setHoldTimer(7, 2));
  await set(0, occupancy.setReportTimer(7, 2));
  mover.movement();
  assert.equal(await after(milliseconds(300)), ["moving occupied"]);
  await clock.advance(seconds(5));
  mover.movement();
  assert.equal(await after(seconds(9)), [], "movements are not in the filter");
  assert.equal(await after(seconds(2)), ["vacant"]);
  mover.movement();
  await after(seconds(3));
  await ask(occupancy.catchMovement(7, 2));
  mover.movement();
  assert.equal(await after(seconds(3)), ["moving occupied"]);
  mover.movement();
  assert.equal(await after(seconds(3)), []);
  await ask(occupancy.cancelHoldTimer(7, 2));
  assert.equal(await after(seconds(1)), ["vacant"]);
  await set(2, occupancy.setReportTimer(7, 2));
  assert.equal(await after(milliseconds(4500)), ["vacant again", "vacant again"]);
});

test("a slider and a light sensor tell changes, no two nearer than the dead time, small ones not", async () => {
  const { slider, light, after, frames } = rig();
  slider.move(100);
  slider.move(200);
  slider.move(300);
  assert.equal(await after(milliseconds(60), "vacant"), ["position 100"]);
  assert.equal(await after(milliseconds(100), "vacant"), ["position 300"]);
  const [first, second] = frames;
  assert.ok(first && second && second.start - first.start >= 100);
  light.shine(500);
  light.shine(700);
  assert.equal(await after(seconds(2), "vacant"), ["light 500", "light 700"]);
  light.shine(720);
  assert.equal(await after(seconds(2), "vacant"), [], "less than 5 %");
  light.shine(740);
  assert.equal(await after(seconds(2), "vacant"), ["light 740"]);
  assert.equal(await after(seconds(30), "vacant"), ["light 740"], "the report");
});

test("event filter, disabled instances and quiescent mode keep events back", async () => {
  const { push, ask, after } = rig();
  const click = async () => {
    push.press();
    push.release();
    return after(milliseconds(200));
  };
  await ask(cmd.dtr2Dtr1(0, 0));
  await ask(cmd.dtr0(0x03));
  await ask(inst.setEventFilter(7, 0));
  assert.equal(await click(), ["ButtonPressed", "ButtonReleased"]);
  await ask(inst.disableInstance(7, instanceType(1)));
  assert.equal(await click(), []);
  await ask(inst.enableInstance(7, 0));
  await ask(cmd.startQuiescentMode(ALL_DEVICES));
  assert.is(await ask(cmd.queryQuiescentMode(7)), true);
  assert.equal(await click(), []);
  await after(minutes(15));
  assert.equal(await click(), ["ButtonPressed", "ButtonReleased"]);
  await ask(cmd.startQuiescentMode(7));
  await ask(cmd.stopQuiescentMode(7));
  assert.is((await click()).length, 2);
});

test("events tell their sender by the scheme, and fall back where they cannot", async () => {
  const { push, ask, set, frames, after } = rig();
  const scheme = async (number: number) => {
    await set(number, inst.setEventScheme(7, 0));
    push.press();
    push.release();
    await after(milliseconds(200));
    const event = decodeEvent(frames.at(-1)?.data ?? 0);
    return (
      event && [event.scheme, "address" in event ? event.address : "group" in event ? event.group : event.instance]
    );
  };
  assert.equal(await scheme(0), ["instance", 0]);
  assert.equal(await scheme(1), ["device", 7]);
  assert.equal(await scheme(2), ["device-instance", 7]);
  assert.equal(await scheme(3), ["instance", 0], "in no group");
  await ask(cmd.dtr2Dtr1(0x02, 0x00));
  await ask(cmd.addToDeviceGroups16To31(7));
  assert.equal(await scheme(3), ["device-group", 25]);
  assert.equal(await scheme(4), ["instance", 0]);
  await set(9, inst.setPrimaryInstanceGroup(7, 0));
  assert.equal(await scheme(4), ["instance-group", 9]);
  assert.is(await ask(inst.queryInstanceEnabled(deviceGroup(25), instanceGroup(9))), true);
  assert.is(await ask(inst.queryInstanceEnabled(deviceGroup(24), instanceGroup(9))), false);
});

test("the input value comes from its highest bit on, repeated to whole bytes", async () => {
  const { slider, push, ask } = rig();
  slider.move(0b11_0000_0001);
  assert.equal(await ask(inst.queryInputValue(7, 1)), value(0b1100_0000));
  assert.equal(await ask(inst.queryInputValueLatch(7, 1)), value(0b0111_0000));
  push.press();
  assert.equal(await ask(inst.queryInputValue(7, 0)), value(0xff));
});

test("addressing: INITIALISE 0x7F, search, program, verify", async () => {
  const { clock, device, ask } = rig({ address: null, draws: [0x112233] });
  assert.is(await ask(cmd.queryMissingShortAddress(UNADDRESSED_DEVICES)), true);
  assert.is(await ask(cmd.compare()), false);
  await ask(cmd.initialise(0x7f));
  await ask(cmd.randomise());
  await clock.advance(milliseconds(101));
  for (const command of [cmd.searchAddrH(0x11), cmd.searchAddrM(0x22), cmd.searchAddrL(0x32)]) await ask(command);
  assert.is(await ask(cmd.compare()), false);
  await ask(cmd.searchAddrL(0x33));
  assert.is(await ask(cmd.compare()), true);
  await ask(cmd.programShortAddress(12));
  assert.is(device.shortAddress, 12);
  assert.is(await ask(cmd.verifyShortAddress(12)), true);
  assert.equal(await ask(cmd.queryShortAddress()), value(12));
  await ask(cmd.withdraw());
  assert.is(await ask(cmd.compare()), false);
  await clock.advance(minutes(15));
  assert.is(await ask(cmd.verifyShortAddress(12)), false);
});

test("without bus power it is off, forgets, and comes back; a short dip does nothing", async () => {
  const { clock, bus, device, push, ask, set, after } = rig();
  await set(9, cmd.setShortAddress(7));
  await clock.advance(milliseconds(200));
  await set(4, inst.setEventScheme(9, 0));
  bus.setPower(false);
  await clock.advance(milliseconds(500));
  bus.setPower(true);
  assert.equal(await ask(cmd.queryContentDtr0(9)), value(4));
  await set(3, inst.setEventScheme(9, 0));
  bus.setPower(false);
  push.press();
  await clock.advance(seconds(2));
  push.release();
  bus.setPower(true);
  assert.equal(await after(seconds(1)), []);
  assert.equal(await ask(cmd.queryContentDtr0(9)), value(0));
  assert.is(device.powerCycleSeen, true);
  assert.equal(await ask(inst.queryEventScheme(9, 0)), value(4), "3 was not there long enough");
});

test.run();
