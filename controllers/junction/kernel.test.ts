import { test } from "uvu";
import * as assert from "uvu/assert";
import { type Instant, seconds } from "../units.ts";
import { compile } from "./bounds.ts";
import { type Admission, admit, allFlashing, allRed, beginsAt, dueAt, elapse } from "./kernel.ts";
import type { Aspect, Signal } from "./model.ts";
import { twoStage } from "./test-junctions.ts";

// A and B conflict by 5 s both ways; A to Q 6 s, Q to A 10 s; P is beside A.
const table = compile(twoStage());
const s = (time: number) => (1_000_000 + time * 1000) as Instant;

/** Signals of A, B, P, Q: what they show, and since which second. */
const signals = (...shown: readonly (readonly [Aspect, number])[]): readonly Signal[] =>
  table.groups.map(({ id }, g) => ({ group: id, aspect: shown[g]?.[0] as Aspect, since: s(shown[g]?.[1] as number) }));

const refusal = (admission: Admission) => {
  if (admission.ok) throw new Error("it was admitted");
  return [admission.why, admission.notBefore === null ? null : (admission.notBefore - s(0)) / 1000];
};

const resting = signals(["green", 0], ["red", -50], ["red", -30], ["red", -60]);

test("a green ends when its minimum is over, by amber; pedestrians' at once", () => {
  assert.equal(refusal(admit(table, resting, { group: "A", to: "red" }, s(5.999))), ["min-green", 6]);
  const ended = admit(table, resting, { group: "A", to: "red" }, s(6));
  assert.ok(ended.ok);
  assert.equal(ended.signals, signals(["amber", 6], ["red", -50], ["red", -30], ["red", -60]));
  const walking = signals(["red", -9], ["red", -50], ["green", 0], ["red", -60]);
  const stopped = admit(table, walking, { group: "P", to: "red" }, s(6));
  assert.ok(stopped.ok);
  assert.is(stopped.signals[2]?.aspect, "red");
});

test("only what is red is begun and only what is green is ended", () => {
  assert.equal(refusal(admit(table, resting, { group: "A", to: "green" }, s(9))), ["state", null]);
  assert.equal(refusal(admit(table, resting, { group: "B", to: "red" }, s(9))), ["state", null]);
  const amber = signals(["amber", 0], ["red", -50], ["red", -30], ["red", -60]);
  assert.equal(refusal(admit(table, amber, { group: "A", to: "green" }, s(1))), ["state", null]);
  assert.equal(refusal(admit(table, amber, { group: "A", to: "red" }, s(1))), ["state", null]);
  assert.equal(refusal(admit(table, resting, { group: "Z", to: "green" }, s(9))), ["unknown group", null]);
});

test("nothing is begun against a conflict that is green, about to be, or amber", () => {
  assert.equal(refusal(admit(table, resting, { group: "B", to: "green" }, s(60))), ["conflict", null]);
  const soon = signals(["red-amber", 0], ["red", -50], ["red", -30], ["red", -60]);
  assert.equal(refusal(admit(table, soon, { group: "B", to: "green" }, s(60))), ["conflict", null]);
  const amber = signals(["amber", 0], ["red", -50], ["red", -30], ["red", -60]);
  assert.equal(refusal(admit(table, amber, { group: "B", to: "green" }, s(2))), ["conflict", 5]);
  assert.equal(refusal(admit(table, amber, { group: "Q", to: "green" }, s(2))), ["conflict", 6]);
});

test("the intergreen counts from the end of green, and pedestrians have theirs whole", () => {
  const cleared = signals(["red", 3], ["red", -50], ["red", -30], ["red", -60]);
  assert.equal(refusal(admit(table, cleared, { group: "B", to: "green" }, s(4.999))), ["intergreen", 5]);
  assert.ok(admit(table, cleared, { group: "B", to: "green" }, s(5)).ok);
  const walked = signals(["red", -40], ["red", 3], ["red", -30], ["red", 0]);
  assert.equal(refusal(admit(table, walked, { group: "A", to: "green" }, s(9.999))), ["intergreen", 10]);
  assert.ok(admit(table, walked, { group: "A", to: "green" }, s(10)).ok);
  assert.is(beginsAt(table, walked, 0), s(10));
});

test("red is shown for a second at least", () => {
  const flicker = signals(["red", -50], ["red", -50], ["red", 0], ["red", -60]);
  assert.equal(refusal(admit(table, flicker, { group: "P", to: "green" }, s(0.999))), ["min-red", 1]);
  assert.ok(admit(table, flicker, { group: "P", to: "green" }, s(1)).ok);
  assert.is(beginsAt(table, signals(["amber", 0], ["red", -50], ["red", -9], ["red", -60]), 0), s(4));
});

test("groups that do not conflict are green together", () => {
  assert.ok(admit(table, resting, { group: "P", to: "green" }, s(1)).ok);
});

test("after a start nothing is begun for the longest intergreen, and after the first green only what conflicts waits", () => {
  const started = allRed(table, s(0));
  for (const { id } of table.groups)
    assert.equal(refusal(admit(table, started, { group: id, to: "green" }, s(9.999))), ["start-up", 10]);
  const first = admit(table, started, { group: "A", to: "green" }, s(10));
  assert.ok(first.ok);
  assert.ok(admit(table, first.signals, { group: "P", to: "green" }, s(10)).ok);
  assert.is(admit(table, first.signals, { group: "Q", to: "green" }, s(10)).ok, false);
});

test("flashing is left by a start only", () => {
  const flashing = allFlashing(table, s(0));
  assert.equal(
    flashing.map(({ aspect }) => aspect),
    ["flashing-amber", "flashing-amber", "dark", "dark"],
  );
  for (const { id } of table.groups) {
    assert.equal(refusal(admit(table, flashing, { group: id, to: "green" }, s(99))), ["flashing", null]);
    assert.equal(refusal(admit(table, flashing, { group: id, to: "red" }, s(99))), ["flashing", null]);
  }
  assert.is(elapse(table, flashing, s(99)), flashing);
});

test("time ends amber and red-amber, exactly", () => {
  const amber = signals(["amber", 0], ["red", -50], ["red", -30], ["red", -60]);
  assert.is(dueAt(table, amber, 0), s(3));
  assert.is(elapse(table, amber, s(2.999)), amber);
  assert.equal(elapse(table, amber, s(3))[0], { group: "A", aspect: "red", since: s(3) });
  // Late: the head showed amber till now.
  assert.equal(elapse(table, amber, s(4))[0], { group: "A", aspect: "red", since: s(4) });
});

test("red-amber comes before green, within the intergreen", () => {
  const junction = twoStage();
  const groups = junction.groups.map((group) => (group.id === "B" ? { ...group, redAmber: seconds(1) } : group));
  const foreign = compile({ ...junction, groups });
  const cleared = signals(["red", 3], ["red", -50], ["red", -30], ["red", -60]);
  assert.equal(refusal(admit(foreign, cleared, { group: "B", to: "green" }, s(3.999))), ["intergreen", 4]);
  const begun = admit(foreign, cleared, { group: "B", to: "green" }, s(4));
  assert.ok(begun.ok);
  assert.is(begun.signals[1]?.aspect, "red-amber");
  assert.is(elapse(foreign, begun.signals, s(4.9)), begun.signals);
  assert.equal(elapse(foreign, begun.signals, s(5))[1], { group: "B", aspect: "green", since: s(5) });
});

test.run();
