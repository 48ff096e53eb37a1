import { test } from "uvu";
import * as assert from "uvu/assert";
import { SignalQueue, SPACING, START_UP_LOSS } from "./queue.ts";

test("nobody leaves without green", () => {
  const queue = new SignalQueue<string>();
  queue.join("a", 0);
  for (let now = 1; now <= 100; now++) assert.equal(queue.step(now, false), []);
  assert.is(queue.length, 1);
});

test("a standing queue leaves at 1800 an hour after the start-up loss, first in, first out", () => {
  const queue = new SignalQueue<number>();
  for (let i = 0; i < 10; i++) queue.join(i, 0);
  const gone: (readonly [number, number])[] = [];
  for (let now = 1; now <= 30; now++) for (const who of queue.step(now, true)) gone.push([who, now]);
  assert.equal(
    gone,
    Array.from({ length: 10 }, (_, i) => [i, START_UP_LOSS + 2 * (i + 1)] as const),
  );
});

test("red takes away what green had saved up", () => {
  const queue = new SignalQueue<string>();
  for (let now = 1; now <= 20; now++) queue.step(now, true);
  queue.step(21, false);
  queue.join("a", 21);
  const gone: number[] = [];
  for (let now = 22; now < 32; now++) if (queue.step(now, true).length > 0) gone.push(now);
  assert.equal(gone, [21 + START_UP_LOSS + 2]);
});

test("who comes into a moving queue's green passes at once, and never before it is there", () => {
  const queue = new SignalQueue<string>();
  for (let now = 1; now <= 20; now++) queue.step(now, true);
  queue.join("late", 22.5);
  assert.equal(queue.step(21, true), []);
  assert.equal(queue.step(22, true), []);
  assert.equal(queue.step(23, true), ["late"]);
});

test("two lanes hold half as long a queue, and let twice as many go", () => {
  const queue = new SignalQueue<number>(2);
  for (let i = 0; i < 9; i++) queue.join(i, 0);
  assert.is(queue.tail, 5 * SPACING);
  assert.is(queue.placeOf(5), 2);
  assert.is(queue.placeOf(9), null);
  let gone = 0;
  for (let now = 1; now <= START_UP_LOSS + 4; now++) gone += queue.step(now, true).length;
  assert.is(gone, 4);
  assert.throws(() => new SignalQueue(0), TypeError);
});

test.run();
