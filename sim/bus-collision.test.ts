import { test } from "uvu";
import * as assert from "uvu/assert";
import { instant, milliseconds, minutes, seconds, watts } from "../controllers/units.ts";
import { dapc, queryActualLevel } from "../firmware/dali/commands/gear.ts";
import { forward16, forward24 } from "../firmware/dali/frame.ts";
import { type Answering, mixed } from "./answers.ts";
import { type Heard, SimulatedBus } from "./bus.ts";
import { REPLY_TIMINGS } from "./bus-timing.ts";
import { VirtualClock } from "./clock.ts";
import { ForeignMaster } from "./foreign-master.ts";
import { spoiltAt } from "./forward-collision.ts";
import { Gear } from "./gear.ts";
import { SeededRandom } from "./random.ts";

function rig(random = new SeededRandom(2)) {
  const clock = new VirtualClock(instant(0));
  const bus = new SimulatedBus(clock, random);
  const heard: Heard[] = [];
  bus.onFrame((one) => heard.push(one));
  return { clock, bus, heard };
}
const kinds = (heard: readonly Heard[]) => heard.map((one) => (one.kind === "forward" ? one.frame.data : one.value));

test("two masters that begin at the same moment spoil each other, and both come through after", async () => {
  const { clock, bus, heard } = rig();
  bus.transmit({ frame: forward16(0x0100), priority: 3, twice: false });
  bus.transmit({ frame: forward16(0x0300), priority: 3, twice: false, foreign: true });
  await clock.advance(seconds(1));
  assert.equal(kinds(heard)[0], null);
  assert.equal(kinds(heard).slice(1).toSorted(), [0x0100, 0x0300]);
  const [spoilt, first, second] = heard;
  assert.ok(spoilt && first && second);
  // six bits alike after the start bit, half of the seventh, the break
  assert.ok(Math.abs(spoilt.end - (7.5 / 1.2 + 1.3)) < 0.01, `${spoilt.end}`);
  assert.ok(first.start - spoilt.end >= 4 && first.start - spoilt.end <= 4.6);
  assert.ok(second.start - first.end >= 16.3, "who comes second settles as always");
});

test("boxes never collide with each other; equal frames and frames of one sender neither", async () => {
  for (const [a, b] of [
    [{ data: 0x0100 }, { data: 0x0300 }],
    [{ data: 0x0100 }, { data: 0x0100, foreign: true }],
    [
      { data: 0x0100, by: test },
      { data: 0x0300, by: test, foreign: true },
    ],
  ] as const) {
    const { clock, bus, heard } = rig();
    for (const { data, ...more } of [a, b]) {
      bus.transmit({ frame: forward16(data), priority: 3, twice: false, ...more });
    }
    await clock.advance(seconds(1));
    assert.is(heard.filter((one) => one.kind === "forward").length, 2);
    assert.is(heard.length, 2);
  }
});

test("the wire is busy until the first bit that differs, and the break", () => {
  const at = (a: number, b: number) => Math.round((spoiltAt(forward16(a), forward16(b), 100) - 101.3) * 1200) / 1000;
  assert.is(at(0x8000, 0x0000), 1.5);
  assert.is(at(0x0001, 0x0000), 16.5);
  assert.is(at(0x0300, 0x0100), 7.5);
  const mixedLengths = spoiltAt(forward24(0x0100ff), forward16(0x0100), 0);
  assert.ok(Math.abs(mixedLengths - (17.5 / 1.2 + 1.3)) < 1e-9, "alike as far as the shorter one goes");
});

test("on a busy bus a foreign master of the same priority collides now and then; nothing is lost", async () => {
  const { clock, bus, heard } = rig();
  const foreign = new ForeignMaster(bus, new SeededRandom(4), {
    frames: [dapc(60, 1).frame],
    perHour: 60 * 60 * 4,
    burst: 2,
  });
  foreign.start();
  let ours = 0;
  for (; ours < 2000; ours++) {
    bus.transmit({ frame: dapc(1, 2).frame, priority: 3, twice: false });
    await clock.advance(milliseconds(60));
  }
  foreign.stop();
  await clock.advance(minutes(1));
  const spoilt = heard.filter((one) => one.kind === "backward").length;
  const through = (data: number) => kinds(heard).filter((one) => one === data).length;
  assert.is(through(dapc(1, 2).frame.data), ours);
  assert.is(through(dapc(60, 1).frame.data), foreign.sent);
  assert.ok(spoilt > 5 && spoilt < foreign.sent, `${spoilt} collisions for ${foreign.sent} foreign frames`);
  for (const [i, one] of heard.entries()) {
    const next = heard[i + 1];
    if (next) assert.ok(next.start >= one.end, "one at a time");
  }
});

test("answers: equal ones within a fraction of a bit read as one; the mix lasts to the last end", () => {
  const mix = (...answers: readonly Answering[]) => mixed(answers);
  assert.is(mix({ value: 7, start: 1 }, { value: 7, start: 1.07 }).value, 7);
  assert.is(mix({ value: 7, start: 1 }, { value: 7, start: 1.09 }).value, null);
  assert.is(mix({ value: 7, start: 1 }, { value: 6, start: 1 }).value, null);
  assert.equal(mix({ value: 7, start: 4 }, { value: 7, start: 1 }, { value: 7, start: 2 }), {
    value: null,
    start: 1,
    end: 4 + 7.5,
  });
});

test("reply timings: ideal 8 ms, jitter 5.5 to 10.5, legacy 2.92 to 9.17", async () => {
  const bounds = { ideal: [8, 8], jitter: [5.5, 10.5], legacy: [2.92, 9.17] } as const;
  for (const reply of REPLY_TIMINGS) {
    const { clock, bus, heard } = rig();
    bus.add(new Gear({ clock, random: new SeededRandom(1), address: 1, power: watts(60), reply }));
    const delays: number[] = [];
    for (let i = 0; i < 300; i++) {
      bus.transmit({ frame: queryActualLevel(1).frame, priority: 3, twice: false });
      await clock.advance(milliseconds(100));
      delays.push((heard.at(-1)?.start ?? 0) - (heard.at(-2)?.end ?? 0));
    }
    const [low, high] = bounds[reply];
    assert.ok(Math.min(...delays) >= low - 1e-9 && Math.max(...delays) <= high + 1e-9, reply);
    assert.ok(Math.max(...delays) - Math.min(...delays) >= 0.95 * (high - low), `${reply} uses its whole span`);
  }
});

test("what is taken off the bus hears no more", async () => {
  const { clock, bus, heard } = rig();
  const gear = new Gear({ clock, random: new SeededRandom(1), address: 1, power: watts(60) });
  bus.add(gear);
  bus.remove(gear);
  bus.transmit({ frame: queryActualLevel(1).frame, priority: 3, twice: false });
  await clock.advance(seconds(1));
  assert.is(heard.length, 1);
});

test.run();
