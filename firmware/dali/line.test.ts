import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Rank, Reading, Step } from "../../controllers/model.ts";
import { duration, hours, instant, level, milliseconds, minutes, seconds, watts } from "../../controllers/units.ts";
import { type Heard, SimulatedBus } from "../../sim/bus.ts";
import { VirtualClock } from "../../sim/clock.ts";
import { lubaTwin } from "../../sim/gateways/luba.ts";
import { Gear } from "../../sim/gear.ts";
import { SimulatedPort } from "../../sim/pipe.ts";
import { SeededRandom } from "../../sim/random.ts";
import { luba } from "../gateways/luba.ts";
import type { Fault } from "../hal/fault.ts";
import { silent } from "../hal/log.ts";
import { forward16 } from "./frame.ts";
import { type DaliLineOptions, daliLine } from "./line.ts";
import type { Traffic } from "./traffic.ts";

type Forward = Extract<Heard, { kind: "forward" }>;

/** A line of `count` lamps, whole from the port to the light. */
function rig(count: number, options: Partial<DaliLineOptions> = {}, seed = 5) {
  const clock = new VirtualClock(instant(1_790_000_000_000));
  const random = new SeededRandom(seed);
  const bus = new SimulatedBus(clock, random);
  const gear = Array.from({ length: count }, (_, address) => {
    const made = new Gear({ clock, random, address, power: watts(60) });
    bus.add(made);
    return made;
  });
  const frames: Forward[] = [];
  bus.onFrame((heard) => {
    if (heard.kind === "forward") frames.push(heard);
  });
  const port = new SimulatedPort("/dev/test", lubaTwin(bus));
  const lamps = gear.map((_, address) => ({ id: `lamp/1/${address}`, address, curve: "logarithmic" as const }));
  const line = daliLine({
    id: "bus/1",
    open: async (signal) => luba.open(await port.open(signal), { clock, log: silent, signal, options: {} }),
    clock,
    random,
    log: silent,
    lamps,
    fadeTime: milliseconds(700),
    failSafe: level(100),
    pollEvery: seconds(60),
    ...options,
  });
  const readings: Reading[] = [];
  const abort = new AbortController();
  const start = () => line.run((reading) => readings.push(reading), abort.signal);
  const step = (address: number, percent: number, rank: Rank = "schedule"): Step => ({
    kind: "level",
    line: "bus/1",
    lamp: `lamp/1/${address}`,
    level: level(percent),
    rank,
  });
  const faults = () => readings.flatMap((r) => (r.kind === "fault" ? [`${r.source} ${r.fault}`] : []));
  const levels = (address: number) =>
    readings.flatMap((r) => (r.kind === "level" && r.source === `lamp/1/${address}` ? [Math.round(r.level)] : []));
  return { clock, random, bus, gear, frames, port, line, readings, abort, start, step, faults, levels };
}

const sent = (frames: readonly Forward[]) =>
  frames.map(({ frame }) => frame.data.toString(16).padStart(4, "0")).join(" ");
/** DAPC frames: an address byte with a clear last bit, below the special commands or broadcast. */
const isDapc = ({ frame }: Forward) => frame.bits === 16 && (frame.data & 0x0100) === 0;

/** QUERY ACTUAL LEVEL or QUERY STATUS of one gear. */
const isPoll = ({ frame: { data } }: Forward) => data < 0x8000 && [0x1a0, 0x190].includes(data & 0x1ff);

test("sets the fade time, then steps fade and are reported as soon as they are sent", async () => {
  const { clock, start, line, step, frames, gear, levels } = rig(2);
  void start();
  line.apply([step(1, 10)]);
  await clock.advance(milliseconds(95));
  assert.is(sent(frames), "a301 ff2e ff2e");
  await clock.advance(milliseconds(30));
  assert.is(sent(frames.slice(3)), "02aa", "the step waited for the line to open");
  assert.ok((gear[1]?.arc ?? 0) > 230, "it fades");
  assert.equal(levels(1), [10]);
  await clock.advance(seconds(1));
  assert.is(gear[1]?.arc, 170);
});

