import type { Path } from "./arbitrate-path.ts";
import type { Problem } from "./arbitrate-problem.ts";
import { CHANGE, redCost } from "./arbitrate-rhythm.ts";

/** What a second out of step with the other junctions costs, person-seconds: their platoons come to a red. */
const OUT_OF_STEP = 5;

/**
 * What is still to come after `t` if the base plan goes on from here: queues that stand, vehicles that have not crossed. Ways
 * that are not equally far in the base plan's course are made equal by what that costs on average: who is before the next red
 * still has it to come.
 */
export function rest(problem: Problem, path: Path, t: number): number {
  const { table, has, asks, stages, rate, saturation, weight, isCoordinated, from, rhythm } = problem;
  const { groups } = table;
  const { data, stage } = path;
  const { opens, closes, average } = rhythm;
  const next = path.next * groups;
  const ends = Math.max(0, path.baseEnd - t);
  const follows = path.next < stages.length ? (stages[path.next] as number) : -1;
  const greenIn = (g: number) =>
    has[stage * groups + g] === 1
      ? Math.max(0, (data[groups + g] as number) - t)
      : ends + (opens[next + g] as number) + CHANGE;
  let cost = 0;
  for (let g = 0; g < groups; g++) {
    const queued = redCost(data[g] as number, greenIn(g), rate[g] as number, saturation[g] as number);
    const endsWithStage = has[stage * groups + g] === 1 && (follows < 0 || has[follows * groups + g] === 0);
    const red = ends + (endsWithStage ? 0 : (closes[next + g] as number));
    cost += (weight[g] as number) * queued - (average[g] as number) * red;
  }
  for (let i = 0; i < asks.count; i++) {
    const ahead = data[3 * groups + i] as number;
    if (ahead < 0) continue;
    const g = asks.group[i] as number;
    cost += (asks.weight[i] as number) * (greenIn(g) + ahead / (saturation[g] as number));
  }
  // How far the next stage will be from its time in the timetable.
  if (isCoordinated && follows >= 0)
    cost += OUT_OF_STEP * Math.abs(Math.max(t, path.baseEnd) - (from[path.next] as number));
  return cost;
}
