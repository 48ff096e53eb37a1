import { test } from "uvu";
import * as assert from "uvu/assert";
import { steady } from "./steady.ts";

const looking = (numbers: readonly number[]) => {
  const seen = { looks: 0, waited: 0 };
  const look = async () => numbers[Math.min(seen.looks++, numbers.length - 1)];
  const pause = async (ms: number) => {
    seen.waited += ms;
  };
  return { seen, done: steady(look, pause) };
};

test("what stands still is taken after eight looks", async () => {
  const { seen, done } = looking([39]);
  await done;
  assert.equal(seen, { looks: 8, waited: 3500 });
});

test("what grows yet is waited for, and a look between does not count", async () => {
  const { seen, done } = looking([33, 33, 33, 36, 39, 40, 39]);
  await done;
  assert.equal(seen, { looks: 14, waited: 6500 });
});

test("what never stands still is taken as it is after half a minute", async () => {
  const { seen, done } = looking(Array.from({ length: 100 }, (_, i) => i));
  await done;
  assert.equal(seen, { looks: 60, waited: 29_500 });
});

test.run();
