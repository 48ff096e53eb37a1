import { ALL_RED, groupOf, PRIORITY, stageOf } from "../../controllers/junction/defaults.ts";
import type { Approach, GroupId, Junction } from "../../controllers/junction/model.ts";
import { type Duration, metres, seconds } from "../../controllers/units.ts";
import type { Random } from "../../firmware/hal/random.ts";
import { placeOf } from "./corridor-junction.ts";
import { DISCHARGE, type OracleStreet } from "./oracle-street.ts";

/** One small case: a junction, its traffic, and the buses that come. */
export interface OracleCase {
  readonly name: string;
  readonly junction: Junction;
  /** The groups that have a queue, in the order of the street's arrivals. */
  readonly queues: readonly GroupId[];
  readonly street: OracleStreet;
  /** Seconds that the junction was worked before, without buses. */
  readonly before: number;
}

const between = (random: Random, low: number, high: number): number => low + random.next() * (high - low);
const whole = (random: Random, low: number, high: number): number => Math.floor(between(random, low, high + 1));

/** Way of pedestrians over the first street, m. */
const CROSSING = seconds(8);

function intergreensOf(vehicles: readonly GroupId[], clearances: readonly Duration[]): Junction["intergreens"] {
  const table: Record<GroupId, Record<GroupId, Duration>> = {};
  const put = (a: GroupId, b: GroupId, time: Duration) => {
    table[a] = { ...table[a], [b]: time };
  };
  for (const [i, a] of vehicles.entries()) for (const b of vehicles) if (a !== b) put(a, b, clearances[i] as Duration);
  // They cross the first street's arm while all others but it may go.
  put("P", "V1", CROSSING);
  put("V1", "P", clearances[0] as Duration);
  return table;
}

/** What buses drive when nothing holds them, m/s. */
export const BUS_SPEED = 11;

const approachOf = (index: number): Approach => ({
  id: index + 1,
  name: `to V${index + 1}`,
  group: `V${index + 1}`,
  line: [placeOf(-1000, 50 * index), placeOf(0, 50 * index)],
  exit: metres(20),
  speed: BUS_SPEED,
  stops: [],
});

/**
 * A random case of 2 to 4 stages: times as usual in a French town, greens of the base plan by chance and traffic that
 * half fills to nearly fills them, one to three buses on one or two ways. What policy may forbid beyond safety is allowed:
 * any stage may be skipped, cut to its minimum and extended for as long as the case lasts, so that the gap is the
 * decision's alone.
 */
export function randomCase(random: Random, name: string): OracleCase {
  const count = whole(random, 2, 4);
  const vehicles = Array.from({ length: count }, (_, i) => `V${i + 1}`);
  const clearances = vehicles.map(() => (3000 + ALL_RED + 1000 * whole(random, 0, 1)) as Duration);
  const horizon = 80;
  const greens = vehicles.map(() => whole(random, 10, 60 / count + 8));
  const lasts = vehicles.map((_, i) => {
    const before = (i + count - 1) % count;
    const clear = Math.max(clearances[before] as number, i === 0 ? CROSSING : 0) / 1000;
    return clear + (greens[i] as number);
  });
  const cycle = lasts.reduce((sum, time) => sum + time, 0);
  const junction: Junction = {
    id: "tlc/1",
    name,
    groups: [
      ...vehicles.map((id) => groupOf(id, "vehicle", { guard: seconds(119) })),
      groupOf("P", "pedestrian", { guard: seconds(119) }),
    ],
    intergreens: intergreensOf(vehicles, clearances),
    stages: vehicles.map((id, i) =>
      stageOf(`S${i + 1}`, i === count - 1 ? [id, "P"] : [id], { skippable: true, maxExtension: seconds(horizon) }),
    ),
    plans: [
      {
        kind: "fixed",
        id: 1,
        cycle: seconds(cycle),
        stages: vehicles.map((_, i) => ({
          stage: `S${i + 1}`,
          at: seconds(lasts.slice(0, i).reduce((sum, time) => sum + time, 0)),
        })),
      },
    ],
    approaches: vehicles.slice(0, 2).map((_, i) => approachOf(i)),
    detectors: [],
    // Stops cost nothing here: delay is all that is charged.
    priority: {
      ...PRIORITY,
      compensation: 0,
      stopCost: seconds(0),
      lockout: seconds(0),
      horizon: seconds(120),
      requestsAMinute: 120,
    },
  };
  const filled = between(random, 0.5, 0.85);
  const arrivals = greens.map((green) => (DISCHARGE * filled * between(random, 0.85, 1.1) * (green - 2)) / cycle);
  const ways = random.next() < 0.5 ? 1 : 2;
  const buses = Array.from({ length: whole(random, 1, 3) }, () => ({
    queue: whole(random, 0, ways - 1),
    arrives: whole(random, 5, horizon - 30),
    persons: whole(random, 20, 70),
  })).sort((a, b) => a.arrives - b.arrives);
  return {
    name,
    junction,
    queues: vehicles,
    street: { arrivals, buses, carPersons: PRIORITY.carPersons, horizon },
    before: whole(random, 8 * cycle, 9 * cycle),
  };
}
