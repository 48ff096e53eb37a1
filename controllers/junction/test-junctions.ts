/** Junctions for tests, benches and explorations. Nothing that runs on a cabinet imports it. */
import { type Duration, type Metres, metres, seconds } from "../units.ts";
import { groupOf, PRIORITY, pedestrianClearance, stageOf, vehicleIntergreen } from "./defaults.ts";
import type { Approach, Detector, FixedPlan, GroupId, Junction, SignalGroup, SignalPlan, Stage } from "./model.ts";

/** A group against others, seconds from the end of green of it, and from that of theirs. */
type Conflict = readonly [a: GroupId, others: GroupId | readonly GroupId[], fromA: number, fromOthers: number];

/** Conflicts both ways, in seconds. */
export function intergreensOf(conflicts: readonly Conflict[]): Junction["intergreens"] {
  const table: Record<GroupId, Record<GroupId, Duration>> = {};
  const put = (a: GroupId, b: GroupId, time: number) => {
    const row = table[a] ?? {};
    row[b] = seconds(time);
    table[a] = row;
  };
  for (const [a, others, fromA, fromOthers] of conflicts)
    for (const b of [others].flat()) {
      put(a, b, fromA);
      put(b, a, fromOthers);
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

/** A stage, the second of the cycle at which it is changed to, and its groups. */
type Staged = readonly [id: string, at: number, groups: readonly GroupId[], said?: Partial<Pick<Stage, "skippable">>];

function junctionOf(
  name: string,
  groups: readonly SignalGroup[],
  conflicts: readonly Conflict[],
  cycle: number,
  staged: readonly Staged[],
  approaches: readonly Approach[],
): Junction {
  const detectors = groups.map((group) =>
    group.onCall || group.kind === "pedestrian"
      ? detector(`detector/${group.id}`, group.id, "call")
      : detector(`detector/${group.id}`, group.id, "extend", metres(30)),
  );
  return {
    id: "tlc/1",
    name,
    groups,
    intergreens: intergreensOf(conflicts),
    stages: staged.map(([id, , members, said]) => stageOf(id, members, said)),
    plans: plansOf(
      cycle,
      staged.map(([id, at]) => [id, at]),
    ),
    approaches,
    detectors,
    priority: PRIORITY,
  };
}

const SKIPPABLE = { skippable: true } as const;

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
    70,
    [
      ["1", 0, ["A", "P"]],
      ["2", 40, ["B", "Q"]],
    ],
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
      ["A", ["B", "C"], 5, 5],
      ["B", "C", 5, 5],
      ["Q", ["A", "C"], 10, 6],
      ["B", "P", 6, 7],
      ["C", "P", 5, 7],
    ],
    90,
    [
      ["1", 0, ["A", "P"]],
      ["2", 42, ["C"], SKIPPABLE],
      ["3", 58, ["B", "Q"]],
    ],
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
      ["A", ["B", "C"], 5, 5],
      ["B", "C", 5, 5],
      ["D", ["B", "C"], 6, 5],
      ["P", ["A", "B", "C"], 9, 6],
      ["P", "D", 9, 5],
    ],
    100,
    [
      ["1", 0, ["A", "D"]],
      ["2", 38, ["C"], SKIPPABLE],
      ["3", 53, ["B"]],
      ["4", 78, ["P"], SKIPPABLE],
    ],
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
      ["T", ["L", "C", "U"], 6, 5],
      ["T", "Q", 7, 9],
      ["T", "R", 7, 5],
      ["A", ["L", "C", "U"], 5, 5],
      ["B", ["L", "C", "U"], 5, 5],
      ["L", ["C", "U"], 5, 5],
      ["K", ["L", "C", "U"], 6, 5],
      ["P", ["L", "C", "U"], 8, 6],
      ["Q", ["A", "B", "U"], 9, 6],
      ["Q", "K", 9, 5],
    ],
    110,
    [
      ["avenue", 0, ["T", "A", "B", "K", "P"]],
      ["platform", 34, ["A", "B", "K", "P", "R"], SKIPPABLE],
      ["left", 52, ["L", "R"]],
      ["street", 69, ["C", "Q"]],
      ["bus", 93, ["C", "U"], SKIPPABLE],
    ],
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
