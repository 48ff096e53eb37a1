import type { Instant } from "../units.ts";
import { firstPath, pass } from "./arbitrate-path.ts";
import type { Problem } from "./arbitrate-problem.ts";
import { rest } from "./arbitrate-rest.ts";
import { take, waysAt } from "./arbitrate-ways.ts";
import type { TentativePlan } from "./model.ts";

/** What a plan costs that begins with the stage of now, person-seconds; null where it may not be followed any more. */
export function costOf(problem: Problem, plan: TentativePlan, now: Instant): number | null {
  const { steps, table } = problem;
  const path = firstPath(problem);
  const changes = plan.slice(1).map(({ stage, from }) => ({ to: table.stageAt.get(stage), at: (from - now) / 1000 }));
  let due = 0;
  for (let k = 0; k + 1 < steps.length; k++) {
    let t = steps[k] as number;
    const end = steps[k + 1] as number;
    for (let change = changes[due]; change && change.at < end; change = changes[++due]) {
      const at = Math.max(t, change.at);
      pass(problem, path, t, at - t);
      const way = waysAt(problem, path, at).find(({ to }) => to === change?.to);
      if (!way) return null;
      take(problem, path, way, at);
      t = at;
    }
    pass(problem, path, t, end - t);
  }
  return path.cost + rest(problem, path, steps.at(-1) as number);
}
