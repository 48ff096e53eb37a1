import type { Instant } from "../units.ts";
import type { GroupId, GroupKind, Junction, Signal } from "./model.ts";

/** What is thought of the other traffic. One entry a group, in the junction's order. */
export interface Demand {
  /** Vehicles or people that come, a second. */
  readonly rates: readonly number[];
  /** And that leave from a queue, a second of green. */
  readonly saturations: readonly number[];
  /** Who waits now. */
  readonly queues: readonly number[];
  readonly at: Instant;
}

/** A lane of cars at 1,800 an hour of green [NV: a city's own may be 1,600 to 2,000]. */
export const SATURATION = 0.5;
/** Of its green that a group is taken to need where nobody counts [NV]. */
const DEGREE = 0.8;
/** People and cyclists a second at a crossing where nobody counts [NV]; they all leave at once. */
const WALKERS = 1 / 60;
const ALL_AT_ONCE = 5;
/** How long what was counted is remembered, s. */
const MEMORY = 300;
/** A queue that is counted discharges so fast, a second of green: one to five lanes. */
const SLOWEST = 0.44;
const FASTEST = 2.5;
/** Start-up of a queue, ms of green: it is not counted. */
const START = 3000;

/** Before anything was counted: what the first plan's greens are good for. */
export function startDemand(junction: Junction, now: Instant): Demand {
  const rates = junction.groups.map(({ id, kind }) =>
    isRoad(kind) ? DEGREE * SATURATION * share(junction, id) : walkers(kind),
  );
  return {
    rates,
    saturations: junction.groups.map(({ kind }) => (isRoad(kind) ? SATURATION : ALL_AT_ONCE)),
    queues: rates.map(() => 0),
    at: now,
  };
}

const isRoad = (kind: GroupKind): boolean => kind === "vehicle";
/** Buses and trams say themselves that they come. */
const walkers = (kind: GroupKind): number => (kind === "pedestrian" || kind === "cycle" ? WALKERS : 0);

/** The part of the time that a group is green under the first plan, changes aside. */
function share(junction: Junction, group: GroupId): number {
  const [plan] = junction.plans;
  if (!plan) return 0;
  const has = (id: string) => junction.stages.find((stage) => stage.id === id)?.groups.includes(group) === true;
  let green = 0;
  let all = 0;
  if (plan.kind === "fixed") {
    for (const [i, { stage, at }] of plan.stages.entries()) {
      const length = (plan.stages[i + 1]?.at ?? plan.cycle + (plan.stages[0]?.at ?? 0)) - at;
      all += length;
      if (has(stage)) green += length;
    }
  } else
    for (const { stage, min, max } of plan.stages) {
      all += (min + max) / 2;
      if (has(stage)) green += (min + max) / 2;
    }
  return all > 0 ? green / all : 0;
}

/**
 * Demand a pass on. Where a queue is counted, its growth in red teaches the rate and its fall in green how fast it
 * leaves; where none is, it is reckoned. `signals` are what was shown since the pass before.
 */
export function demandAfter(
  junction: Junction,
  demand: Demand,
  seen: {
    readonly signals: readonly Signal[];
    readonly waiting: readonly (Instant | null)[];
    readonly queues: Readonly<Record<GroupId, number>> | undefined;
  },
  now: Instant,
): Demand {
  const dt = (now - demand.at) / 1000;
  if (dt <= 0 && !seen.queues) return demand;
  const rates = [...demand.rates];
  const saturations = [...demand.saturations];
  const queues = [...demand.queues];
  const weight = Math.min(0.2, dt / MEMORY);
  for (const [g, { id, kind, onCall }] of junction.groups.entries()) {
    const signal = seen.signals[g];
    const isGreen = signal?.aspect === "green";
    const [rate, saturation, queue] = [rates[g], saturations[g], queues[g]] as [number, number, number];
    const counted = seen.queues?.[id];
    if (counted !== undefined) {
      const growth = dt > 0 ? (counted - queue) / dt : 0;
      if (isRoad(kind) && dt > 0) {
        // Vehicles are whole: growth is spread over many passes by the memory.
        if (!isGreen) rates[g] = Math.max(0, rate + weight * (growth - rate));
        else if (signal && now - signal.since > START && queue > 2)
          saturations[g] = Math.min(FASTEST, Math.max(SLOWEST, saturation + 3 * weight * (rate - growth - saturation)));
      }
      queues[g] = counted;
    } else if (onCall && !isRoad(kind)) queues[g] = seen.waiting[g] == null ? 0 : Math.max(1, queue + rate * dt);
    else queues[g] = Math.max(0, queue + (isGreen ? rate - saturation : rate) * dt);
  }
  return { rates, saturations, queues, at: now };
}
