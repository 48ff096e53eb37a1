import { test } from "uvu";
import * as assert from "uvu/assert";
import { alarmsAfter, alarmText, type SiteAlarm } from "./alarms.ts";
import type { Body } from "./messages.ts";

const said = (aCId: string, more: object = {}): Body<"Alarm"> => ({
  mId: "m",
  cId: "TC",
  aCId,
  aSp: "Issue",
  aS: "Active",
  sS: "notSuspended",
  pri: "2",
  ...more,
});
const A0001: SiteAlarm = { code: "A0001", component: "TC", priority: 2 };

const table: [string, readonly SiteAlarm[], Body<"Alarm">, readonly SiteAlarm[]][] = [
  ["one more", [], said("A0001"), [A0001]],
  ["in small letters, and a number", [], said("A0001", { aS: "active", pri: 2 }), [A0001]],
  ["told again", [A0001], said("A0001", { aSp: "Acknowledge" }), [A0001]],
  ["of another component", [A0001], said("A0001", { cId: "B" }), [A0001, { ...A0001, component: "B" }]],
  ["worse than it was", [A0001], said("A0001", { pri: "1" }), [{ ...A0001, priority: 1 }]],
  ["mended", [A0001], said("A0001", { aS: "inActive" }), []],
  ["suspended", [A0001], said("A0001", { aSp: "Suspend", sS: "Suspended" }), []],
  ["mended before it was heard of", [], said("A0001", { aS: "inActive" }), []],
  ["without a word of its state", [A0001], said("A0001", { aSp: "Request", aS: undefined }), [A0001]],
  ["of a priority that is none", [], said("A0001", { pri: {} }), [{ ...A0001, priority: 3 }]],
  ["an open door", [], said("A0010"), []],
];
for (const [name, before, message, after] of table)
  test(`an alarm ${name}`, () => assert.equal(alarmsAfter(before, message), after));

test("a flood of alarms is bounded, and their ends are heard all the same", () => {
  let all: readonly SiteAlarm[] = [];
  for (let i = 0; i < 500; i++) all = alarmsAfter(all, said("A0301", { cId: `DL${i}`, pri: "3" }));
  assert.is(all.length, 64);
  for (let i = 0; i < 500; i++) all = alarmsAfter(all, said("A0301", { cId: `DL${i}`, aS: "inActive" }));
  assert.equal(all, []);
});

test("the worst is told, with how many there are besides", () => {
  assert.is(alarmText([]), null);
  const detector: SiteAlarm = { code: "A0301", component: "DL1", priority: 3 };
  assert.equal(alarmText([detector]), { isError: false, text: "A0301 detector hardware (DL1)" });
  assert.equal(alarmText([detector, A0001]), {
    isError: true,
    text: "A0001 serious hardware error (TC), and 1 more",
  });
  const long = alarmText([{ code: "A9999", component: "x".repeat(128), priority: 1 }]);
  assert.equal([long?.isError, long?.text.length], [true, 120]);
});

test.run();
