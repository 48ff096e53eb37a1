/**
 * The junctions of the corridor: a main street from west to east with a bus line both ways, a side street at each junction,
 * pedestrians over both; every second junction has a stage for left turns off the main street.
 */
import { groupOf } from "../../controllers/junction/defaults.ts";
import type { Approach, ApproachStop, Junction, Place, Stage } from "../../controllers/junction/model.ts";
import type { VehicleType } from "../../controllers/junction/request-model.ts";
import { VEHICLE_TYPES } from "../../controllers/junction/request-model.ts";
import { metres, seconds } from "../../controllers/units.ts";

/** From one stop line to the next of the same direction, m. */
export const LINK = 400;
/** Stop lines are so far before the middle of their junction, m. */
const SET_BACK = 10;
/** The middle lines of approaches begin so far before the stop line, m. */
const APPROACH = 380;
const CYCLE = 90;
/** Offset from one junction to the next: the main street's eastbound progression, s. */
const PROGRESSION = 29;
const ORIGIN: Place = { latitude: 47.32, longitude: 5.04 };
const METRES_A_DEGREE = 111_195;

/** Ways that vehicles come: `A1` eastbound, `A2` westbound, `B1` southbound, `B2` northbound; `L1`, `L2` the left turns of A1 and A2. */
export type Way = "A1" | "A2" | "B1" | "B2";

/** A point of the corridor, metres east and north of the middle of the first junction. */
export function placeOf(east: number, north: number): Place {
  return {
    latitude: ORIGIN.latitude + north / METRES_A_DEGREE,
    longitude: ORIGIN.longitude + east / (METRES_A_DEGREE * Math.cos((ORIGIN.latitude * Math.PI) / 180)),
  };
}

/** Where a vehicle is that is `distance` m before (below 0: after) the stop line of a way at a junction. */
export function placeBefore(junction: number, way: Way, distance: number): Place {
  const middle = junction * LINK;
  const off = SET_BACK + distance;
  switch (way) {
    case "A1":
      return placeOf(middle - off, -3);
    case "A2":
      return placeOf(middle + off, 3);
    case "B1":
      return placeOf(middle - 3, off);
    case "B2":
      return placeOf(middle + 3, -off);
  }
}

/** Degrees clockwise from north. */
export const HEADING: Readonly<Record<Way, number>> = { A1: 90, A2: 270, B1: 180, B2: 0 };

export const hasLeftTurns = (index: number): boolean => index % 2 === 1;

/** P1 crosses the main street (12 m), P2 the side street (8 m), at 1 m/s; vehicles have 3 s of amber and 2 s of all-red. */
const CLEAR = { vehicles: seconds(5), P1: seconds(12), P2: seconds(8) };

function intergreens(left: boolean): Junction["intergreens"] {
  const main = ["A1", "A2"];
  const side = ["B1", "B2"];
  const turns = left ? ["L1", "L2"] : [];
  const conflicts: (readonly [string, string])[] = [
    ...main.flatMap((a) => side.map((b) => [a, b] as const)),
    ...[...main, ...turns].map((a) => [a, "P1"] as const),
    ...[...side, ...turns].map((b) => [b, "P2"] as const),
    ...turns.flatMap((l) => side.map((b) => [l, b] as const)),
    ...(left
      ? ([
          ["A1", "L2"],
          ["A2", "L1"],
        ] as const)
      : []),
  ];
  const table: Record<string, Record<string, ReturnType<typeof seconds>>> = {};
  const clear = (from: string) => (from === "P1" || from === "P2" ? CLEAR[from] : CLEAR.vehicles);
  for (const [a, b] of conflicts) {
    table[a] = { ...table[a], [b]: clear(a) };
    table[b] = { ...table[b], [a]: clear(b) };
  }
  return table;
}

const PERSONS = Object.fromEntries(
  VEHICLE_TYPES.map((type) => [type, type === "bus" ? 40 : type === "tram" ? 120 : 1]),
) as Record<VehicleType, number>;

/** What is different from junction to junction. */
export interface CorridorSite {
  readonly index: number;
  /** Stops on each way's approach. */
  readonly stops: Readonly<Partial<Record<Way, readonly ApproachStop[]>>>;
  /** Ways that buses come. */
  readonly ways: readonly Way[];
}

/** The junction at a place of the corridor: fixed times of 90 s, coordinated; plan 2 is actuated. */
export function corridorJunction({ index, stops, ways }: CorridorSite): Junction {
  const left = hasLeftTurns(index);
  const stage = (id: string, groups: readonly string[], least: number, skippable = false): Stage => ({
    id,
    groups,
    skippable,
    maxExtension: seconds(40),
    least: seconds(least),
  });
  const turn = stage("turn", ["L1", "L2"], 6, true);
  const stages = [stage("main", ["A1", "A2", "P2"], 12), ...(left ? [turn] : []), stage("side", ["B1", "B2", "P1"], 8)];
  const begins: Readonly<Record<string, number>> = left ? { main: 0, turn: 50, side: 66 } : { main: 0, side: 58 };
  const longest: Readonly<Record<string, number>> = { main: 45, turn: 12, side: 25 };
  const approach = (way: Way): Approach => ({
    id: ["A1", "A2", "B1", "B2"].indexOf(way) + 1,
    name: `${way} of ${index}`,
    group: way,
    line: [placeBefore(index, way, APPROACH), placeBefore(index, way, APPROACH / 2), placeBefore(index, way, 0)],
    exit: metres(25),
    speed: 11,
    stops: stops[way] ?? [],
  });
  const groups = [
    ...["A1", "A2", "B1", "B2"].map((id) => groupOf(id, "vehicle")),
    ...(left ? ["L1", "L2"] : []).map((id) => groupOf(id, "vehicle", { onCall: true })),
    groupOf("P1", "pedestrian", { onCall: true }),
    groupOf("P2", "pedestrian"),
  ];
  return {
    id: `tlc/${index + 1}`,
    name: `corridor ${index + 1}`,
    groups,
    intergreens: intergreens(left),
    stages,
    plans: [
      {
        kind: "fixed",
        id: 1,
        cycle: seconds(CYCLE),
        offset: seconds((index * PROGRESSION) % CYCLE),
        stages: stages.map(({ id }) => ({ stage: id, at: seconds(begins[id] as number) })),
      },
      {
        kind: "actuated",
        id: 2,
        stages: stages.map(({ id }) => ({
          stage: id,
          min: seconds(id === "turn" ? 6 : 8),
          max: seconds(longest[id] as number),
          gap: seconds(3),
        })),
      },
    ],
    approaches: ways.map(approach),
    detectors: [
      { id: "loop/P1", group: "P1", use: "call", distance: metres(0) },
      ...groups
        .filter(({ kind }) => kind === "vehicle")
        .map(({ id }) => ({ id: `loop/${id}`, group: id, use: "extend" as const, distance: metres(30) })),
    ],
    priority: {
      lockout: seconds(0),
      timeToLive: seconds(30),
      greenMonitor: seconds(30),
      horizon: seconds(120),
      compensation: 1,
      persons: PERSONS,
      carPersons: 1.3,
      requestsAMinute: 6,
    },
  };
}
