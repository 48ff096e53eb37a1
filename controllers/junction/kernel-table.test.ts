import { test } from "uvu";
import * as assert from "uvu/assert";
import { seconds } from "../units.ts";
import { groupOf, stageOf } from "./defaults.ts";
import { stageChange, tableOf } from "./kernel-table.ts";
import { intergreensOf, tenGroup, twoStage } from "./test-junctions.ts";

test("a change lasts as the longest intergreen of those that end to those that begin", () => {
  const table = tableOf(tenGroup());
  // T, A, B, K, P end: L waits for P's 8 s, R for T's 7 s.
  assert.is(stageChange(table, "avenue", "left"), seconds(8));
  // Only T ends, and R alone begins.
  assert.is(stageChange(table, "avenue", "platform"), seconds(7));
  // Back, T waits for R's 5 s, and for nothing of before.
  assert.is(stageChange(table, "platform", "avenue"), seconds(5));
  assert.throws(() => stageChange(table, "avenue", "nowhere"), /stage nowhere is not one of tlc\/1/);
});

test("what ended a stage before may still hold, less the shortest green of the stage between", () => {
  const junction = {
    ...twoStage(),
    groups: [groupOf("A", "vehicle"), groupOf("B", "vehicle"), groupOf("C", "vehicle")],
    // A and B are green one after the other at once; C waits 20 s for A.
    intergreens: intergreensOf([["A", "C", 20, 5]]),
    stages: [stageOf("1", ["A"]), stageOf("2", ["B"]), stageOf("3", ["C"])],
  };
  assert.is(stageChange(tableOf(junction), "2", "3"), seconds(20 - 6));
  assert.is(stageChange(tableOf(junction), "3", "2"), 0);
});

test("so may its own amber, and the second of red after it", () => {
  const { groups, stages } = twoStage();
  const quick = groups.map((group) => ({
    ...group,
    minGreen: seconds(1),
    redAmber: seconds(group.id === "A" ? 2 : 0),
  }));
  const table = tableOf({ ...twoStage(), groups: quick, intergreens: {}, stages });
  // A's amber 3 s and a second of red less the second of B, then its red-amber.
  assert.is(stageChange(table, "2", "1"), seconds(5));
});

test("as few stages as possible serve those who wait", () => {
  const table = tableOf(tenGroup());
  const homes = table.groups.map(({ id }, g) => `${id} ${table.stages[table.home[g] as number]?.id}`);
  assert.equal(homes, [
    "T avenue",
    "A avenue",
    "B avenue",
    "L left",
    "C street",
    "U bus",
    "K avenue",
    "P avenue",
    "Q street",
    "R left",
  ]);
});

test.run();
