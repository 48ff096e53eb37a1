/** A junction as numbers: what kernel and engine look up instead of searching. */
import { type Duration, duration } from "../units.ts";
import type { GroupId, Junction, SignalGroup, StageId } from "./model.ts";

/** Red is shown at least so long, so that nobody sees amber become green; ms [not verified]. */
export const MIN_RED = 1000;

/** Stages by index, as `JunctionTable.stages` has them. */
export interface StageRow {
  readonly id: StageId;
  /** Indices of its groups. */
  readonly groups: readonly number[];
  /** By group: whether it is in. */
  readonly has: readonly boolean[];
  /** From full green on it stays at least so long, ms: the longest of its groups' minimum greens. */
  readonly hold: number;
  /** From being asked for on it stays at least so long, ms: the shortest of them, or its own `shortest` if that is less. */
  readonly least: number;
}

/** Made of a junction without faults: see `compile`. Times in ms. */
export interface JunctionTable {
  readonly junction: Junction;
  readonly groups: readonly SignalGroup[];
  readonly indexOf: ReadonlyMap<GroupId, number>;
  /** `intergreen[a * groups.length + b]`: from the end of a's green to b's green; below 0 where they do not conflict. */
  readonly intergreen: readonly number[];
  /** By group: indices of those that conflict with it. */
  readonly conflicts: readonly (readonly number[])[];
  /** The longest intergreen of the junction: all red so long and whatever was green before is gone. */
  readonly longest: number;
  readonly stages: readonly StageRow[];
  readonly stageOf: ReadonlyMap<StageId, number>;
  /** `change[a * stages.length + b]`: from leaving stage a to full green of b, at worst. */
  readonly change: readonly number[];
  /** By group: the stage that serves it when no plan does. As few stages as possible are a home. */
  readonly home: readonly number[];
}

/** Groups, stages and conflicts must be sound: others use `compile`, which sees to it. */
export function tableOf(junction: Junction): JunctionTable {
  const { groups } = junction;
  const n = groups.length;
  const indexOf = new Map(groups.map(({ id }, i) => [id, i]));
  const intergreen = groups.flatMap((a) => groups.map((b) => junction.intergreens[a.id]?.[b.id] ?? -1));
  const conflicts = groups.map((_, b) => groups.flatMap((_, a) => ((intergreen[a * n + b] as number) >= 0 ? [a] : [])));
  const stages = junction.stages.map((stage): StageRow => {
    const has = groups.map(({ id }) => stage.groups.includes(id));
    const members = groups.flatMap((_, i) => (has[i] ? [i] : []));
    const greens = members.map((g) => groups[g]?.minGreen ?? 0);
    const least = Math.min(...greens, stage.shortest ?? Number.POSITIVE_INFINITY);
    return { id: stage.id, groups: members, has, hold: Math.max(...greens), least };
  });
  const change = stages.flatMap((from) => stages.map((to) => changeOf(groups, intergreen, from, to)));
  return {
    junction,
    groups,
    indexOf,
    intergreen,
    conflicts,
    longest: Math.max(0, ...intergreen),
    stages,
    stageOf: new Map(stages.map(({ id }, i) => [id, i])),
    change,
    home: homes(groups.length, stages),
  };
}

/** From leaving one stage to full green of the next, at worst. TypeError for a stage that is not the junction's. */
export function stageChange(table: JunctionTable, from: StageId, to: StageId): Duration {
  const a = table.stageOf.get(from);
  const b = table.stageOf.get(to);
  if (a === undefined || b === undefined)
    throw new TypeError(`stage ${a === undefined ? from : to} is not one of ${table.junction.id}`);
  return duration(table.change[a * table.stages.length + b] as number);
}

/**
 * Groups of `from` that are not in `to` end together when it is left. All others ended when `from` was begun at the
 * latest, and the least that `from` lasts has passed since.
 */
function changeOf(groups: readonly SignalGroup[], intergreen: readonly number[], from: StageRow, to: StageRow): number {
  const n = groups.length;
  const spent = from.least;
  let longest = 0;
  for (const b of to.groups) {
    const { amber, redAmber } = groups[b] as SignalGroup;
    // It may show amber still, from the stage before the one that is left.
    longest = Math.max(longest, redAmber, from.has[b] ? 0 : amber + MIN_RED - spent + redAmber);
    for (let a = 0; a < n; a++) {
      if (to.has[a]) continue;
      const time = intergreen[a * n + b] as number;
      if (time >= 0) longest = Math.max(longest, from.has[a] ? time : time - spent);
    }
  }
  return longest;
}

/** Greedy cover: the stage with most groups that have no home yet becomes the home of these, and so on. */
function homes(n: number, stages: readonly StageRow[]): number[] {
  const home = new Array<number>(n).fill(-1);
  for (;;) {
    let best = -1;
    let most = 0;
    for (const [s, { groups }] of stages.entries()) {
      const homeless = groups.filter((g) => home[g] === -1).length;
      if (homeless > most) [best, most] = [s, homeless];
    }
    const stage = stages[best];
    if (!stage) return home;
    for (const g of stage.groups) if (home[g] === -1) home[g] = best;
  }
}
