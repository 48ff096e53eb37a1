import { test } from "uvu";
import * as assert from "uvu/assert";
import { type Passage, passing } from "./passage.ts";

/** Reports of [ms, m/s], and who was counted of them. */
function counted(reports: readonly (readonly [at: number, speed: number])[]): string[] {
  let passage: Passage | null = null;
  const people: string[] = [];
  for (const [at, speed] of reports) {
    const passed = passing(passage, speed, at);
    passage = passed.passage;
    if (passed.counted) people.push(`${passed.counted.direction} ${passed.counted.speed}`);
  }
  return people;
}

const run = (from: number, speed: number, n: number) =>
  Array.from({ length: n }, (_, i) => [from + i * 120, speed] as const);

test("one passage is one person, from the third report on", () => {
  assert.equal(counted(run(0, 1.2, 2)), []);
  assert.equal(counted(run(0, 1.2, 20)), ["up 1.2"]);
  assert.equal(counted(run(0, -4, 9)), ["down 4"]);
});

test("after a second without a report the next one is somebody else, and so is who goes the other way", () => {
  assert.equal(counted([...run(0, 1.2, 5), ...run(1600, 1.2, 5)]), ["up 1.2", "up 1.2"]);
  assert.equal(counted([...run(0, 1.2, 5), ...run(600, -1.2, 5)]), ["up 1.2", "down 1.2"]);
});

test("leaves, cars and single flickers are nobody", () => {
  assert.equal(counted([...run(0, 0.2, 20), ...run(5000, 14, 20)]), []);
  assert.equal(counted([...Array(20).keys()].map((i) => [i * 1000, i % 2 ? 1 : -1] as const)), []);
  // Something fast in between does not part a walker in two.
  assert.equal(counted([...run(0, 1.2, 3), [360, 20], ...run(480, 1.2, 3)]), ["up 1.2"]);
});

test.run();
