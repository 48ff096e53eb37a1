import { test } from "uvu";
import * as assert from "uvu/assert";
import { seconds } from "../units.ts";
import { groupOf, PRIORITY, stageOf } from "./defaults.ts";
import type { Strategy } from "./junction.ts";
import type { Junction } from "./model.ts";
import { type Bus, Drive } from "./test-drive.ts";
import { fixedPlan, intergreensOf } from "./test-junctions.ts";

/** A main road, A and its opposite O; A goes on alone for 20 s and for 12 s at least, so that its left turns clear; then the side road B. */
const junction: Junction = {
  id: "tlc/1",
  name: "early cut-off",
  groups: [groupOf("A", "vehicle"), groupOf("O", "vehicle"), groupOf("B", "vehicle")],
  intergreens: intergreensOf([
    ["A", "B", 5, 5],
    ["O", "B", 5, 5],
  ]),
  stages: [
    stageOf("1", ["A", "O"]),
    stageOf("2", ["A"], { shortest: seconds(4), least: seconds(8) }),
    stageOf("3", ["B"]),
  ],
  plans: [
    fixedPlan(1, 90, [
      ["1", 0],
      ["2", 45],
      ["3", 65],
    ]),
  ],
  approaches: [],
  detectors: [],
  priority: PRIORITY,
};

/** Seconds that the cut-off lasted, each time. */
function lasted(strategy: Strategy, bus: Bus): number[] {
  const { events } = new Drive(junction, strategy).drive(0, 400, [bus]);
  const stages = events.flatMap((event) => (event.kind === "stage" ? [event] : []));
  return stages.flatMap(({ stage, at }, i) => {
    const next = stages[i + 1];
    return stage === "2" && next ? [(next.at - at) / 1000] : [];
  });
}

test("a cut-off is shortened for a vehicle that waits behind it, but never below what it needs", () => {
  // One at each time of the cycle, or nearly so.
  const arrivals = Array.from({ length: 14 }, (_, i) => 200 + i * 7);
  for (const strategy of ["simple", "hulotte"] as const) {
    const times = arrivals.flatMap((arrives) => lasted(strategy, { id: "1", group: "B", from: arrives - 40, arrives }));
    const least = Math.min(...times);
    assert.ok(least >= 12 && least < 20, `${strategy}: ${least} s`);
  }
});

test.run();
