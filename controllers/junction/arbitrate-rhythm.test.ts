import { test } from "uvu";
import * as assert from "uvu/assert";
import { redCost, rhythmOf } from "./arbitrate-rhythm.ts";

/** Two stages of 30 and 60 s, a group each; one group more that is in both. */
const course = {
  stages: Int32Array.of(0, 1, 0, 1, 0),
  length: Float64Array.of(30, 60, 30, 60, 30),
  has: Uint8Array.of(1, 0, 1, 0, 1, 1),
  groups: 3,
  rate: Float64Array.of(0.1, 0.2, 0.3),
  saturation: Float64Array.of(0.5, 0.5, 0.5),
  weight: Float64Array.of(1, 2, 1),
};

test("a group's next green and that green's end from the begin of a stage on", () => {
  const { opens, closes } = rhythmOf(course);
  assert.equal([...opens.subarray(0, 3)], [0, 30, 0]);
  assert.equal([...closes.subarray(0, 3)], [30, 90, 210]);
  assert.equal([...opens.subarray(3, 6)], [60, 0, 0]);
  assert.equal([...closes.subarray(3, 6)], [90, 60, 180]);
});

test("a queue costs the area below it: it grows in red, and shrinks in green", () => {
  let [queue, cost] = [3, 0];
  const dt = 0.001;
  for (let t = 0; t < 20 || queue > 0; t += dt) {
    queue += (t < 20 ? 0.2 : 0.2 - 0.5) * dt;
    cost += queue * dt;
  }
  assert.ok(Math.abs(cost - redCost(3, 20, 0.2, 0.5)) < 0.1, `${cost}`);
});

test("the average is that of the red of a cycle; who is always green costs nothing", () => {
  const { average } = rhythmOf(course);
  assert.is(average[2], 0);
  assert.is(average[0], redCost(0, 65, 0.1, 0.5) / 90);
  assert.is(average[1], (2 * redCost(0, 35, 0.2, 0.5)) / 90);
});

test("a course that does not come round has no average", () => {
  const { average } = rhythmOf({ ...course, stages: Int32Array.of(0, 1), length: Float64Array.of(30, 60) });
  assert.equal([...average], [0, 0, 0]);
});

test.run();