test("the latest step of a lamp wins; one level for all is one frame", async () => {
  const { clock, start, line, step, frames, gear, levels } = rig(64, { pollEvery: hours(1) });
  void start();
  await clock.advance(seconds(20));
  const since = () => frames.slice(before).filter(isDapc);
  let before = frames.length;
  line.apply([step(0, 40), step(1, 50)]);
  line.apply([step(0, 30), step(1, 60)]);
  line.apply([step(1, 70)]);
  await clock.advance(seconds(1));
  // the first went out at once; the others were replaced while it was on the bus
  assert.is(sent(since()), "00dc 02f1 00d2");
  before = frames.length;
  line.apply(gear.map((_, address) => step(address, 40)));
  await clock.advance(seconds(3));
  assert.is(sent(since()), "fedc");
  assert.ok(gear.every((one) => one.arc === 220));
  assert.is(levels(63).at(-1), 40);
});

test("64 lamps polled: an operator's step is on the bus within 80 ms in 99 of 100 cases", async () => {
  const { clock, start, line, step, frames, random } = rig(64, { pollEvery: seconds(10) });
  void start();
  await clock.advance(seconds(30));
  const waits: number[] = [];
  for (let i = 0; i < 400; i++) {
    await clock.advance(duration(300 + random.next() * 700));
    const at = clock.monotonic();
    const before = frames.length;
    line.apply([step(i % 64, 20 + (i % 50), "operator")]);
    await clock.advance(milliseconds(250));
    const mine = frames.slice(before).find(isDapc);
    assert.ok(mine);
    waits.push((mine?.end ?? 0) - at);
  }
  waits.sort((a, b) => a - b);
  const [median, p99, most] = [waits[200] ?? 0, waits[396] ?? 0, waits[399] ?? 0];
  const polls = frames.filter((frame) => !isDapc(frame)).length;
  const share = (polls / (clock.monotonic() / 1000)) * 0.033;
  assert.ok(share > 0.15, `the bus is really being polled: ${share}`);
  assert.ok(p99 <= 80, `median ${median}, p99 ${p99}, most ${most} ms`);
});

test("an operator goes before the schedule", async () => {
  const { clock, start, line, step, frames } = rig(10);
  void start();
  await clock.advance(seconds(10));
  const before = frames.length;
  line.apply([step(1, 10), step(2, 20), step(3, 30), step(4, 40, "operator")]);
  await clock.advance(seconds(1));
  const order = frames.slice(before).filter(isDapc);
  assert.is(order[0]?.frame.data, (4 << 9) | 220, "the operator's is first though it came last");
  assert.is(order.length, 4);
});

test("each lamp is read for level and status once in a polling period, evenly", async () => {
  const { clock, start, frames } = rig(6, { pollEvery: seconds(30) });
  void start();
  await clock.advance(seconds(40));
  const before = frames.length;
  await clock.advance(seconds(30));
  const polls = frames.slice(before).filter(isPoll);
  const counts = Map.groupBy(polls, ({ frame }) => frame.data);
  assert.is(counts.size, 12);
  assert.ok([...counts.values()].every((some) => some.length === 1));
  for (let i = 1; i < polls.length; i++) {
    const gap = (polls[i]?.start ?? 0) - (polls[i - 1]?.start ?? 0);
    assert.ok(Math.abs(gap - 2500) < 400, `${gap}`);
  }
});

test("a polling period too short for the bus is held to its budget", async () => {
  const { clock, start, frames } = rig(64, { pollEvery: seconds(1) });
  void start();
  await clock.advance(seconds(5));
  const before = frames.length;
  await clock.advance(seconds(60));
  const perSecond = (frames.length - before) / 60;
  assert.ok(perSecond > 5 && perSecond < 0.3 / 0.0277, `${perSecond} polls a second`);
});

