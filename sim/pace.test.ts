import { test } from "uvu";
import * as assert from "uvu/assert";
import { duration, instant } from "../controllers/units.ts";
import type { Clock } from "../firmware/hal/clock.ts";
import { settled, VirtualClock } from "./clock.ts";
import { pace } from "./pace.ts";
import { pipe } from "./pipe.ts";

/** Simulated time paced by a real time that the test moves. */
function rig() {
  const real = new VirtualClock(instant(0));
  const clock = new VirtualClock(instant(1_000_000));
  const stop = new AbortController();
  const live = pace(clock, real, stop.signal);
  return { real, clock, live, stop };
}

/** Lets real time pass in small steps, and the pacer, which itself waits for turns of the event loop, keep up. */
async function pass(real: VirtualClock, ms: number): Promise<void> {
  for (let i = 0; i < ms; i++) {
    await real.advance(duration(1));
    for (let turn = 0; turn < 10; turn++) await settled();
  }
}

test("simulated time follows real time, as many times as fast as it is told", async () => {
  const { real, clock, live, stop } = rig();
  await pass(real, 100);
  assert.ok(Math.abs(clock.monotonic() - 100) <= 20, `${clock.monotonic()}`);
  live.speed = 30;
  const before = clock.monotonic();
  await pass(real, 100);
  assert.ok(Math.abs(clock.monotonic() - before - 3000) <= 620, `${clock.monotonic() - before}`);
  stop.abort();
});

test("a timer that somebody from outside sets fires when its time has come, not at the next idle look", async () => {
  const { real, clock, live, stop } = rig();
  await pass(real, 2);
  let fired = 0;
  const set = live.catchUp().then(() => {
    clock.after(7, "test", () => {
      fired = real.now();
    });
  });
  await pass(real, 40);
  await set;
  assert.ok(fired >= 9 && fired <= 12, `fired at ${fired}`);
  stop.abort();
});

test("who comes from outside finds simulated time at the present", async () => {
  const { real, clock, live, stop } = rig();
  const [near, far] = pipe();
  const stream = live.live(far);
  let seen = 0;
  const reading = (async () => {
    for await (const _ of stream.chunks) {
      seen = clock.monotonic();
      break;
    }
  })();
  await pass(real, 13);
  await near.write(new Uint8Array([1]));
  for (let turn = 0; turn < 10; turn++) await settled();
  await reading;
  assert.ok(seen >= 13, `seen at ${seen}`);
  stop.abort();
});

test("a machine that stood still does not make up for it", async () => {
  let stood = 0;
  const real = new VirtualClock(instant(0));
  const clock = new VirtualClock(instant(1_000_000));
  const stop = new AbortController();
  const standing: Clock = {
    now: () => real.now(),
    monotonic: () => duration(real.monotonic() + stood),
    isSet: () => true,
    quality: () => "held",
    sleep: (d, name, signal) => real.sleep(d, name, signal),
  };
  pace(clock, standing, stop.signal);
  await pass(real, 50);
  const before = clock.monotonic();
  stood = 3_600_000;
  await pass(real, 50);
  assert.ok(clock.monotonic() - before < 200, `${clock.monotonic() - before}`);
  stop.abort();
});

test("a speed out of range is refused", () => {
  const { live, stop } = rig();
  for (const speed of [0, 0.5, 61, Number.NaN]) {
    assert.throws(() => {
      live.speed = speed;
    }, /allowed 1 to 60/);
  }
  stop.abort();
});

test.run();
