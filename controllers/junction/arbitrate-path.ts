import type { Problem } from "./arbitrate-problem.ts";
import { RECOVERY } from "./fixed.ts";

/** A stage that is changed to, and what was before. */
export interface Change {
  readonly stage: number;
  /** Seconds from now. */
  readonly at: number;
  readonly before: Change | null;
}

/** One way that the next stages may go, as far as it was followed. Changed in place by the search that owns it. */
export interface Path {
  stage: number;
  /** Index in the base plan of the stage that comes next if nothing else is done. */
  next: number;
  entered: number;
  /** When the base plan would leave the stage, if it was entered when this path did. */
  baseEnd: number;
  /** A stage that was put in, and that the base plan may leave out once; -1: none. */
  inserted: number;
  cost: number;
  /** Cost and what is still to come of it. */
  rank: number;
  changes: Change | null;
  /** Queues, marks (see `Problem.mark`), who has left since now, then the chances of arrival: vehicles ahead, or where it is. */
  readonly data: Float64Array;
}

const TO_COME = -1;
const CROSSED = -2;

/** A group that waits longer than it may: nothing is worth that. */
const OVER = 1e6;
/** What a second costs by which a stage is longer or shorter than usual: other signals and people count on it. */
const DEVIATION = 0.6;
/** What a second costs that is taken from a stage that was cut in its last greens already, person-seconds. */
const OWED = 12;

export function firstPath(problem: Problem): Path {
  const { table, asks, queue, mark } = problem;
  const data = new Float64Array(3 * table.groups + asks.count);
  data.set(queue);
  data.set(mark, table.groups);
  data.fill(TO_COME, 3 * table.groups);
  return {
    stage: problem.stages[0] as number,
    next: 1,
    entered: problem.entered,
    baseEnd: problem.baseEnd,
    inserted: -1,
    cost: 0,
    rank: 0,
    changes: null,
    data,
  };
}

export const copyOf = (path: Path): Path => ({ ...path, data: path.data.slice() });

/** When the kernel lets a stage end, and when priority may end it before its time; seconds from now. */
export function endsOf(
  { table, has }: Problem,
  path: Path,
  to: number,
): { readonly lawful: number; readonly early: number } {
  const { groups, minGreen, least, shortest } = table;
  // What only ends something is there for those who turn meanwhile: their green began before it.
  let lawful = path.entered + (shortest[path.stage] as number) / 1000;
  let early = Number.NEGATIVE_INFINITY;
  for (let g = 0; g < groups; g++) {
    if (!has[path.stage * groups + g]) continue;
    const green = path.data[groups + g] as number;
    // All for which a stage was begun have their minimum, whether they go on or not.
    lawful = Math.max(lawful, green + (minGreen[g] as number) / 1000);
    if (!has[to * groups + g]) early = Math.max(early, green + (least[path.stage * groups + g] as number) / 1000);
  }
  return { lawful, early: Math.max(lawful, early) };
}

/** Another stage from `t` on, in place. `next`, `length`: where the base plan goes on, and how long it would hold this one. */
export function changeTo(problem: Problem, path: Path, to: number, next: number, length: number, t: number): void {
  const { table, has, limit, mayCut } = problem;
  const { groups, between, junction } = table;
  const { data, stage } = path;
  path.cost += DEVIATION * Math.abs(t - path.baseEnd);
  if (!mayCut[stage]) path.cost += OWED * Math.max(0, path.baseEnd - t);
  for (let g = 0; g < groups; g++)
    if (has[stage * groups + g] && !has[to * groups + g]) data[groups + g] = Math.max(t, data[groups + g] as number);
  for (let g = 0; g < groups; g++) {
    if (!has[to * groups + g] || has[stage * groups + g]) continue;
    let green = t + (junction.groups[g]?.redAmber ?? 0) / 1000;
    for (let h = 0; h < groups; h++) {
      const clearing = between[h * groups + g] as number;
      if (clearing >= 0 && !has[to * groups + h])
        green = Math.max(green, (data[groups + h] as number) + clearing / 1000);
    }
    const over = green - (data[groups + g] as number) - (limit[g] as number);
    if (over > 0) path.cost += OVER * over;
    data[groups + g] = green;
  }
  path.stage = to;
  path.next = next;
  path.entered = t;
  path.baseEnd = t + length - recovery(problem, next, t, length);
  path.changes = { stage: to, at: t, before: path.changes };
}

/** Time goes on, in place: queues grow and leave, vehicles come, stand and cross. */
export function pass(problem: Problem, path: Path, t: number, dt: number): void {
  const { table, has, asks, rate, saturation, start, weight, limit } = problem;
  const { groups } = table;
  const { data, stage } = path;
  let cost = 0;
  const chances = 3 * groups;
  for (let i = 0; i < asks.count; i++) {
    let ahead = data[chances + i] as number;
    if (ahead === CROSSED) continue;
    const g = asks.group[i] as number;
    let from = t;
    const inside = has[stage * groups + g] === 1;
    if (ahead === TO_COME) {
      const at = asks.at[i] as number;
      if (at >= t + dt) break;
      from = Math.max(t, at);
      // Who stands before it now and leaves until it comes is not before it any more.
      const most = Math.max(0, (asks.most[i] as number) - (data[2 * groups + g] as number));
      ahead = Math.min(data[g] as number, most);
      if (ahead > 0.5 || !inside || (data[groups + g] as number) > from)
        cost += problem.stop * (asks.weight[i] as number);
    }
    const green = inside ? Math.max(from, data[groups + g] as number) : t + dt;
    const moves =
      inside && green < t + dt ? Math.max(green, (data[groups + g] as number) + (start[g] as number)) : t + dt;
    const leaves = (saturation[g] as number) * Math.max(0, t + dt - moves);
    if (moves < t + dt && ahead < leaves) {
      cost += (asks.weight[i] as number) * (moves - from + ahead / (saturation[g] as number));
      data[chances + i] = CROSSED;
    } else {
      cost += (asks.weight[i] as number) * (t + dt - from);
      data[chances + i] = Math.max(0, ahead - leaves);
    }
  }
  for (let g = 0; g < groups; g++) {
    const before = data[g] as number;
    const mark = data[groups + g] as number;
    let after = before + (rate[g] as number) * dt;
    if (has[stage * groups + g]) {
      const moves = mark + (start[g] as number);
      if (moves < t + dt) {
        const leaves = Math.min(after, (saturation[g] as number) * (t + dt - Math.max(t, moves)));
        after -= leaves;
        data[2 * groups + g] = (data[2 * groups + g] as number) + leaves;
      }
    } else {
      const over = t + dt - mark - (limit[g] as number);
      if (over > 0) cost += OVER * Math.min(dt, over);
    }
    data[g] = after;
    cost += ((weight[g] as number) * (before + after) * dt) / 2;
  }
  path.cost += cost;
}

/** What a coordinated plan shortens a stage from `t` on by (below 0: makes it longer) to come back into step, s: as `fixedLeave`. */
function recovery({ isCoordinated, from, stages }: Problem, next: number, t: number, length: number): number {
  if (!isCoordinated || next >= stages.length) return 0;
  const late = t + length - (from[next] as number);
  return Math.sign(late) * Math.min(Math.abs(late), RECOVERY * length);
}
