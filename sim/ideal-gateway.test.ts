import { test } from "uvu";
import * as assert from "uvu/assert";
import { instant, milliseconds, seconds, watts } from "../controllers/units.ts";
import type { Command } from "../firmware/dali/command.ts";
import { compare, dapc, dtr0, off, queryActualLevel, setFadeTime } from "../firmware/dali/commands/gear.ts";
import type { BusEvent, Priority } from "../firmware/dali/gateway.ts";
import { Fault } from "../firmware/hal/fault.ts";
import { type Heard, SimulatedBus } from "./bus.ts";
import { VirtualClock } from "./clock.ts";
import { Gear, type GearOptions } from "./gear.ts";
import { idealGateway } from "./ideal-gateway.ts";
import { Noise } from "./noise.ts";
import { SeededRandom } from "./random.ts";

function rig(addresses: readonly number[] = [5], options: Partial<GearOptions> = {}) {
  const clock = new VirtualClock(instant(0));
  const random = new SeededRandom(7);
  const bus = new SimulatedBus(clock, random);
  const gear = addresses.map((address) => {
    const made = new Gear({ clock, random, address, power: watts(60), reply: "ideal", ...options });
    bus.add(made);
    return made;
  });
  const gateway = idealGateway(bus);
  const events: BusEvent[] = [];
  void (async () => {
    for await (const event of gateway.events) events.push(event);
  })();
  const heard: Heard[] = [];
  bus.onFrame((frame) => heard.push(frame));
  const send = ({ frame, twice, answers }: Command<unknown>, priority: Priority = 3) =>
    gateway.send({ frame, priority, twice, answers });
  const timed = async (command: Command<unknown>) => {
    const reply = await clock.run(send(command), seconds(1));
    return { reply, after: clock.monotonic() - (heard.findLast((one) => one.kind === "forward")?.end ?? 0) };
  };
  const kindOf = (work: Promise<unknown>) =>
    clock.run(
      work.then(
        () => "done",
        (error) => (error instanceof Fault ? error.kind : String(error)),
      ),
      seconds(5),
    );
  return { clock, bus, gear, gateway, events, heard, send, timed, kindOf };
}

const near = (value: number, wanted: number) =>
  assert.ok(Math.abs(value - wanted) < 0.01, `${value} is not about ${wanted}`);

test("a command is done at its frame's end, a query at its answer's, silence 12.4 ms after", async () => {
  const { timed } = rig();
  const command = await timed(dapc(5, 100));
  assert.equal(command.reply, { kind: "none" });
  near(command.after, 0);
  const query = await timed(queryActualLevel(5));
  assert.equal(query.reply, { kind: "byte", value: 100 });
  near(query.after, 8 + 7.5);
  const silence = await timed(queryActualLevel(6));
  assert.equal(silence.reply, { kind: "none" });
  near(silence.after, 12.4);
});

test("send-twice is done after the second; the gear obeys", async () => {
  const { timed, gear, heard } = rig();
  await timed(dtr0(4));
  near((await timed(setFadeTime(5))).after, 0);
  assert.is(heard.filter((one) => one.kind === "forward").length, 3);
  assert.is(gear[0]?.settings.fadeTime, 4);
});

test("unlike answers are a collision, equal ideal ones a byte", async () => {
  const { timed, gear } = rig([5, 5]);
  assert.equal((await timed(queryActualLevel(5))).reply, { kind: "byte", value: 254 });
  gear[0]?.arcPower.atOnce(10);
  assert.equal((await timed(queryActualLevel(5))).reply, { kind: "collision" });
});

test("an answer that comes after the window is no answer, but an event", async () => {
  const { timed, events, clock, bus, gear } = rig();
  const slow = gear[0];
  assert.ok(slow);
  bus.remove(slow);
  bus.add({ hear: (...all) => slow.hear(...all), replyAfter: () => 13, systemFailure() {} });
  assert.equal((await timed(queryActualLevel(5))).reply, { kind: "none" });
  await clock.advance(milliseconds(100));
  assert.equal(
    events.map((event) => event.kind === "frame" && [event.bits, event.data]),
    [[8, 254]],
  );
});

test("others' frames and framing errors are events; ours are not", async () => {
  const { clock, bus, events, timed } = rig();
  await timed(off(5));
  bus.transmit({ frame: dapc(9, 1).frame, priority: 4, twice: false });
  await clock.advance(seconds(1));
  bus.noisy = true;
  bus.transmit({ frame: queryActualLevel(5).frame, priority: 4, twice: false });
  await clock.advance(seconds(1));
  assert.equal(
    events.map((event) => (event.kind === "frame" ? event.data : event.kind)),
    [dapc(9, 1).frame.data, queryActualLevel(5).frame.data, "framing-error"],
  );
});

test("without power, shorted, closed: typed faults, at once and in the middle; it works again after", async () => {
  const { clock, bus, gateway, events, send, kindOf, timed } = rig();
  const lost = kindOf(send(queryActualLevel(5)));
  await clock.advance(milliseconds(5));
  bus.setPower(false);
  assert.is(await lost, "bus-power-lost");
  assert.is(await kindOf(send(off(5))), "bus-power-lost");
  bus.setShort(true);
  bus.setPower(true);
  assert.is(await kindOf(send(off(5))), "bus-short-circuit");
  bus.setShort(false);
  assert.equal((await timed(queryActualLevel(5))).reply, { kind: "byte", value: 254 });
  assert.equal(
    events.map((event) => event.kind === "bus" && event.fault),
    ["bus-power-lost", "bus-short-circuit", null],
  );
  const closed = kindOf(send(off(5)));
  await gateway.close();
  assert.is(await closed, "port-lost");
  assert.is(await kindOf(send(off(5))), "port-lost");
  await gateway.close();
  assert.equal(clock.waiting(), []);
});

test("a second send before the first is done is the caller's mistake", async () => {
  const { clock, send } = rig();
  const first = send(off(5));
  assert.throws(() => send(off(5)), TypeError);
  await clock.run(first, seconds(1));
});

test("a lost answer is silence, a spoilt one a collision", async () => {
  const { timed, bus } = rig();
  bus.noise = new Noise({ replyLost: 1 }, new SeededRandom(1));
  assert.equal((await timed(compare())).reply, { kind: "none" });
  assert.equal((await timed(queryActualLevel(5))).reply, { kind: "none" });
  bus.noise = new Noise({ replySpoilt: 1 }, new SeededRandom(1));
  assert.equal((await timed(queryActualLevel(5))).reply, { kind: "collision" });
});

test("a frame that a foreign master spoils, and spoils again, is a bus-collision", async () => {
  const { clock, bus, kindOf, send, gear } = rig();
  let collisions = 0;
  let ours = 0;
  bus.onFrame((one) => {
    if (one.kind === "backward" && one.value === null) collisions++;
  });
  for (let i = 0; i < 400; i++) {
    bus.transmit({ frame: dapc(9, 1).frame, priority: 2, twice: false });
    await clock.advance(milliseconds(3));
    bus.transmit({ frame: dapc(9, i & 127).frame, priority: 3, twice: false, foreign: true });
    if ((await kindOf(send(dapc(5, 100)))) === "bus-collision") ours++;
    await clock.advance(seconds(1));
  }
  assert.ok(collisions > 20 && collisions < 150, `${collisions} of 400 collided`);
  assert.ok(ours > 0 && ours < collisions / 2, `${ours} of ours were given up`);
  assert.is(gear[0]?.arc, 100);
});

test.run();
