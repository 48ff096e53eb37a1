import { test } from "uvu";
import * as assert from "uvu/assert";
import { duration } from "../../controllers/units.ts";
import { SeededRandom } from "../../sim/random.ts";
import { BoxTicks } from "./sevenlab-ticks.ts";

const WAY = 2.4;

/** Frames of 10 ms, stamped by a box whose clock runs at `rate` and began at `began`; each is late by chance, up to 16 ms. */
function errors(began: number, rate: number, spacing: number, count: number): number[] {
  const random = new SeededRandom(5);
  const ticks = new BoxTicks();
  return Array.from({ length: count }, (_, i) => {
    const start = 1000 + i * spacing;
    const tick = Math.floor(began + start * rate) % 2 ** 32;
    const arrived = start + 10 + WAY + random.next() * 16;
    return ticks.at(tick, 10, WAY, duration(arrived)) - (start + 10);
  });
}

test("after some messages the time is right to a millisecond or two, whatever held the message back", () => {
  for (const error of errors(77_000, 1, 50, 400).slice(40)) assert.ok(error > -1.1 && error < 2, `${error}`);
});

test("a clock that runs off is followed, either way", () => {
  for (const rate of [1 - 5e-5, 1 + 5e-5])
    for (const error of errors(0, rate, 200, 9000).slice(100))
      assert.ok(error > -1.5 && error < 4, `${rate}: ${error}`);
});

test("the box's counter runs over after 49.7 days", () => {
  for (const error of errors(2 ** 32 - 15_000, 1, 50, 400).slice(40)) assert.ok(error > -1.1 && error < 2, `${error}`);
});

test("a box that was started anew begins at 0 again: its time is known at the next message", () => {
  const ticks = new BoxTicks();
  ticks.at(5_000_000, 10, WAY, duration(60_000));
  const close = (time: number, to: number) => assert.ok(Math.abs(time - to) < 1e-6, `${time}`);
  close(ticks.at(100, 10, WAY, duration(61_000)), 61_000 - WAY);
  close(ticks.at(9_000_000, 10, WAY, duration(62_000)), 62_000 - WAY);
});

test("never later than now, nor long before it", () => {
  const ticks = new BoxTicks();
  ticks.at(1000, 10, WAY, duration(10_000));
  assert.is(ticks.at(1200, 10, WAY, duration(10_100)), 10_100 - WAY);
  assert.is(ticks.at(1201, 10, WAY, duration(10_500)), 10_400);
});

test.run();
