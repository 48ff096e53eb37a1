/** Junctions for tests, benches and explorations. Nothing that runs on a cabinet imports it. */
import { type Duration, type Metres, metres, seconds } from "../units.ts";
import { groupOf, PRIORITY, pedestrianClearance, stageOf, vehicleIntergreen } from "./defaults.ts";
import type { Approach, Detector, FixedPlan, GroupId, Junction, SignalGroup, SignalPlan, Stage } from "./model.ts";

type Conflict = readonly [a: GroupId, b: GroupId, fromA: number, fromB: number];

/** Conflicts both ways, in seconds. */
export function intergreensOf(conflicts: readonly Conflict[]): Junction["intergreens"] {
  const table: Record<GroupId, Record<GroupId, Duration>> = {};
  const put = (a: GroupId, b: GroupId, time: number) => {
    const row = table[a] ?? {};
    row[b] = seconds(time);
    table[a] = row;
  };
  for (const [a, b, fromA, fromB] of conflicts) {
    put(a, b, fromA);
    put(b, a, fromB);
  }
  return table;
}

/** A fixed plan; with an offset it is coordinated. Times in seconds. */
export function fixedPlan(
  id: number,
  cycle: number,
  stages: readonly (readonly [string, number])[],
  offset?: number,
): FixedPlan {
  return {
    kind: "fixed",
    id,
    cycle: seconds(cycle),
    ...(offset === undefined ? {} : { offset: seconds(offset) }),
    stages: stages.map(([stage, at]) => ({ stage, at: seconds(at) })),
  };
}

/** Stages with their longest time; shortest 6 s, gap 3 s. */
const actuatedPlan = (id: number, stages: readonly (readonly [string, number])[]): SignalPlan => ({
  kind: "actuated",
  id,
  stages: stages.map(([stage, max]) => ({ stage, min: seconds(6), max: seconds(max), gap: seconds(3) })),
});

/** A fixed plan (1), the same coordinated (2), and an actuated one (3). */
function plansOf(cycle: number, stages: readonly (readonly [string, number])[]): readonly SignalPlan[] {
  const lengths = stages.map(([stage, at], i) => [stage, (stages[i + 1]?.[1] ?? cycle) - at] as const);
  return [fixedPlan(1, cycle, stages), fixedPlan(2, cycle, stages, 17), actuatedPlan(3, lengths)];
}

/** 350 m straight on to the stop line from a side of the world, near Dijon. */
function approach(id: number, name: string, group: GroupId, side: "north" | "south" | "east" | "west"): Approach {
  const [north, east] = { north: [1, 0], south: [-1, 0], east: [0, 1], west: [0, -1] }[side] as [number, number];
  const at = (m: number) => ({ latitude: 47.322 + (north * m) / 111_320, longitude: 5.0415 + (east * m) / 75_470 });
  return {
    id,
    name,
    group,
    line: [at(362), at(200), at(12)],
    exit: metres(25),
    speed: 11,
    stops: [],
    r09: { junction: 1, direction: id },
    hfp: { sid: 1, group: id },
  };
}

const detector = (id: string, group: GroupId, use: Detector["use"], distance: Metres = metres(0)): Detector => ({
  id,
  group,
  use,
  distance,
});

function junctionOf(
  name: string,
  groups: readonly SignalGroup[],
  conflicts: readonly Conflict[],
  stages: readonly Stage[],
  plans: readonly SignalPlan[],
  approaches: readonly Approach[],
): Junction {
  const detectors = groups.map((group) =>
    group.onCall || group.kind === "pedestrian"
      ? detector(`detector/${group.id}`, group.id, "call")
      : detector(`detector/${group.id}`, group.id, "extend", metres(30)),
  );
  const intergreens = intergreensOf(conflicts);
  return { id: "tlc/1", name, groups, intergreens, stages, plans, approaches, detectors, priority: PRIORITY };
}

/** Main road A, side road B, pedestrians along the main road P (when called) and along the side road Q. */
export function twoStage(): Junction {
  const vehicles = vehicleIntergreen(seconds(3), metres(18)) / 1000;
  const toWalk = vehicleIntergreen(seconds(3), metres(24)) / 1000;
  const short = pedestrianClearance(metres(7)) / 1000;
  const long = pedestrianClearance(metres(10)) / 1000;
  return junctionOf(
    "two stages",
    [
      groupOf("A", "vehicle"),
      groupOf("B", "vehicle"),
      groupOf("P", "pedestrian", { onCall: true }),
      groupOf("Q", "pedestrian"),
    ],
    [
      ["A", "B", vehicles, vehicles],
      ["A", "Q", toWalk, long],
      ["B", "P", toWalk, short],
    ],
    [stageOf("1", ["A", "P"]), stageOf("2", ["B", "Q"])],
    plansOf(70, [
      ["1", 0],
      ["2", 40],
    ]),
    [approach(1, "from the west", "A", "west"), approach(2, "from the north", "B", "north")],
  );
}

