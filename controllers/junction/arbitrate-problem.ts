import { type Arbitration, type Asks, asksOf, ranks } from "./arbitrate-ask.ts";
import { type Rhythm, rhythmOf } from "./arbitrate-rhythm.ts";
import type { PriorityTable } from "./priority-table.ts";

/** An arbitration by numbers. Times in seconds from now. */
export interface Problem {
  readonly table: PriorityTable;
  /** 1 where a stage has a group that somebody wants: [stage * groups + group]. */
  readonly has: Uint8Array;
  readonly asks: Asks;
  /** The base plan's stages in order, the one of now first. */
  readonly stages: Int32Array;
  /** When each is changed to, how long each is, and whether it may be left out. */
  readonly from: Float64Array;
  readonly length: Float64Array;
  readonly skippable: Uint8Array;
  /** By stage: whether a vehicle asks for one of its groups; its base length where it is inserted; longest extension. */
  readonly asked: Uint8Array;
  readonly usual: Float64Array;
  readonly extension: Float64Array;
  /** By stage: whether it owes nothing; else it may be ended early only at a price. */
  readonly mayCut: Uint8Array;
  /** Of the stage of now: since when it is on, and when the base plan would end it. */
  readonly entered: number;
  readonly baseEnd: number;
  /** By group: queue now, arrivals a second, departures a second of green, and what a second of waiting costs. */
  readonly queue: Float64Array;
  readonly rate: Float64Array;
  readonly saturation: Float64Array;
  readonly weight: Float64Array;
  /** By group: green that passes before anybody moves. */
  readonly start: Float64Array;
  /** By group: since when it is green or will be (in the stage of now), else since when it is red. */
  readonly mark: Float64Array;
  /** By group: how long it may wait; Infinity where nobody does. */
  readonly limit: Float64Array;
  /** What a stop costs a vehicle that asks, s. */
  readonly stop: number;
  /** Begins of the steps of the search and the end of the last. */
  readonly steps: Float64Array;
  readonly isCoordinated: boolean;
  readonly rhythm: Rhythm;
}

/** A bus of 11 m/s that brakes and starts with 1 m/s2 loses 11 s; some see the green come, and roll. */
const STOP = 8000;
/** Green that passes before a standing queue moves, s [NV: 1.5 to 2.5 in handbooks]. */
const START_UP = 2;
/** The search goes on for so long after the last arrival, and so long at least and at most, s. */
const BEYOND = 30;
const SHORTEST = 50;
const LONGEST = 150;

export function problemOf(arbitration: Arbitration): Problem {
  const { table, view, vehicles, mayCut, demand } = arbitration;
  const { junction, groups, stages: count } = table;
  const { now, base, entry } = view;
  const second = (at: number) => (at - now) / 1000;
  const asks = asksOf(arbitration);
  const has = Uint8Array.from(table.has, (one, i) => {
    const g = i % groups;
    const isWanted =
      !junction.groups[g]?.onCall || asks.group.includes(g) || !Number.isNaN(view.waitingSince[g] as number);
    const isGreen = i - g === view.stage * groups && !Number.isNaN(view.greenAt[g] as number);
    return one && (isWanted || isGreen) ? 1 : 0;
  });
  const isEmergency = vehicles.some(({ request }) => ranks(request.type));
  const stages = Int32Array.from(base, ({ stage }) => table.stageAt.get(stage) ?? 0);
  const length = Float64Array.from(base, ({ from, to }) => (to - from) / 1000);
  const asked = new Uint8Array(count);
  for (let s = 0; s < count; s++)
    for (let i = 0; i < asks.count; i++) if (has[s * groups + (asks.group[i] as number)]) asked[s] = 1;
  const usual = new Float64Array(count).fill(10);
  // The last span is cut off by the end of what was looked at.
  for (let i = base.length - 2; i > 0; i--) usual[stages[i] as number] = length[i] as number;
  const last = Math.min(LONGEST, Math.max(SHORTEST, asks.last + BEYOND));
  const steps: number[] = [];
  for (let t = 0; t < last; t = stepAfter(second(entry.at), t)) steps.push(t);
  steps.push(last);

  const weight = Float64Array.from(junction.groups, ({ kind }) =>
    kind === "vehicle" ? junction.priority.carPersons : 1,
  );
  const limit = new Float64Array(groups).fill(Number.POSITIVE_INFINITY);
  const mark = new Float64Array(groups);
  for (const [g, group] of junction.groups.entries()) {
    const [green, red] = [view.greenAt[g] as number, view.redAt[g] as number];
    const waiting = view.waitingSince[g] as number;
    const isInside = has[view.stage * groups + g] === 1 && !Number.isNaN(green);
    mark[g] = second(isInside ? green : Number.isNaN(red) ? now : red);
    if (!group.onCall || !Number.isNaN(waiting))
      limit[g] = group.guard / 1000 + (isInside || Number.isNaN(waiting) ? 0 : second(waiting) - (mark[g] as number));
  }
  const [rate, saturation] = [Float64Array.from(demand.rates), Float64Array.from(demand.saturations)];
  return {
    table,
    rhythm: rhythmOf({ stages, length, has, groups, rate, saturation, weight }),
    has,
    asks,
    stages,
    from: Float64Array.from(base, ({ from }) => second(from)),
    length,
    skippable: Uint8Array.from(base, ({ stage }, i) => {
      const s = table.stageAt.get(stage) ?? 0;
      return i > 0 && junction.stages[s]?.skippable && (isEmergency || mayCut(s)) ? 1 : 0;
    }),
    asked,
    usual,
    extension: Float64Array.from(junction.stages, ({ maxExtension }) => maxExtension / 1000),
    mayCut: Uint8Array.from(junction.stages, (_, s) => (isEmergency || mayCut(s) ? 1 : 0)),
    entered: second(entry.at),
    baseEnd: second(entry.until ?? base[0]?.to ?? now),
    queue: Float64Array.from(demand.queues),
    rate,
    saturation,
    weight,
    start: Float64Array.from(junction.groups, ({ kind }) => (kind === "vehicle" ? START_UP : 0)),
    mark,
    limit,
    stop: (junction.priority.stopCost ?? STOP) / 1000,
    steps: Float64Array.from(steps),
    isCoordinated: junction.plans.some((plan) => plan.kind === "fixed" && plan.offset !== undefined),
  };
}

/** Steps of a second so far ahead, then of two, then of four: a plan is made anew long before it comes to those. */
const FINE = 6;
const MIDDLE = 30;

/** The step after `t`: the longer ones are counted from when the stage was entered, so that a plan stays where it is from pass to pass. */
function stepAfter(entered: number, t: number): number {
  if (t < FINE) return t + 1;
  const length = t < MIDDLE ? 2 : 4;
  // A hair: what is in the middle of a second may be rounded.
  return entered + (Math.floor((t - entered) / length + 1e-6) + 1) * length;
}
