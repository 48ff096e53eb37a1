import { test } from "uvu";
import * as assert from "uvu/assert";
import { instant, seconds } from "../../controllers/units.ts";
import { VirtualClock } from "../../sim/clock.ts";
import { rest } from "./rest.ts";

test("a rest ends with its time, when it is ended, or with the signal; then nothing is left of it", async () => {
  const clock = new VirtualClock(instant(0));
  const abort = new AbortController();
  await clock.run(rest(clock, seconds(2), "test", abort.signal).over, seconds(2));
  assert.is(clock.monotonic(), 2000);
  const early = rest(clock, seconds(2), "test", abort.signal);
  early.end();
  early.end();
  await clock.run(early.over, seconds(0));
  const aborted = rest(clock, seconds(2), "test", abort.signal);
  abort.abort(new Error("enough"));
  await clock.run(aborted.over, seconds(0));
  await clock.run(rest(clock, seconds(2), "test", abort.signal).over, seconds(0));
  assert.is(clock.monotonic(), 2000);
  assert.equal(clock.waiting(), []);
});

test("a signal that lives for ever keeps no listener of a rest that is over", async () => {
  const clock = new VirtualClock(instant(0));
  let listeners = 0;
  const counted = {
    aborted: false,
    addEventListener: () => void listeners++,
    removeEventListener: () => void listeners--,
  } as unknown as AbortSignal;
  await clock.run(rest(clock, seconds(1), "test", counted).over, seconds(1));
  const early = rest(clock, seconds(1), "test", counted);
  assert.is(listeners, 1);
  early.end();
  await early.over;
  assert.is(listeners, 0);
});

test.run();
