import { test } from "uvu";
import * as assert from "uvu/assert";
import { seconds } from "../units.ts";
import { compile } from "./bounds.ts";
import type { Junction } from "./model.ts";
import { fourStage, twoStage } from "./test-junctions.ts";
import { runFor } from "./test-run.ts";

/** Stage 1 (A) 8 to 30 s, stage 2 (B, when called) 6 to 20 s, gaps 3 s; no pedestrians. */
function quiet(): Junction {
  const { groups, intergreens, ...rest } = twoStage();
  const { A, B } = intergreens;
  return {
    ...rest,
    groups: groups.slice(0, 2).map((group) => (group.id === "B" ? { ...group, onCall: true } : group)),
    intergreens: { A: { B: A?.["B"] as never }, B: { A: B?.["A"] as never } },
    stages: rest.stages.map((stage) => ({ ...stage, groups: stage.groups.slice(0, 1) })),
    plans: [
      {
        kind: "actuated",
        id: 1,
        stages: [
          { stage: "1", min: seconds(8), max: seconds(30), gap: seconds(3) },
          { stage: "2", min: seconds(6), max: seconds(20), gap: seconds(3) },
        ],
      },
    ],
    detectors: [],
  };
}

const table = compile(quiet());

test("it rests in green while nobody wants another stage", () => {
  assert.equal(runFor(table, 3000).greens, ["A+5"]);
});

test("called while resting, it changes at once, and comes back after the shortest", () => {
  const { greens } = runFor(table, 200, { 100: { wanted: ["B"] } });
  assert.equal(greens, ["A+5", "A-100", "B+105", "B-111", "A+116"]);
});

test("a call while its amber is shown is heard", () => {
  const { greens } = runFor(table, 130, { 100: { wanted: ["B"] }, 112: { wanted: ["B"] } });
  assert.equal(greens.slice(-3), ["A+116", "A-124", "B+129"]);
});

test("a call before the shortest time is over waits for it", () => {
  assert.equal(runFor(table, 50, { 7: { wanted: ["B"] } }).greens, ["A+5", "A-13", "B+18", "B-24", "A+29"]);
});

test("while vehicles come it lasts until the gap after the last of them", () => {
  const { greens } = runFor(table, 50, {
    7: { wanted: ["B"], occupied: ["A"] },
    12: { occupied: [] },
    14: { occupied: ["A"] },
    15: { occupied: [] },
  });
  assert.equal(greens, ["A+5", "A-18", "B+23", "B-29", "A+34"]);
});

test("it lasts no longer than its maximum, which counts from when somebody else waits", () => {
  const busy = { occupied: ["A"] };
  const { greens } = runFor(table, 130, { 6: busy, 80: { ...busy, wanted: ["B"] } });
  assert.equal(greens, ["A+5", "A-110", "B+115", "B-121", "A+126"]);
  assert.equal(runFor(table, 60, { 3: { ...busy, wanted: ["B"] } }).greens.slice(0, 3), ["A+5", "A-35", "B+40"]);
});

test("detectors of a group that is not in the stage do not hold it", () => {
  assert.is(runFor(table, 60, { 7: { wanted: ["B"], occupied: ["B"] } }).greens[1], "A-13");
});

test("stages that nobody called are left out", () => {
  const junction = compile(fourStage());
  const { stages } = runFor(junction, 60, { 0: { basePlan: 3 } });
  assert.equal(stages, ["1@9", "3@15", "1@27", "3@38", "1@50"]);
  const called = runFor(junction, 60, { 0: { basePlan: 3 }, 16: { wanted: ["P"] } });
  assert.equal(called.stages, ["1@9", "3@15", "4@27", "1@39", "3@54"]);
});

test.run();
