import { test } from "uvu";
import * as assert from "uvu/assert";
import { instant, milliseconds, seconds, watts } from "../controllers/units.ts";
import { compare, dapc, off, queryActualLevel } from "../firmware/dali/commands/gear.ts";
import { forward24 } from "../firmware/dali/frame.ts";
import type { Priority } from "../firmware/dali/gateway.ts";
import { type BusDevice, type Heard, SimulatedBus } from "./bus.ts";
import { VirtualClock } from "./clock.ts";
import { Gear } from "./gear.ts";
import { SeededRandom } from "./random.ts";

function rig() {
  const clock = new VirtualClock(instant(0));
  const random = new SeededRandom(11);
  const bus = new SimulatedBus(clock, random);
  const heard: Heard[] = [];
  bus.onFrame((frame) => heard.push(frame));
  const gear = (address: number) => {
    const made = new Gear({ clock, random, address, power: watts(60) });
    bus.add(made);
    return made;
  };
  const send = (frame = off(1).frame, priority: Priority = 3, twice = false) =>
    bus.transmit({ frame, priority, twice });
  return { clock, bus, heard, gear, send };
}

const data = (heard: readonly Heard[]) =>
  heard.map((frame) => (frame.kind === "forward" ? frame.frame.data.toString(16) : `reply ${frame.value}`));
const near = (value: number, low: number, high: number) =>
  assert.ok(value >= low - 1e-3 && value <= high + 1e-3, `${value} is not ${low}..${high}`);

test("frames last as long as their bits, and settle as long as their priority says", async () => {
  const { clock, heard, send } = rig();
  const bounds = { 1: [13.5, 14.7], 2: [14.9, 16.1], 3: [16.3, 17.7], 4: [17.9, 19.3], 5: [19.5, 21.1] } as const;
  send();
  await clock.advance(milliseconds(14.2));
  near((heard[0]?.end ?? 0) - (heard[0]?.start ?? 0), 14.166, 14.167);
  for (const priority of [1, 2, 3, 4, 5] as const) {
    const gaps = new Set<string>();
    for (let i = 0; i < 20; i++) {
      send(forward24(1), priority);
      await clock.advance(milliseconds(50));
      // back to back: the next waits for this one
      send(forward24(2), priority);
      send(forward24(3), priority);
      await clock.advance(seconds(1));
      const [a, b] = heard.slice(-2);
      const gap = (b?.start ?? 0) - (a?.end ?? 0);
      near(gap, bounds[priority][0], bounds[priority][1]);
      near((b?.end ?? 0) - (b?.start ?? 0), 20.833, 20.834);
      gaps.add(gap.toFixed(2));
    }
    assert.ok(gaps.size > 5, "the settling time varies");
  }
});

test("on an idle bus a frame begins at once, or when it is ready", async () => {
  const { clock, bus, heard, send } = rig();
  await clock.advance(seconds(1));
  send();
  await clock.advance(milliseconds(14.2));
  assert.is(heard[0]?.start, 1000);
  await clock.advance(seconds(1));
  bus.transmit({ frame: off(1).frame, priority: 2, twice: false, ready: clock.monotonic() + 3 });
  await clock.advance(milliseconds(100));
  near(heard[1]?.start ?? 0, 2017.2, 2017.2);
});

test("the most urgent of those that wait sends next, also one that came last", async () => {
  const { clock, heard, send } = rig();
  send(dapc(0, 0).frame, 3);
  await clock.advance(milliseconds(5));
  send(dapc(5, 0).frame, 5);
  send(dapc(4, 0).frame, 4);
  await clock.advance(milliseconds(15));
  send(dapc(2, 0).frame, 2);
  await clock.advance(seconds(1));
  assert.equal(data(heard), ["0", "400", "800", "a00"]);
});

test("a frame can be withdrawn until it begins", async () => {
  const { clock, heard, send } = rig();
  const first = send(dapc(0, 0).frame);
  const second = send(dapc(1, 0).frame);
  await clock.advance(milliseconds(5));
  first();
  second();
  await clock.advance(seconds(1));
  assert.equal(data(heard), ["0"]);
});

test("send-twice: nobody gets between, and the gap is that of priority 1", async () => {
  const { clock, heard, send } = rig();
  send(dapc(0, 0).frame, 5, true);
  await clock.advance(milliseconds(5));
  send(dapc(1, 0).frame, 2);
  await clock.advance(seconds(1));
  assert.equal(data(heard), ["0", "0", "200"]);
  near((heard[1]?.start ?? 0) - (heard[0]?.end ?? 0), 13.5, 14.7);
});