test("a level seen otherwise than given is reported, but not while it fades or when a command is newer", async () => {
  const { clock, start, line, step, gear, levels, readings } = rig(1, { pollEvery: seconds(2), fadeTime: seconds(4) });
  void start();
  await clock.advance(seconds(5));
  assert.equal(levels(0), [100]);
  line.apply([step(0, 1)]);
  await clock.advance(seconds(20));
  assert.equal(levels(0), [100, 1], "what the poll sees is what was given");
  gear[0]?.setMains(false);
  gear[0]?.setMains(true);
  await clock.advance(seconds(5));
  assert.equal(levels(0), [100, 1, 100], "back from a mains cut at its power on level");
  const exact = readings.filter((r) => r.kind === "level").map((r) => r.level);
  assert.is(exact[1], 1, "the level as given, not rounded to an arc power level");
});

test("lamp failures are told on change, first of all as they are", async () => {
  const { clock, start, gear, readings } = rig(2, { pollEvery: seconds(4) });
  const told = () =>
    readings.flatMap((r) => (r.kind === "lamp" ? [`${r.source} ${r.lampFailure} ${r.gearFailure}`] : []));
  void start();
  await clock.advance(seconds(10));
  assert.equal(told(), ["lamp/1/0 false false", "lamp/1/1 false false"]);
  if (gear[1]) gear[1].lampFailure = true;
  await clock.advance(seconds(10));
  assert.equal(told().slice(2), ["lamp/1/1 true false"]);
});

test("a lamp that misses three polls is missing, until it answers", async () => {
  const { clock, start, gear, faults } = rig(2, { pollEvery: seconds(4) });
  void start();
  await clock.advance(seconds(10));
  if (gear[1]) gear[1].mute = true;
  await clock.advance(seconds(3));
  assert.equal(faults(), []);
  await clock.advance(seconds(7));
  assert.equal(faults(), ["lamp/1/1 gear-missing"]);
  if (gear[1]) gear[1].mute = false;
  await clock.advance(seconds(10));
  assert.equal(faults().slice(0, 2), ["lamp/1/1 gear-missing", "lamp/1/1 null"]);
  assert.ok(
    faults()
      .slice(2)
      .every((fault) => fault === "lamp/1/1 null"),
    "its level is wanted anew: its mains may have been away",
  );
});

test("unplugged and plugged in again: the fault and its end are told once, and the levels anew", async () => {
  const { clock, start, port, line, step, faults, levels, gear } = rig(2);
  void start();
  await clock.advance(seconds(5));
  line.apply([step(0, 10), step(1, 20)]);
  await clock.advance(seconds(2));
  port.unplug();
  await clock.advance(milliseconds(1));
  assert.equal(faults(), ["bus/1 port-lost"]);
  line.apply([step(0, 50)]);
  await clock.advance(seconds(60));
  assert.equal(faults(), ["bus/1 port-lost", "bus/1 port-missing"]);
  const before = levels(0).length;
  line.apply([step(0, 60)]);
  port.replug();
  await clock.advance(seconds(8));
  assert.equal(faults(), ["bus/1 port-lost", "bus/1 port-missing", "bus/1 null"]);
  assert.equal(levels(0).slice(before), [10], "the step given meanwhile was dropped, the level is told anew");
  line.apply([step(0, 50)]);
  await clock.advance(seconds(2));
  assert.is(gear[0]?.arc, 229);
});

test("a port that is missing at the start is a fault and is tried again", async () => {
  const { clock, start, port, faults } = rig(1);
  port.present = false;
  void start();
  await clock.advance(seconds(30));
  assert.equal(faults(), ["bus/1 port-missing"]);
  port.replug();
  await clock.advance(seconds(6));
  assert.equal(faults(), ["bus/1 port-missing", "bus/1 null"]);
});

