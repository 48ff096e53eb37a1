import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Aspect, Signal } from "./model.ts";
import { priorityTable } from "./priority-table.ts";
import { lawfulAt, leaveAt, viewOf } from "./priority-view.ts";
import { recovered } from "./recovery.ts";
import { threeStage } from "./test-junctions.ts";
import { planOfSeconds, second, toSeconds } from "./test-run.ts";

const junction = threeStage();
const table = priorityTable(junction);
const minimum = (id: string) => (junction.groups.find((group) => group.id === id)?.minGreen ?? 0) / 1000;

/** Stage `on` since second 90; groups that are not told of are red since second 0. */
function viewAt(now: number, on: string, told: Readonly<Record<string, readonly [Aspect, number]>>) {
  const signals = junction.groups.map(({ id }): Signal => {
    const [aspect, since] = told[id] ?? ["red", 0];
    return { group: id, aspect, since: second(since) };
  });
  const base = planOfSeconds([on, 90, 120], ["2", 120, 140], ["3", 140, 150], ["1", 150, 190]);
  const seen = {
    signals,
    waiting: junction.groups.map(() => null),
    entry: { stage: on, at: second(90), until: null },
    base,
  };
  return viewOf(table, seen, second(now));
}
const lawful = (view: ReturnType<typeof viewAt>) => toSeconds(lawfulAt(table, view, view.now));

test("a stage may be left when all for which it was begun had their minimum green", () => {
  assert.is(lawful(viewAt(97, "1", { A: ["green", 96] })), 96 + minimum("A"));
  assert.is(lawful(viewAt(110, "1", { A: ["green", 96] })), 110);
  // On call, and called: it has its minimum, too.
  const walks = viewAt(103, "1", { A: ["green", 96], P: ["green", 100] });
  assert.is(lawful(walks), 100 + minimum("P"));
});

test("a group that is not green yet is waited for: its clearances, and its minimum from then on", () => {
  const view = viewAt(92, "1", { B: ["amber", 90] });
  const clearing = (junction.intergreens["B"]?.["A"] ?? 0) / 1000;
  assert.is(lawful(view), 90 + clearing + minimum("A"));
});

test("priority does not end a green before its minimum, even of a group that stays green", () => {
  const stage = junction.stages.findIndex(({ id }) => id === "1");
  const view = viewAt(97, "1", { A: ["green", 96] });
  assert.is(toSeconds(leaveAt(table, view, stage)), 96 + minimum("A"));
});

test("who was passed over is come back to as soon as the stage that was put in may end, and all after it with it", () => {
  const view = viewAt(97, "3", { B: ["green", 96], Q: ["green", 94] });
  const base = planOfSeconds(["3", 90, 120], ["1", 120, 160], ["2", 160, 170]);
  const from = Math.max(96 + minimum("B"), 94 + minimum("Q"));
  const plan = recovered(table, { ...view, base }, "1");
  assert.equal(plan, planOfSeconds(["3", 90, from], ["1", from, from + 40], ["2", from + 40, from + 50]));
  assert.is(recovered(table, { ...view, base }, null), base);
  assert.is(recovered(table, { ...view, base }, "nowhere"), base);
});

test.run();
