import { test } from "uvu";
import * as assert from "uvu/assert";
import { seconds } from "../units.ts";
import { compile } from "./bounds.ts";
import { groupOf, stageOf } from "./defaults.ts";
import { startEngine } from "./engine.ts";
import type { Junction } from "./model.ts";
import { fixedPlan, fourStage, intergreensOf, threeStage, twoStage } from "./test-junctions.ts";
import { planOfSeconds, runFor, second } from "./test-run.ts";

/** A cycle of 60 s: 35 s and 25 s. */
const withOffset = (offset?: number): Junction => ({
  ...twoStage(),
  plans: [
    fixedPlan(
      1,
      60,
      [
        ["1", 0],
        ["2", 35],
      ],
      offset,
    ),
  ],
});

test("stages come at their times, and greens after the intergreens", () => {
  const { stages, greens } = runFor(compile(withOffset()), 130);
  assert.equal(stages, ["1@10", "2@45", "1@70", "2@105", "1@130"]);
  assert.equal(greens, [
    "A+10",
    "A-45",
    "B+50",
    "Q+51",
    "B-70",
    "Q-70",
    "A+80",
    "A-105",
    "B+110",
    "Q+111",
    "B-130",
    "Q-130",
  ]);
});

test("a coordinated plan that is out of step comes into it by a quarter of a stage at most, and stays", () => {
  // From second 10 on; it should be at 0, 60, 120. 50 s longer or 10 s shorter: shorter, 35 -> 26, 25 -> 24.
  const { stages } = runFor(compile(withOffset(0)), 300);
  assert.equal(stages, ["1@10", "2@36", "1@60", "2@95", "1@120", "2@155", "1@180", "2@215", "1@240", "2@275", "1@300"]);
});

test("the shorter way may be the longer one", () => {
  // 15 s late by the timetable is 45 s early: but 5 s early is 5 s longer.
  const { stages } = runFor(compile(withOffset(15)), 260);
  assert.equal(stages, ["1@10", "2@50", "1@75", "2@110", "1@135", "2@170", "1@195", "2@230", "1@255"]);
});

test("no stage is shortened under change and minimum green", () => {
  // Stage 2 has 13 s, all of which it needs; 20 s too late are made good in stage 1 alone.
  const junction = {
    ...twoStage(),
    plans: [
      fixedPlan(
        1,
        60,
        [
          ["1", 0],
          ["2", 47],
        ],
        50,
      ),
    ],
  };
  const { stages } = runFor(compile(junction), 240);
  assert.equal(stages, ["1@10", "2@45", "1@58", "2@97", "1@110", "2@157", "1@170", "2@217", "1@230"]);
});

test("without the clock it runs by itself, and is brought into step when the clock is set", () => {
  const { stages } = runFor(compile(withOffset(0)), 260, { 0: { clockSet: false }, 140: { clockSet: true } });
  assert.equal(stages, ["1@10", "2@45", "1@70", "2@105", "1@130", "2@165", "1@183", "2@215", "1@240"]);
});

test("the timetable goes by the wall clock, which may be another than the time it is worked by", () => {
  const table = compile(withOffset(0));
  const { stages } = runFor(table, 200, {}, startEngine(table, second(0)), 50);
  // Second 10 here is second 60 there: in step from the start.
  assert.equal(stages, ["1@10", "2@45", "1@70", "2@105", "1@130", "2@165", "1@190"]);
});

test("a stage that nobody wants leaves its time to the one before", () => {
  const table = compile(fourStage());
  assert.equal(runFor(table, 170).stages, ["1@9", "3@62", "1@109", "3@162"]);
  const called = runFor(table, 170, { 20: { wanted: ["C", "P"] } });
  assert.equal(called.stages, ["1@9", "2@47", "3@62", "4@87", "1@109", "3@162"]);
  assert.ok(called.greens.includes("P+93"));
});

test("a call that comes after its time is served in the next cycle", () => {
  const { stages } = runFor(compile(fourStage()), 200, { 50: { wanted: ["C"] } });
  assert.equal(stages, ["1@9", "3@62", "1@109", "2@147", "3@162"]);
});

test("after a plan of priority the base plan goes on from the stage that is on", () => {
  const table = compile(threeStage());
  const { stages } = runFor(table, 240, { 30: { plan: planOfSeconds(["3", 30, 60]) }, 60: { plan: null } });
  // Stage 3 begun at 30 would have 32 s; then the cycle as ever.
  assert.equal(stages, ["1@10", "3@30", "1@62", "2@104", "3@120", "1@152", "2@194", "3@210"]);
});

test("a coordinated plan comes back into step after priority", () => {
  const table = compile(withOffset(0));
  const { stages } = runFor(table, 400, { 130: { plan: planOfSeconds(["1", 130, 170]) }, 170: { plan: null } });
  assert.equal(stages.slice(4), [
    "1@120",
    "2@170",
    "1@188",
    "2@215",
    "1@240",
    "2@275",
    "1@300",
    "2@335",
    "1@360",
    "2@395",
  ]);
});

test("a stage may come twice in a cycle", () => {
  const twice = fixedPlan(1, 100, [
    ["1", 0],
    ["2", 30],
    ["1", 50],
    ["2", 72],
  ]);
  const { stages } = runFor(compile({ ...twoStage(), plans: [twice] }), 220);
  assert.equal(stages, ["1@10", "2@40", "1@60", "2@82", "1@110", "2@140", "1@160", "2@182", "1@210"]);
});

test("a stage of groups that are green already ends the others, and lasts a minimum green", () => {
  const stages = [stageOf("1", ["A", "D", "E"]), stageOf("cut", ["A", "E"]), stageOf("2", ["B"])];
  const plan = fixedPlan(1, 60, [
    ["1", 0],
    ["cut", 25],
    ["2", 35],
  ]);
  const groups = ["A", "B", "D", "E"].map((id) => groupOf(id, "vehicle", { minGreen: seconds(id === "E" ? 12 : 6) }));
  const intergreens = intergreensOf([
    ["A", "B", 5, 5],
    ["B", "D", 5, 5],
    ["B", "E", 5, 5],
  ]);
  const table = compile({ ...twoStage(), groups, intergreens, stages, plans: [plan], approaches: [], detectors: [] });
  assert.equal(runFor(table, 60).greens, ["A+5", "D+5", "E+5", "D-30", "A-40", "E-40", "B+45"]);
  // A plan that leaves it at once has to wait: what ended must be gone.
  const hasty = planOfSeconds(["1", 0, 20], ["cut", 20, 21], ["1", 21, 50]);
  assert.equal(runFor(table, 45, { 0: { plan: hasty } }).greens, ["A+5", "D+5", "E+5", "D-20", "D+26"]);
});

test("another plan goes on with the stage that is on", () => {
  const junction = {
    ...twoStage(),
    plans: [
      fixedPlan(1, 60, [
        ["1", 0],
        ["2", 35],
      ]),
      fixedPlan(7, 100, [
        ["2", 10],
        ["1", 60],
      ]),
    ],
  };
  const { stages } = runFor(compile(junction), 200, { 50: { basePlan: 7 } });
  // Stage 2 is on since 45 and has 50 s in plan 7.
  assert.equal(stages, ["1@10", "2@45", "1@95", "2@145", "1@195"]);
});

test.run();
