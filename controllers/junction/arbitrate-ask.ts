import { type Demand, SATURATION } from "./arbitrate-demand.ts";
import type { TentativePlan } from "./model.ts";
import type { PriorityTable } from "./priority-table.ts";
import type { View } from "./priority-view.ts";
import type { Live } from "./request.ts";
import type { VehicleType } from "./request-model.ts";

/** What an arbitration is asked with. */
export interface Arbitration {
  readonly table: PriorityTable;
  readonly view: View;
  /** Activated, each vehicle once, none over the stop line; at least one. */
  readonly vehicles: readonly Live[];
  /** Metres to the stop line of a vehicle by its key, where it is followed. */
  readonly distanceOf: (key: string) => number | null;
  /** Whether a stage, by its index, may be ended before the base plan would for no more than that: it was not cut lately. */
  readonly mayCut: (stage: number) => boolean;
  readonly demand: Demand;
  /** The plan of the pass before. */
  readonly before: TentativePlan;
}

/** Vehicles as chances of arrival: equally likely times of each. Flat, for the search. */
export interface Asks {
  readonly count: number;
  /** Index of the group of each. */
  readonly group: Int32Array;
  /** Seconds from now, in order. */
  readonly at: Float64Array;
  /** What a second of its delay costs, person-seconds. */
  readonly weight: Float64Array;
  /** No more vehicles can stand before it. */
  readonly most: Float64Array;
  /** The latest of them. */
  readonly last: number;
}

/** Means of fifths and of thirds of a normal distribution. */
const FIFTHS = [-1.4, -0.53, 0, 0.53, 1.4] as const;
const THIRDS = [-1.09, 0, 1.09] as const;
const MANY = 4;
/** An emergency vehicle counts as so many people more: before all others, whoever they are. */
const EMERGENCY = 100;
/** M0022: 0 lowest to 14; 7 counts once, 14 twice. */
const USUAL_LEVEL = 7;

/** What a second of a vehicle's delay costs. */
export const weightOf = ({ request }: Live): number =>
  request.persons * 2 ** ((request.level - USUAL_LEVEL) / USUAL_LEVEL) * (ranks(request.type) ? EMERGENCY : 1);

export const ranks = (type: VehicleType): boolean => type === "emergency";

/** Metres that a standing vehicle takes. */
const SPACING = 7;

export function asksOf({ table, vehicles, distanceOf, demand, view: { now } }: Arbitration): Asks {
  const chances = vehicles.length > MANY ? THIRDS : FIFTHS;
  const all = vehicles.flatMap((live) => {
    const group = table.groupAt.get(live.request.group) ?? -1;
    const { mean, spread } = live.request.arrival;
    const weight = weightOf(live) / chances.length;
    const distance = distanceOf(live.key);
    const lanes = Math.max(1, (demand.saturations[group] ?? 0) / SATURATION);
    const most = distance === null ? Number.POSITIVE_INFINITY : (Math.max(0, distance) / SPACING) * lanes;
    // Whoever should be there already is there now.
    return chances.map((z) => ({ group, weight, most, at: Math.max(0, (mean - now + z * spread) / 1000) }));
  });
  all.sort((a, b) => a.at - b.at);
  return {
    count: all.length,
    group: Int32Array.from(all, ({ group }) => group),
    at: Float64Array.from(all, ({ at }) => at),
    weight: Float64Array.from(all, ({ weight }) => weight),
    most: Float64Array.from(all, ({ most }) => most),
    last: all.at(-1)?.at ?? 0,
  };
}
