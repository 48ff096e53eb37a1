import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Rank } from "../../controllers/model.ts";
import { level } from "../../controllers/units.ts";
import { type Order, PendingSteps } from "./pending.ts";

const lamps = (curves: readonly ("logarithmic" | "linear")[]) =>
  curves.map((curve, address) => ({ id: `lamp/1/${address}`, address, curve }));
const three = lamps(["logarithmic", "logarithmic", "logarithmic"]);

function rig(of = three) {
  const pending = new PendingSteps(of, ["safety", "operator"]);
  const put = (address: number, percent: number, rank: Rank = "schedule") =>
    pending.put({ lamp: `lamp/1/${address}`, level: level(percent), rank });
  return { pending, put };
}

const told = (order: Order | undefined) =>
  order && [typeof order.to === "number" ? order.to : order.to.kind, order.arc, order.steps.map((s) => s.lamp.address)];

test("the latest step of a lamp counts, and keeps its place", () => {
  const { pending, put } = rig();
  put(1, 10);
  put(2, 50);
  put(1, 100);
  assert.equal(told(pending.take(false)), [1, 254, [1]]);
  assert.equal(told(pending.take(false)), [2, 229, [2]]);
  assert.is(pending.take(false), undefined);
});

test("users' steps are taken apart from others; a lamp's latest step decides which it is", () => {
  const { pending, put } = rig();
  put(1, 10, "operator");
  put(2, 50, "operator");
  put(2, 20, "adaptive");
  assert.is(pending.waits(true), true);
  assert.equal(told(pending.take(true)), [1, 170, [1]]);
  assert.is(pending.waits(true), false);
  assert.is(pending.take(true), undefined);
  assert.equal(told(pending.take(false)), [2, 195, [2]]);
});

test("all lamps to one level is one frame; not while one is elsewhere or unknown", () => {
  const { pending, put } = rig();
  put(0, 40);
  put(1, 40);
  assert.equal(told(pending.take(false)), [0, 220, [0]], "the third lamp may be anywhere");
  put(0, 40);
  put(1, 40);
  put(2, 40, "operator");
  assert.equal(told(pending.take(true)), ["broadcast", 220, [1, 0, 2]]);
  assert.is(pending.waits(false), false);
  put(0, 60);
  put(1, 60);
  assert.equal(told(pending.take(false)), [0, 235, [0]]);
  assert.equal(told(pending.take(false)), [1, 235, [1]]);
  put(1, 40);
  put(0, 40);
  assert.equal(told(pending.take(false)), ["broadcast", 220, [1, 0]], "the third was given it and still is there");
});

test("one lamp alone is addressed, also when all others are at its level", () => {
  const { pending, put } = rig();
  for (const address of [0, 1, 2]) put(address, 40);
  pending.take(false);
  put(1, 40);
  assert.equal(told(pending.take(false)), [1, 220, [1]]);
});

test("what counts is the arc power level: curves differ", () => {
  const { pending, put } = rig(lamps(["logarithmic", "linear"]));
  put(0, 40);
  put(1, 40);
  assert.equal(told(pending.take(false)), [0, 220, [0]]);
  assert.equal(told(pending.take(false)), [1, 102, [1]]);
  put(0, 100);
  put(1, 100);
  assert.equal(told(pending.take(false)), ["broadcast", 254, [0, 1]]);
});

test("after clear nothing waits and nothing is known", () => {
  const { pending, put } = rig(lamps(["linear", "linear", "linear"]));
  for (const address of [0, 1, 2]) put(address, 40);
  pending.take(false);
  put(0, 30);
  pending.clear();
  assert.is(pending.waits(false), false);
  put(0, 40);
  put(1, 40);
  assert.equal(told(pending.take(false)), [0, 102, [0]]);
});

test("a lamp of another line is refused by name", () => {
  const { put } = rig();
  assert.throws(() => put(3, 1), /lamp\/1\/3/);
});

test.run();
