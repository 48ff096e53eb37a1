import type { Instant } from "../units.ts";
import type { Arbitration } from "./arbitrate-ask.ts";
import { costOf } from "./arbitrate-cost.ts";
import { problemOf } from "./arbitrate-problem.ts";
import { type Found, search } from "./arbitrate-search.ts";
import type { StageId, StageSpan, TentativePlan } from "./model.ts";

/** A plan that is better by less is not worth leaving the base plan for, person-seconds. */
const WORTH = 10;
/** Nor the plan that was made before; and by less than this part, as what costs are made of is guessed. */
const STEADY = 10;
const STEADY_PART = 0.01;

/**
 * Predictive-tentative: of all that may be done with the next stages (hold, end early, leave out, put in), what costs least
 * delay of people, in the vehicles that ask over all times at which they may come, and in the others' queues. Made anew
 * every pass; only what it says of now is done. Null: nothing is worth leaving the base plan.
 */
export function hulottePlan(arbitration: Arbitration): TentativePlan | null {
  const { view, before } = arbitration;
  const problem = problemOf(arbitration);
  const usual = costOf(problem, view.base, view.now) ?? Number.POSITIVE_INFINITY;
  const kept = (goesOn(arbitration) ? costOf(problem, before, view.now) : null) ?? Number.POSITIVE_INFINITY;
  const found = search(problem);
  const cost = found?.cost ?? Number.POSITIVE_INFINITY;
  if (Math.min(cost, kept) > usual - WORTH) return null;
  return found && cost * (1 + STEADY_PART) < kept - STEADY ? planOf(arbitration, found) : before;
}

/** Whether the plan of the pass before says something of now: the stage that is on, and its end is to come. */
function goesOn({ table, view, before: [first] }: Arbitration): boolean {
  return first !== undefined && table.stageAt.get(first.stage) === view.stage && first.to > view.now;
}

/** The changes that were found, then the base plan's stages as long as they would be. */
function planOf({ table, view }: Arbitration, { changes, next }: Found): TentativePlan {
  const { now, base } = view;
  const spans: StageSpan[] = [];
  const idOf = (stage: number) => table.junction.stages[stage]?.id as StageId;
  let stage = idOf(view.stage);
  let from = base[0]?.from ?? now;
  const leave = (to: StageId, at: Instant) => {
    if (at > from) spans.push({ stage, from, to: at });
    [stage, from] = [to, at];
  };
  for (const { stage: to, at } of changes) leave(idOf(to), (now + Math.round(at * 1000)) as Instant);
  const follow = base.slice(next);
  const before = base[next - 1];
  const shift = from - (changes.length > 0 && before ? before.from : from);
  for (const span of follow) leave(span.stage, Math.max(from, span.from + shift) as Instant);
  const last = base.at(-1);
  spans.push({ stage, from, to: Math.max(from + 1, (last?.to ?? now) + Math.max(0, shift)) as Instant });
  return spans;
}
