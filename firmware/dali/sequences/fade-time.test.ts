import { test } from "uvu";
import * as assert from "uvu/assert";
import { milliseconds, seconds } from "../../../controllers/units.ts";
import { simulatedLine } from "../../../sim/simulated-line.ts";
import { fadeTimeCode, fadeTimeOf, setFadeTimeTo } from "./fade-time.ts";

test("the fade time is set in one transaction and read back", async () => {
  const { clock, scheduler, gear } = simulatedLine(1);
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

test.run();
