import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Msg } from "./red.ts";
import { type LevelConfig, wishOf } from "./wish.ts";

const set: LevelConfig = { node: "21231/cab-0117", component: "lamp/1", minutes: "10" };
const open: LevelConfig = { node: "", component: "", minutes: "" };
const given: Msg = { node: "69123/cab-1", component: "lamp/2/1-4", minutes: 0.5, payload: 30 };

test("what the editor set counts, whatever the message says", () => {
  const hold = { level: 30, minutes: 10, start: null };
  assert.equal(wishOf(set, given), { node: "21231/cab-0117", component: "lamp/1", hold });
});

test("what the editor left open comes from the message", () => {
  const hold = { level: 30, minutes: 0.5, start: null };
  assert.equal(wishOf(open, given), { node: "69123/cab-1", component: "lamp/2/1-4", hold });
});

test("a release needs no time", () => {
  const { node, component } = given;
  assert.equal(wishOf(open, { node, component, payload: "release" }), { node, component, hold: null });
});

const starts: [string | number | undefined, unknown, object | null][] = [
  [undefined, undefined, null],
  ["", "", null],
  ["", 0, null],
  ["0", 5, null],
  ["", 90, { in: 90 }],
  ["90", undefined, { in: 90 }],
  [1.5, "never looked at", { in: 1.5 }],
  ["", "2026-11-23T22:30:00+01:00", { at: Date.UTC(2026, 10, 23, 21, 30) }],
  ["2026-11-23T22:30Z", 3, { at: Date.UTC(2026, 10, 23, 22, 30) }],
  ["10070", undefined, { in: 10_070 }],
];
for (const [start, given, expected] of starts) {
  test(`start ${JSON.stringify(start)}, msg.start ${JSON.stringify(given)}`, () => {
    const config = start === undefined ? set : { ...set, start };
    assert.equal(wishOf(config, { payload: 1, start: given }).hold?.start, expected);
  });
}

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
  [
    { ...set, start: "soon" },
    given,
    /^start is "soon": allowed is a number of minutes from 0, under 10080, or a time such/,
  ],
  [{ ...set, start: "10080" }, given, /^start is "10080"/],
  [{ ...set, start: "10071" }, given, /^start is in 10071 minutes for 10: allowed are 10080 together/],
  ...[-1, 10_080, "90", "22:30", "2026-11-23T22:30", "2026-13-23T22:30Z", true, {}].map(
    (start): [LevelConfig, Msg, RegExp] => [set, { ...given, start }, /^start is .*: allowed is a number of minutes/],
  ),
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
