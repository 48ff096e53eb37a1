import { test } from "uvu";
import * as assert from "uvu/assert";
import { type Duration, instant, seconds } from "../../controllers/units.ts";
import { VirtualClock } from "../../sim/clock.ts";
import { silent } from "../hal/log.ts";
import { keepWatchdog } from "./watchdog.ts";

function stage(patience: Duration | null, hangs = false) {
  const clock = new VirtualClock(instant(Date.UTC(2026, 10, 22)));
  const begin = clock.monotonic();
  const heard: string[] = [];
  const loop = { hangs };
  const stop = new AbortController();
  const running = keepWatchdog(
    {
      clock,
      log: silent,
      pass: () => (loop.hangs ? new Promise(() => {}) : Promise.resolve()),
      status: () => "26 lamps lit",
      service: {
        patience,
        async tell(word, status) {
          heard.push(`${(clock.monotonic() - begin) / 1000} ${word} ${status}`);
          return true;
        },
      },
    },
    stop.signal,
  );
  return { clock, heard, loop, stop, running };
}

test("ready after a pass, alive at half the patience, silent once the loop hangs", async () => {
  const { clock, heard, loop, stop, running } = stage(seconds(60));
  await clock.advance(seconds(65));
  assert.equal(heard, ["0 ready 26 lamps lit", "30 alive 26 lamps lit", "60 alive 26 lamps lit"]);
  loop.hangs = true;
  await clock.advance(seconds(600));
  assert.is(heard.length, 3);
  stop.abort();
  await clock.run(running, seconds(0));
});

test("a loop that never passes is never ready", async () => {
  const { clock, heard, stop, running } = stage(seconds(60), true);
  await clock.advance(seconds(600));
  stop.abort();
  await clock.run(running, seconds(0));
  assert.equal(heard, []);
});

test("nobody watches: ready is said, and that is all", async () => {
  const { clock, heard, running } = stage(null);
  await clock.run(running, seconds(0));
  assert.equal(heard, ["0 ready 26 lamps lit"]);
});

test.run();