test("a bus without power is a fault until it has power, however often the box is opened meanwhile", async () => {
  const { clock, start, bus, faults } = rig(2, { pollEvery: seconds(4) });
  void start();
  await clock.advance(seconds(10));
  bus.setPower(false);
  await clock.advance(seconds(5));
  assert.equal(faults(), ["bus/1 bus-power-lost"]);
  await clock.advance(minutes(2));
  assert.equal(faults(), ["bus/1 bus-power-lost"]);
  bus.setPower(true);
  await clock.advance(seconds(8));
  assert.equal(faults(), ["bus/1 bus-power-lost", "bus/1 null"]);
});

test("fail-safe is one broadcast, awaited; a line that is down has nothing to do", async () => {
  const { clock, start, line, step, gear, frames, abort } = rig(5);
  const never = new AbortController().signal;
  await clock.run(line.failSafe(never), seconds(1));
  const run = start();
  await clock.advance(seconds(5));
  line.apply(gear.map((_, address) => step(address, 5 + address)));
  const before = frames.length;
  await clock.run(line.failSafe(never), seconds(1));
  assert.is(sent(frames.slice(before).filter(isDapc)).slice(-4), "fefe");
  await clock.advance(seconds(2));
  assert.ok(gear.every((one) => one.light() === 100));
  abort.abort(new Error("end"));
  await clock.run(run, milliseconds(10));
});

test("fail-safe gives up when its signal aborts", async () => {
  const { clock, start, line, bus } = rig(3);
  void start();
  await clock.advance(seconds(5));
  bus.setPower(false);
  const abort = new AbortController();
  const work = line.failSafe(abort.signal);
  await clock.advance(milliseconds(100));
  abort.abort(new Error("late"));
  await clock.run(work, milliseconds(1));
});

test("an abort ends the run at once, closes the port and leaves no timer", async () => {
  for (const present of [true, false]) {
    const { clock, start, abort, port } = rig(4);
    port.present = present;
    const run = start();
    await clock.advance(seconds(7.03));
    abort.abort(new Error("end"));
    await clock.run(run, milliseconds(10));
    await clock.advance(milliseconds(100));
    assert.equal(clock.waiting(), []);
  }
});

test("an abort while the gateway opens is not missed", async () => {
  const stop = new AbortController();
  const clock = new VirtualClock(instant(1_790_000_000_000));
  const port = new SimulatedPort("/dev/test", lubaTwin(new SimulatedBus(clock, new SeededRandom(1))));
  const open: DaliLineOptions["open"] = async (signal) => {
    const opened = await luba.open(await port.open(signal), { clock, log: silent, signal, options: {} });
    stop.abort(new Error("end"));
    return opened;
  };
  const { line } = rig(1, { open, clock });
  await clock.run(
    line.run(() => {}, stop.signal),
    seconds(1),
  );
  assert.equal(clock.waiting(), []);
});

test("how much of its time the bus is in use is known while it works", async () => {
  const { clock, start, line, port } = rig(16, { pollEvery: seconds(10) });
  assert.is(line.utilisation, null);
  void start();
  await clock.advance(minutes(2));
  const used = line.utilisation ?? Number.NaN;
  assert.ok(used > 0.15 && used < 0.4, `${used}`);
  port.unplug();
  await clock.advance(seconds(1));
  assert.is(line.utilisation, null);
});

