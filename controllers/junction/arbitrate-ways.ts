import { changeTo, endsOf, type Path } from "./arbitrate-path.ts";
import type { Problem } from "./arbitrate-problem.ts";

/** A stage that may be changed to. */
export interface Way {
  readonly to: number;
  /** Index in the base plan of the stage that follows it. */
  readonly next: number;
  /** How long the base plan would hold it, s. */
  readonly length: number;
  /** As `Path.inserted`. */
  readonly inserted: number;
}

/**
 * All that may be changed to at `t`: the next stage of the base plan, those behind it when all between may be left out, and
 * where a vehicle asks, its stage put in. Each stage once, where the base plan has it first: a later place in the base plan
 * would be the same change with less still to come.
 */
export function waysAt(problem: Problem, path: Path, t: number): readonly Way[] {
  const { stages, length, skippable, asked, usual } = problem;
  const { stage: from, inserted } = path;
  const ways: Way[] = [];
  const isIn = (stage: number) => ways.some(({ to }) => to === stage);
  for (let i = path.next; i < stages.length; i++) {
    const to = stages[i] as number;
    if (to !== from && !isIn(to))
      ways.push({ to, next: i + 1, length: length[i] as number, inserted: to === inserted ? -1 : inserted });
    if (to !== from && to !== inserted && !skippable[i]) break;
  }
  for (let s = 0; s < asked.length; s++)
    if (asked[s] && s !== from && !isIn(s))
      ways.push({ to: s, next: path.next, length: usual[s] as number, inserted: s });
  return ways.filter(({ to }) => {
    const { lawful, early } = endsOf(problem, path, to);
    return t >= lawful && (t >= path.baseEnd || t >= early);
  });
}

/** Goes it, in place. */
export function take(problem: Problem, path: Path, { to, next, length, inserted }: Way, t: number): void {
  changeTo(problem, path, to, next, length, t);
  path.inserted = inserted;
}
