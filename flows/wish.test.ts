import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Msg } from "./red.ts";
import { type LevelConfig, wishOf } from "./wish.ts";

const set: LevelConfig = { node: "21231/cab-0117", component: "lamp/1", minutes: "10" };
const open: LevelConfig = { node: "", component: "", minutes: "" };
const given: Msg = { node: "69123/cab-1", component: "lamp/2/1-4", minutes: 0.5, payload: 30 };

test("what the editor set counts, whatever the message says", () => {
  const hold = { level: 30, minutes: 10 };
  assert.equal(wishOf(set, given), { node: "21231/cab-0117", component: "lamp/1", hold });
});

test("what the editor left open comes from the message", () => {
  const hold = { level: 30, minutes: 0.5 };
  assert.equal(wishOf(open, given), { node: "69123/cab-1", component: "lamp/2/1-4", hold });
});

test("a release needs no time", () => {
  const { node, component } = given;
  assert.equal(wishOf(open, { node, component, payload: "release" }), { node, component, hold: null });
});

for (const payload of [0, 100, 0.5]) {
  test(`level ${payload} is one`, () => {
    assert.is(wishOf(set, { payload }).hold?.level, payload);
  });
}

const refused: [LevelConfig, Msg, RegExp][] = [
  ...[undefined, null, "40", true, -1, 100.5, Number.NaN, {}, "Release"].map((payload): [LevelConfig, Msg, RegExp] => [
    set,
    { payload },
    /^msg\.payload is .*: allowed is a number from 0 to 100, or "release"$/,
  ]),
  [open, { ...given, node: undefined }, /^msg\.node is missing/],
  [open, { ...given, node: "  " }, /^msg\.node is " {2}"/],
  [open, { ...given, component: 5 }, /^msg\.component is 5/],
  [open, { ...given, minutes: undefined }, /^minutes is missing: allowed is a number above 0, up to 10080/],
  [open, { ...given, minutes: 0 }, /^minutes is 0/],
  [open, { ...given, minutes: 10_081 }, /^minutes is 10081/],
  [open, { ...given, minutes: "10" }, /^minutes is "10"/],
  [{ ...set, minutes: "soon" }, given, /^minutes is/],
];
for (const [config, msg, message] of refused) {
  test(`refused: ${JSON.stringify([config.minutes, msg])}`, () => {
    assert.throws(
      () => wishOf(config, msg),
      (error: Error) => error instanceof TypeError && message.test(error.message),
    );
  });
}

test.run();
