import { test } from "uvu";
import * as assert from "uvu/assert";
import { instant, milliseconds, minutes, seconds, watts } from "../../../controllers/units.ts";
import { SimulatedBus } from "../../../sim/bus.ts";
import { VirtualClock } from "../../../sim/clock.ts";
import { lubaTwin } from "../../../sim/gateways/luba.ts";
import { Gear } from "../../../sim/gear.ts";
import { pipe } from "../../../sim/pipe.ts";
import { SeededRandom } from "../../../sim/random.ts";
import { luba } from "../../gateways/luba.ts";
import { silent } from "../../hal/log.ts";
import { off, queryActualLevel } from "../commands/gear.ts";
import { BusScheduler } from "../scheduler.ts";
import { addressNewGear } from "./addressing.ts";
import { fadeTimeCode, fadeTimeOf, setFadeTimeTo } from "./fade-time.ts";
import { readLampState } from "./lamp-state.ts";

/** Gear on a simulated bus behind a LUBA box; null: it has no address yet. */
async function rig(addresses: readonly (number | null)[], seed = 1) {
  const clock = new VirtualClock(instant(1_790_000_000_000));
  const random = new SeededRandom(seed);
  const bus = new SimulatedBus(clock, random);
  const gear = addresses.map((address) => {
    const made = new Gear({ clock, random, address, power: watts(60) });
    bus.add(made);
    return made;
  });
  let collisions = 0;
  const frames: number[] = [];
  bus.onFrame((heard) => {
    if (heard.kind === "forward") frames.push(heard.frame.data);
    else if (heard.value === null) collisions++;
  });
  const [near, far] = pipe();
  lubaTwin(bus)(far);
  const gateway = await clock.run(
    luba.open(near, { clock, log: silent, signal: new AbortController().signal, options: {} }),
    seconds(1),
  );
  return { clock, gear, frames, scheduler: new BusScheduler(gateway, clock), collisions: () => collisions };
}

test("five new gear beside two known ones get the free addresses, each its own", async () => {
  for (let seed = 1; seed <= 5; seed++) {
    const { clock, gear, frames, scheduler, collisions } = await rig([null, null, 0, null, 1, null, null], seed);
    const free = [2, 3, 4, 5, 6, 7];
    const found = await clock.run(scheduler.run(addressNewGear(free), { priority: 3 }), minutes(1));
    assert.ok(collisions() > 0, "several answered a COMPARE at once");
    assert.equal(
      gear.map((one) => one.shortAddress).toSorted((a, b) => (a ?? -1) - (b ?? -1)),
      [0, 1, 2, 3, 4, 5, 6],
    );
    assert.equal([gear[2]?.shortAddress, gear[4]?.shortAddress], [0, 1]);
    for (const { randomAddress, address } of found) {
      assert.is(gear.find((one) => one.shortAddress === address)?.randomAddress, randomAddress);
    }
    assert.is(found.length, 5);
    assert.ok(gear.every((one) => !one.initialised));
    assert.is(frames.at(-1), 0xa100, "TERMINATE is last");
  }
});

test("nobody new: nothing found, no address used", async () => {
  const { clock, scheduler, gear } = await rig([3]);
  const found = await clock.run(scheduler.run(addressNewGear([0, 1]), { priority: 3 }), minutes(1));
  assert.equal(found, []);
  assert.is(gear[0]?.shortAddress, 3);
});

test("more gear than free addresses: as many as there are", async () => {
  const { clock, scheduler, gear } = await rig([null, null, null]);
  await clock.run(scheduler.run(addressNewGear([8, 9]), { priority: 3 }), minutes(1));
  assert.equal(gear.map((one) => one.shortAddress).toSorted(), [8, 9, null]);
  assert.throws(() => addressNewGear([64]).next(), /free address is 64/);
});

test("aborted in the middle, TERMINATE is still sent", async () => {
  const { clock, scheduler, frames, gear } = await rig([null, null]);
  const abort = new AbortController();
  const work = scheduler
    .run(addressNewGear([0, 1]), { priority: 3, signal: abort.signal })
    .then(String, (error: unknown) => String(error));
  await clock.advance(seconds(2));
  abort.abort("enough");
  assert.is(await clock.run(work, seconds(1)), "enough");
  assert.is(frames.at(-1), 0xa100);
  assert.ok(gear.every((one) => !one.initialised));
});

test("a user's command goes between the search's", async () => {
  const { clock, scheduler, gear } = await rig([null, null, 0]);
  const work = scheduler.run(addressNewGear([1, 2]), { priority: 3 });
  await clock.advance(seconds(1));
  await clock.run(scheduler.send(off(0), { priority: 2 }), milliseconds(150));
  assert.is(gear[2]?.arc, 0);
  assert.is((await clock.run(work, minutes(1))).length, 2);
});

test("the fade time is set in one transaction and read back", async () => {
  const { clock, scheduler, gear } = await rig([0]);
  await clock.run(scheduler.transact(setFadeTimeTo(0, 7), { priority: 3 }), seconds(1));
  assert.is(gear[0]?.settings.fadeTime, 7);
});

test("fade time codes: nearest by ratio, none for next to nothing", () => {
  const nearest = (ms: number) => fadeTimeCode(milliseconds(ms));
  assert.equal([0, 300, 400, 700, 1000, 1100, 5000, 90_500, 1e6].map(nearest), [0, 0, 1, 1, 2, 2, 7, 15, 15]);
  assert.equal(
    [1, 2, 3, 4, 15].map((code) => (fadeTimeOf(code) / 1000).toFixed(1)),
    ["0.7", "1.0", "1.4", "2.0", "90.5"],
  );
});

test("a lamp's state is its level and its status, each a query others may precede", async () => {
  const { clock, scheduler, gear, frames } = await rig([0]);
  if (gear[0]) gear[0].lampFailure = true;
  const work = scheduler.run(readLampState(0), { priority: 5 });
  await clock.advance(milliseconds(10));
  const user = scheduler.send(queryActualLevel(9), { priority: 2 });
  const { level, status } = await clock.run(work, seconds(1));
  await clock.run(user, seconds(1));
  assert.equal(level, { kind: "value", value: null });
  assert.ok(status.kind === "value" && status.value.lampFailure);
  assert.equal(frames, [0x01a0, 0x13a0, 0x0190]);
});

test.run();