test("a reply begins 5.5 to 10.5 ms after the question and lasts 7.5 ms; the next frame waits for it", async () => {
  const { clock, heard, gear, send } = rig();
  gear(3);
  const delays: number[] = [];
  for (let i = 0; i < 50; i++) {
    send(queryActualLevel(3).frame, 5);
    send(off(9).frame, 2);
    await clock.advance(seconds(1));
  }
  for (const [i, frame] of heard.entries()) {
    if (frame.kind !== "backward") continue;
    const delay = frame.start - (heard[i - 1]?.end ?? 0);
    near(delay, 5.5, 10.5);
    near(frame.end - frame.start, 7.5, 7.5);
    delays.push(delay);
    const next = heard[i + 1];
    if (next) assert.ok(next.start - frame.end > 13);
    assert.is(frame.value, 254);
  }
  assert.is(delays.length, 50);
  assert.ok(Math.max(...delays) - Math.min(...delays) > 3, "replies jitter");
});

test("two replies spoil each other; none is silence", async () => {
  const { clock, heard, gear, send } = rig();
  gear(3);
  gear(3);
  send(queryActualLevel(3).frame);
  await clock.advance(milliseconds(100));
  send(queryActualLevel(4).frame);
  await clock.advance(milliseconds(100));
  assert.equal(data(heard), ["7a0", "reply null", "9a0"]);
  const spoilt = heard[1];
  assert.ok(spoilt && spoilt.end - spoilt.start > 7.5 && spoilt.end - spoilt.start < 12.5);
});

test("equal replies at the very same time read as one", async () => {
  const clock = new VirtualClock(instant(0));
  const bus = new SimulatedBus(clock, { next: () => 0.5 });
  const answers = (value: number): BusDevice => ({ hear: () => value, systemFailure() {} });
  const heard: Heard[] = [];
  bus.onFrame((frame) => heard.push(frame));
  bus.add(answers(0xff));
  bus.add(answers(0xff));
  bus.transmit({ frame: compare().frame, priority: 3, twice: false });
  await clock.advance(milliseconds(100));
  bus.add(answers(0xfe));
  bus.transmit({ frame: compare().frame, priority: 3, twice: false });
  await clock.advance(milliseconds(100));
  assert.equal(data(heard), ["a900", "reply 255", "a900", "reply null"]);
});

test("without power frames are lost, and gear fails after 550 ms to its system failure level", async () => {
  const { clock, bus, heard, gear, send } = rig();
  const [low, kept] = [gear(1), gear(2)];
  low.settings.systemFailureLevel = 200;
  kept.settings.systemFailureLevel = 255;
  send(dapc(1, 100).frame);
  send(dapc(2, 100).frame);
  await clock.advance(milliseconds(100));
  bus.setPower(false);
  send(off(1).frame);
  await clock.advance(milliseconds(549));
  bus.setPower(true);
  await clock.advance(seconds(1));
  assert.is(low.arc, 100, "a short dip does nothing");
  send(off(1).frame);
  bus.setPower(false);
  await clock.advance(milliseconds(549));
  assert.is(low.arc, 100);
  await clock.advance(milliseconds(1));
  assert.equal([low.arc, kept.arc], [200, 100]);
  bus.setPower(true);
  send(dapc(1, 50).frame);
  await clock.advance(seconds(1));
  assert.is(low.arc, 50);
  assert.equal(data(heard), ["264", "464", "232"]);
});

test("one timer a frame: a quiet bus has none", async () => {
  const { clock, send, gear } = rig();
  gear(1);
  send(queryActualLevel(1).frame);
  assert.is(clock.waiting().length, 1);
  await clock.advance(milliseconds(15));
  assert.is(clock.waiting().length, 1);
  await clock.advance(milliseconds(100));
  assert.equal(clock.waiting(), []);
});

test("noise spoils every answer and no command", async () => {
  const { clock, bus, heard, gear, send } = rig();
  const one = gear(1);
  bus.noisy = true;
  send(queryActualLevel(1).frame);
  await clock.advance(seconds(1));
  send(dapc(1, 0).frame);
  await clock.advance(seconds(1));
  bus.noisy = false;
  send(queryActualLevel(1).frame);
  await clock.advance(seconds(1));
  assert.equal(data(heard), ["3a0", "reply null", "200", "3a0", "reply 0"]);
  assert.is(one.arc, 0);
});

test.run();
