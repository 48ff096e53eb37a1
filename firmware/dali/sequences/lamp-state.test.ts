import { test } from "uvu";
import * as assert from "uvu/assert";
import { milliseconds, seconds } from "../../../controllers/units.ts";
import { simulatedLine } from "../../../sim/simulated-line.ts";
import { queryActualLevel } from "../commands/gear.ts";
import { readLampState } from "./lamp-state.ts";

test("a lamp's state is its level and its status, each a query others may precede", async () => {
  const { clock, scheduler, gear, bus } = simulatedLine(1);
  const frames: number[] = [];
  bus.onFrame((heard) => {
    if (heard.kind === "forward") frames.push(heard.frame.data);
  });
  if (gear[0]) gear[0].lampFailure = true;
  // a poll is handed over when the bus has been quiet for 18 ms: a clock at zero has no bus before it
  await clock.advance(seconds(1));
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
