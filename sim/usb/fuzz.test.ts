import { test } from "uvu";
import * as assert from "uvu/assert";
import { fuzzUsb } from "./fuzz.ts";
import { MOST_DATA } from "./usbredir.ts";

test("ten thousand packets of hostile guests: no throw, bounded state, right packets back", async () => {
  const run = await fuzzUsb(1, 10_000);
  assert.is(run.packets, 10_000);
  assert.ok(run.breaches > 20, `${run.breaches} guests were cut off`);
  assert.ok(run.connections > run.breaches - 2);
  assert.ok(run.replies > 5000, `${run.replies} replies: most packets must reach the device`);
  assert.ok(run.mostHeld <= MOST_DATA * 3, `${run.mostHeld} bytes held`);
  assert.ok(run.mostTimers >= 1 && run.mostTimers <= 2, `${run.mostTimers} timers`);
  assert.ok(run.heapGrowth < 20_000_000, `heap grew by ${run.heapGrowth} bytes`);
});

test("the same seed sends the same", async () => {
  const { heapGrowth: _, ...first } = await fuzzUsb(7, 1000);
  const { heapGrowth: __, ...second } = await fuzzUsb(7, 1000);
  assert.equal(first, second);
});

test.run();