test("a technician sees what goes over the bus", async () => {
  const { clock, start, line, step, bus } = rig(2);
  const seen: Traffic[] = [];
  const stop = line.watch((traffic) => seen.push(traffic));
  void start();
  line.apply([step(1, 10)]);
  await clock.advance(milliseconds(300));
  bus.transmit({ frame: forward16(0x0105), priority: 2, twice: false });
  await clock.advance(milliseconds(300));
  const told = (traffic: Traffic) => {
    if (traffic.kind === "foreign") return `foreign ${traffic.data.toString(16)}`;
    if (traffic.kind !== "sent") return traffic.kind;
    const { frame, reply } = traffic;
    return `${frame.data.toString(16)} ${reply === null ? "-" : reply.kind === "byte" ? reply.value : reply.kind}`;
  };
  assert.equal(seen.slice(0, 4).map(told), ["a301 -", "ff2e -", "2aa -", "1a0 254"]);
  assert.ok(seen.some((traffic) => told(traffic) === "foreign 105"));
  stop();
  const before = seen.length;
  line.apply([step(1, 20)]);
  await clock.advance(seconds(1));
  assert.is(seen.length, before);
});

test("a borrowed bus is the borrower's alone; given back, the line begins anew", async () => {
  const { clock, start, line, step, frames, faults, gear } = rig(3);
  void start();
  line.apply([step(0, 50), step(1, 20)]);
  await clock.advance(milliseconds(120));
  line.apply([step(2, 30)]);
  const gateway = await clock.run(line.borrow(), milliseconds(100));
  assert.equal(faults(), ["bus/1 in-maintenance"]);
  const before = frames.length;
  line.apply([step(0, 100)]);
  await clock.advance(seconds(30));
  assert.is(frames.length, before, "the line is silent");
  const again = await line.borrow().then(String, (error: Fault) => error.kind);
  assert.is(again, "port-busy");
  await clock.run(gateway.send({ frame: forward16(0x0000), priority: 2, twice: false, answers: false }), seconds(1));
  await clock.advance(seconds(1));
  assert.is(gear[0]?.arc, 0);
  await gateway.close();
  await gateway.close();
  await clock.advance(seconds(2));
  assert.equal(faults(), ["bus/1 in-maintenance", "bus/1 null"]);
  assert.is(
    await gateway
      .send({ frame: forward16(0), priority: 2, twice: false, answers: false })
      .then(String, (error: Fault) => error.kind),
    "port-lost",
  );
  line.apply([step(0, 100)]);
  await clock.advance(seconds(2));
  assert.is(gear[0]?.arc, 254);
});

test("a borrower is told when the gateway is lost", async () => {
  const { clock, start, line, port } = rig(1);
  void start();
  await clock.advance(milliseconds(200));
  const gateway = await clock.run(line.borrow(), milliseconds(100));
  port.unplug();
  await clock.advance(milliseconds(100));
  const events = (async () => {
    for await (const _ of gateway.events) assert.unreachable();
  })().then(String, (error: Fault) => error.kind);
  assert.is(await clock.run(events, milliseconds(10)), "port-lost");
  port.replug();
  await clock.advance(seconds(3));
  await (await clock.run(line.borrow(), milliseconds(100))).close();
});

test("a night of 24 lamps is the same for a seed, and quick", async () => {
  const night = async () => {
    const { clock, start, frames, abort, readings } = rig(24);
    const run = start();
    await clock.advance(hours(1));
    abort.abort(new Error("end"));
    await clock.run(run, seconds(1));
    return [frames.length, frames.at(-1)?.end, readings.length];
  };
  const began = performance.now();
  const first = await night();
  assert.ok((first[0] ?? 0) > 2800, `${first}`);
  assert.equal(await night(), first);
  assert.ok(performance.now() - began < 5000);
});

test("a wrong line is refused", () => {
  const lamp = { id: "lamp/1/1", address: 1, curve: "linear" as const };
  assert.throws(() => rig(0, { lamps: [lamp, { ...lamp, id: "lamp/1/2" }] }), /address is used twice/);
  assert.throws(() => rig(0, { lamps: [{ ...lamp, address: 64 }] }), /address is 64/);
  assert.throws(() => rig(2).line.apply([{ ...rig(2).step(1, 1), lamp: "lamp/9/9" }]), /lamp\/9\/9/);
});

test.run();
