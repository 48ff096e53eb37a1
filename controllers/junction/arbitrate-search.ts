import { type Change, copyOf, firstPath, type Path, pass } from "./arbitrate-path.ts";
import type { Problem } from "./arbitrate-problem.ts";
import { rest } from "./arbitrate-rest.ts";
import { take, waysAt } from "./arbitrate-ways.ts";

/** What a search found. */
export interface Found {
  readonly cost: number;
  readonly changes: readonly Change[];
  /** Index in the base plan of the stage that follows the last change. */
  readonly next: number;
}

/** Paths that are followed at once, and of those that are in the same stage of the base plan. */
const BREADTH = 80;
const ALIKE = 10;
/** With many chances of arrival fewer are: what a pass may cost is bounded. */
const NARROWEST = 10;
const WORK = 2000;

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

/** All stages that may be changed to at `t`. */
function branch(problem: Problem, path: Path, t: number, out: Path[]): void {
  for (const way of waysAt(problem, path, t)) {
    const child = copyOf(path);
    take(problem, child, way, t);
    out.push(child);
  }
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