/** As two stages, with a left turn C off the main road, which the stage of the side road's bus may leave out. */
export function threeStage(): Junction {
  return junctionOf(
    "three stages",
    [
      groupOf("A", "vehicle"),
      groupOf("B", "vehicle"),
      groupOf("C", "vehicle"),
      groupOf("P", "pedestrian", { onCall: true }),
      groupOf("Q", "pedestrian"),
    ],
    [
      ["A", "B", 5, 5],
      ["A", "C", 5, 5],
      ["A", "Q", 6, 10],
      ["B", "C", 5, 5],
      ["B", "P", 6, 7],
      ["C", "P", 5, 7],
      ["C", "Q", 6, 10],
    ],
    [stageOf("1", ["A", "P"]), stageOf("2", ["C"], { skippable: true }), stageOf("3", ["B", "Q"])],
    plansOf(90, [
      ["1", 0],
      ["2", 42],
      ["3", 58],
    ]),
    [
      approach(1, "from the west", "A", "west"),
      approach(2, "from the north", "B", "north"),
      approach(3, "left from the east", "C", "east"),
    ],
  );
}

/** Main road A, its left turn C, side road B, and all pedestrians (P, when called) in a stage of their own. */
export function fourStage(): Junction {
  return junctionOf(
    "four stages",
    [
      groupOf("A", "vehicle"),
      groupOf("B", "vehicle"),
      groupOf("C", "bus", { onCall: true }),
      groupOf("D", "cycle"),
      groupOf("P", "pedestrian", { onCall: true }),
    ],
    [
      ["A", "B", 5, 5],
      ["A", "C", 5, 5],
      ["A", "P", 6, 9],
      ["B", "C", 5, 5],
      ["B", "D", 5, 6],
      ["B", "P", 6, 9],
      ["C", "D", 5, 6],
      ["C", "P", 6, 9],
      ["D", "P", 5, 9],
    ],
    [
      stageOf("1", ["A", "D"]),
      stageOf("2", ["C"], { skippable: true }),
      stageOf("3", ["B"]),
      stageOf("4", ["P"], { skippable: true }),
    ],
    plansOf(100, [
      ["1", 0],
      ["2", 38],
      ["3", 53],
      ["4", 78],
    ]),
    [
      approach(1, "from the west", "A", "west"),
      approach(2, "from the north", "B", "north"),
      approach(3, "bus lane", "C", "east"),
    ],
  );
}

/**
 * An avenue with a tramway in its middle (T), its two ways (A, B) and their left turns over the tracks (L), a side street
 * (C) with a bus lane (U), cyclists along the avenue (K), pedestrians over the side street (P), over the avenue (Q) and,
 * when called, over the tracks to the platform (R).
 */
export function tenGroup(): Junction {
  return junctionOf(
    "ten groups",
    [
      groupOf("T", "tram", { minGreen: seconds(6), amber: seconds(3) }),
      groupOf("A", "vehicle"),
      groupOf("B", "vehicle"),
      groupOf("L", "vehicle"),
      groupOf("C", "vehicle"),
      groupOf("U", "bus", { onCall: true }),
      groupOf("K", "cycle"),
      groupOf("P", "pedestrian"),
      groupOf("Q", "pedestrian"),
      groupOf("R", "pedestrian", { onCall: true }),
    ],
    [
      ["T", "L", 6, 5],
      ["T", "C", 6, 5],
      ["T", "U", 6, 5],
      ["T", "Q", 7, 9],
      ["T", "R", 7, 5],
      ["A", "L", 5, 5],
      ["A", "C", 5, 5],
      ["A", "U", 5, 5],
      ["A", "Q", 6, 9],
      ["B", "L", 5, 5],
      ["B", "C", 5, 5],
      ["B", "U", 5, 5],
      ["B", "Q", 6, 9],
      ["L", "C", 5, 5],
      ["L", "U", 5, 5],
      ["L", "K", 5, 6],
      ["L", "P", 6, 8],
      ["C", "K", 5, 6],
      ["C", "P", 6, 8],
      ["U", "K", 5, 6],
      ["U", "P", 6, 8],
      ["U", "Q", 6, 9],
      ["K", "Q", 5, 9],
    ],
    [
      stageOf("avenue", ["T", "A", "B", "K", "P"]),
      stageOf("platform", ["A", "B", "K", "P", "R"], { skippable: true }),
      stageOf("left", ["L", "R"]),
      stageOf("street", ["C", "Q"]),
      stageOf("bus", ["C", "U"], { skippable: true }),
    ],
    plansOf(110, [
      ["avenue", 0],
      ["platform", 34],
      ["left", 52],
      ["street", 69],
      ["bus", 93],
    ]),
    [
      approach(1, "tram from the west", "T", "west"),
      approach(2, "tram from the east", "T", "east"),
      approach(3, "bus from the north", "U", "north"),
      approach(4, "bus with the cars", "A", "west"),
      approach(5, "bus turning left", "L", "east"),
    ],
  );
}

/** All of them. */
export const testJunctions = (): readonly Junction[] => [twoStage(), threeStage(), fourStage(), tenGroup()];
