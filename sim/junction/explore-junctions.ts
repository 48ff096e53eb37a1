/**
 * Junctions of two, three and four stages with pedestrians, made to be explored: every rule of theirs is in play (amber of
 * several lengths, red-amber, pedestrians without amber, intergreens that differ by way, calls, a stage that may be skipped),
 * only their times are a few seconds, so that whole seconds reach every state soon.
 */

import { PRIORITY } from "../../controllers/junction/defaults.ts";
import type { GroupKind, Intergreens, Junction, SignalGroup, Stage } from "../../controllers/junction/model.ts";
import { type Duration, metres, seconds } from "../../controllers/units.ts";

interface Times {
  readonly kind?: GroupKind;
  readonly min: number;
  readonly amber?: number;
  readonly redAmber?: number;
  readonly wait: number;
  readonly onCall?: boolean;
}

const group = (
  id: string,
  { kind = "vehicle", min, amber = 0, redAmber = 0, wait, onCall = false }: Times,
): SignalGroup => ({
  id,
  kind,
  minGreen: seconds(min),
  amber: seconds(amber),
  redAmber: seconds(redAmber),
  maxWait: seconds(wait),
  guard: seconds(Math.max(0, wait - 6)),
  onCall,
});

const stage = (id: string, groups: readonly string[], said: Partial<Stage> = {}): Stage => ({
  id,
  groups,
  skippable: false,
  maxExtension: seconds(4),
  least: seconds(0),
  ...said,
});

const inSeconds = (table: Readonly<Record<string, Readonly<Record<string, number>>>>): Intergreens =>
  Object.fromEntries(
    Object.entries(table).map(([from, to]) => [
      from,
      Object.fromEntries(Object.entries(to).map(([id, s]): [string, Duration] => [id, seconds(s)])),
    ]),
  );

/** One approach for each group that vehicles of priority may come by: 100 m, straight on. */
const approach = (id: number, of: string): Junction["approaches"][number] => ({
  id,
  name: of,
  group: of,
  line: [
    { latitude: 47.32, longitude: 5.04 },
    { latitude: 47.3209, longitude: 5.04 },
  ],
  exit: metres(10),
  speed: 10,
  stops: [],
});

function junction(
  id: string,
  groups: readonly SignalGroup[],
  intergreens: Intergreens,
  stages: readonly Stage[],
  cycle: number,
  changes: readonly number[],
): Junction {
  return {
    id: `tlc/${id}`,
    name: id,
    groups,
    intergreens,
    stages,
    plans: [
      {
        kind: "actuated",
        id: 1,
        stages: stages.map(({ id }) => ({ stage: id, min: seconds(2), max: seconds(4), gap: seconds(1) })),
      },
      {
        kind: "fixed",
        id: 2,
        cycle: seconds(cycle),
        stages: stages.map(({ id }, i) => ({ stage: id, at: seconds(changes[i] ?? 0) })),
      },
    ],
    approaches: groups.filter(({ kind }) => kind !== "pedestrian").map(({ id }, i) => approach(i, id)),
    detectors: groups
      .filter(({ onCall }) => onCall)
      .map(({ id }) => ({ id: `button/${id}`, group: id, use: "call", distance: metres(0) })),
    priority: {
      lockout: seconds(0),
      timeToLive: seconds(8),
      greenMonitor: seconds(4),
      horizon: seconds(12),
      compensation: 1,
      persons: { ...PRIORITY.persons, car: 1 },
      carPersons: 1,
      requestsAMinute: 1000,
    },
  };
}

/** A main road and a side road, people beside both; those beside the main road press a button. */
export const exploredTwo = (wait = 18): Junction =>
  junction(
    "two",
    [
      group("A", { min: 3, amber: 2, wait }),
      group("B", { kind: "bus", min: 2, amber: 1, redAmber: 1, wait }),
      group("P", { kind: "pedestrian", min: 2, wait, onCall: true }),
      group("Q", { kind: "pedestrian", min: 2, wait }),
    ],
    inSeconds({ A: { B: 3, Q: 4 }, B: { A: 2, P: 3 }, P: { B: 5, Q: 5 }, Q: { A: 3, P: 4 } }),
    [stage("1", ["A", "P"]), stage("2", ["B", "Q"])],
    16,
    [0, 8],
  );

/** A left turn of its own beside the main road, which may be skipped; people cross with the main road, on call. */
export const exploredThree = (wait = 30): Junction =>
  junction(
    "three",
    [
      group("A", { min: 3, amber: 2, wait }),
      group("L", { min: 2, amber: 1, wait }),
      group("B", { kind: "bus", min: 2, amber: 1, redAmber: 1, wait }),
      group("P", { kind: "pedestrian", min: 2, wait, onCall: true }),
    ],
    inSeconds({
      A: { B: 3, L: 2 },
      L: { A: 2, B: 3, P: 3 },
      B: { A: 2, L: 3, P: 3 },
      P: { L: 4, B: 5 },
    }),
    [stage("1", ["A", "P"]), stage("2", ["L"], { skippable: true }), stage("3", ["B"])],
    20,
    [0, 8, 14],
  );

/** Four stages: main road, left turn, side road, and one for people alone, who press a button. */
export const exploredFour = (wait = 40): Junction =>
  junction(
    "four",
    [
      group("A", { min: 3, amber: 2, wait }),
      group("L", { min: 2, amber: 1, wait }),
      group("B", { kind: "bus", min: 2, amber: 1, redAmber: 1, wait }),
      group("P", { kind: "pedestrian", min: 2, wait, onCall: true }),
    ],
    inSeconds({
      A: { B: 3, L: 2, P: 3 },
      L: { A: 2, B: 3, P: 3 },
      B: { A: 2, L: 3, P: 2 },
      P: { A: 4, L: 4, B: 5 },
    }),
    [stage("1", ["A"]), stage("2", ["L"], { skippable: true }), stage("3", ["B"]), stage("4", ["P"])],
    28,
    [0, 7, 13, 19],
  );
