import { test } from "uvu";
import * as assert from "uvu/assert";
import { duration, instant } from "../controllers/units.ts";
import { VirtualClock } from "./clock.ts";
import { SeededRandom } from "./random.ts";

test("timers fire in order of time, then of asking, each chain run to its end", async () => {
  const clock = new VirtualClock(instant(1000));
  const seen: string[] = [];
  const chain = async (name: string, first: number, then: number) => {
    await clock.sleep(duration(first), name);
    seen.push(`${name}@${clock.now()}`);
    await clock.sleep(duration(then), name);
    seen.push(`${name}@${clock.now()}`);
  };
  const all = Promise.all([chain("a", 10, 5), chain("b", 10, 1)]);
  await clock.advance(duration(14));
  assert.equal(seen, ["a@1010", "b@1010", "b@1011"]);
  await clock.run(all, duration(10));
  assert.equal(seen.at(-1), "a@1015");
});

test("an aborted sleep rejects with the reason and leaves no timer", async () => {
  const clock = new VirtualClock(instant(0));
  const abort = new AbortController();
  const sleep = clock.sleep(duration(5), "test", abort.signal);
  abort.abort(new Error("enough"));
  try {
    await sleep;
    assert.unreachable();
  } catch (error) {
    assert.match(String(error), "enough");
  }
  assert.equal(clock.waiting(), []);
  assert.is(clock.nextAt, undefined);
});

test("what is called off again and again is not kept until its time, and what waits keeps its order", async () => {
  const clock = new VirtualClock(instant(0));
  const random = new SeededRandom(3);
  const fired: number[] = [];
  const waiting: number[] = [];
  let most = 0;
  for (let i = 0; i < 20_000; i++) {
    const at = Math.floor(random.next() * 10_000);
    if (i % 100 === 0) {
      waiting.push(at);
      clock.after(at, "kept", () => fired.push(at));
    } else if (i % 2 === 0) {
      const callOff = clock.after(3_600_000 + at, "called off", () => assert.unreachable());
      callOff();
      callOff();
    } else {
      const abort = new AbortController();
      clock.sleep(duration(at), "called off", abort.signal).then(
        () => assert.unreachable(),
        () => {},
      );
      abort.abort();
    }
    most = Math.max(most, clock.kept);
  }
  assert.ok(most <= 2 * waiting.length + 1, `${most} kept of ${waiting.length}`);
  assert.is(clock.waiting().length, waiting.length);
  await clock.advance(duration(10_000));
  assert.equal(
    fired,
    waiting.toSorted((a, b) => a - b),
  );
  assert.is(clock.kept, 0);
});

test("timers that were called off, and came to the top or fired, are counted once", async () => {
  const clock = new VirtualClock(instant(0));
  const offs: (() => void)[] = [];
  for (let i = 0; i < 200; i++) offs.push(clock.after(i < 100 ? 1 : 1000, "short and long", () => {}));
  for (const off of offs.slice(0, 50)) off();
  await clock.advance(duration(1));
  // too late: they fired, or went as they came to the top
  for (const off of offs.slice(0, 100)) off();
  assert.is(clock.kept, 100);
  for (const off of offs.slice(100, 163)) off();
  assert.is(clock.kept, 100, "too few to tidy");
  offs[163]?.();
  assert.is(clock.kept, 36);
});

test("a wall clock that is set does not disturb what waits", async () => {
  const clock = new VirtualClock(instant(1000));
  const sleep = clock.sleep(duration(50), "test").then(() => clock.now());
  clock.jump(3_600_000);
  assert.is(clock.now(), 3_601_000);
  assert.is(clock.monotonic(), 0);
  await clock.advance(duration(50));
  assert.is(await sleep, 3_601_050);
  assert.is(clock.monotonic(), 50);
});

test("the shortest sleep makes progress, however late the day", async () => {
  const clock = new VirtualClock(instant(Date.UTC(2026, 10, 22)));
  await clock.advance(duration(43_200_000));
  const before = clock.monotonic();
  await clock.run(clock.sleep(duration(1e-9), "test"), duration(1));
  assert.ok(clock.monotonic() > before);
});

test("run gives up after its limit and names what waits", async () => {
  const clock = new VirtualClock(instant(0));
  try {
    await clock.run(clock.sleep(duration(100), "far away"), duration(50));
    assert.unreachable();
  } catch (error) {
    assert.match(String(error), "far away");
  }
});

test("ten thousand timers in random order come out sorted", async () => {
  const clock = new VirtualClock(instant(0));
  const seen: number[] = [];
  let x = 1;
  const off: (() => void)[] = [];
  for (let i = 0; i < 10_000; i++) {
    x = (x * 48271) % 2147483647;
    off.push(clock.after(x % 1000, "t", () => seen.push(clock.now())));
  }
  for (let i = 0; i < off.length; i += 3) off[i]?.();
  await clock.advance(duration(1000));
  assert.is(seen.length, 10_000 - Math.ceil(10_000 / 3));
  assert.equal(
    seen,
    seen.toSorted((a, b) => a - b),
  );
});

test.run();
