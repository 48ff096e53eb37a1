import { type Change, changeTo, copyOf, endsOf, firstPath, type Path, pass, rest } from "./arbitrate-path.ts";
import type { Problem } from "./arbitrate-problem.ts";

/** What a search found. */
export interface Found {
  readonly cost: number;
  readonly changes: readonly Change[];
  /** Index in the base plan of the stage that follows the last change. */
  readonly next: number;
}

/** Paths that are followed at once, and of those that are in the same stage of the base plan. */
const BREADTH = 40;
/** With many chances of arrival fewer are: what a pass may cost is bounded. */
const NARROWEST = 10;
const WORK = 800;
const ALIKE = 5;

/** The cheapest way: all that may be done is tried step by step, and of ways that come out alike the best are followed. */
export function search(problem: Problem): Found | null {
  const { steps, asks } = problem;
  const breadth = Math.min(BREADTH, Math.max(NARROWEST, Math.floor(WORK / asks.count)));
  let paths: Path[] = [firstPath(problem)];
  for (let k = 0; k + 1 < steps.length; k++) {
    const t = steps[k] as number;
    const end = steps[k + 1] as number;
    const following: Path[] = [];
    for (const path of paths) {
      const before = following.length;
      branch(problem, path, t, following);
      if (mayStay(problem, path, end) || following.length === before) following.push(path);
    }
    for (const path of following) {
      pass(problem, path, t, end - t);
      path.rank = path.cost + rest(problem, path, end);
    }
    paths = best(following, breadth);
  }
  const [first] = paths;
  return first ? foundOf(first) : null;
}

/** What the base plan costs. */
export function baseCost(problem: Problem): number {
  const { steps, stages, from, length } = problem;
  const path = firstPath(problem);
  for (let k = 0; k + 1 < steps.length; k++) {
    const t = steps[k] as number;
    const { next } = path;
    if (next < stages.length && t >= (from[next] as number)) {
      path.baseEnd = t;
      changeTo(problem, path, stages[next] as number, next + 1, length[next] as number, t);
    }
    pass(problem, path, t, (steps[k + 1] as number) - t);
  }
  return path.cost + rest(problem, path, steps.at(-1) as number);
}

/** All stages that may be changed to at `t`. */
function branch(problem: Problem, path: Path, t: number, out: Path[]): void {
  const { stages, length, skippable, asked, usual } = problem;
  const from = path.stage;
  const go = (to: number, next: number, time: number, inserted: number) => {
    const { lawful, early } = endsOf(problem, path, to);
    if (t < lawful || (t < path.baseEnd && t < early)) return;
    const child = copyOf(path);
    changeTo(problem, child, to, next, time, t);
    child.inserted = inserted;
    out.push(child);
  };
  let first = -1;
  for (let i = path.next; i < stages.length; i++) {
    const to = stages[i] as number;
    const isAgain = to === from || to === path.inserted;
    if (to !== from) {
      if (first < 0) first = to;
      go(to, i + 1, length[i] as number, to === path.inserted ? -1 : path.inserted);
    }
    if (!isAgain && !skippable[i]) break;
  }
  for (let s = 0; s < asked.length; s++)
    if (asked[s] && s !== from && s !== first) go(s, path.next, usual[s] as number, s);
}

function mayStay({ extension }: Problem, path: Path, until: number): boolean {
  return until <= path.baseEnd + (extension[path.stage] as number);
}

function best(paths: Path[], breadth: number): Path[] {
  paths.sort((a, b) => a.rank - b.rank);
  const kept: Path[] = [];
  for (const path of paths) {
    let alike = 0;
    let same = false;
    for (const other of kept) {
      if (other.stage !== path.stage || other.next !== path.next) continue;
      alike++;
      if (other.entered === path.entered) same = true;
    }
    if (same || alike >= ALIKE) continue;
    kept.push(path);
    if (kept.length >= breadth) break;
  }
  return kept;
}

function foundOf(path: Path): Found {
  const changes: Change[] = [];
  for (let change = path.changes; change; change = change.before) changes.unshift(change);
  return { cost: path.rank, changes, next: path.next };
}
