import type { JunctionBounds } from "./bounds-limits.ts";
import { type JunctionTable, stageChange } from "./kernel-table.ts";
import type { ActuatedPlan, FixedPlan } from "./model.ts";

type Tell = (path: string, message: string) => void;

/** What is wrong with the plans of a junction whose groups, stages and conflicts are sound. */
export function planFaults(table: JunctionTable, bounds: JunctionBounds, tell: Tell): void {
  const { plans, groups } = table.junction;
  if (plans.length === 0) tell("plans", "there is none: at least one is needed");
  for (const [i, plan] of plans.entries()) {
    const path = `plans.${plan.id}`;
    if (!(Number.isInteger(plan.id) && plan.id >= 1 && plan.id <= 255)) tell(path, "its id is a whole number 1 to 255");
    if (plans.findIndex(({ id }) => id === plan.id) !== i) tell(path, "its id is used twice");
    const unknown = plan.stages.filter(({ stage }) => !table.stageOf.has(stage));
    for (const { stage } of unknown) tell(`${path}.stages`, `${stage} is no stage`);
    if (unknown.length > 0) continue;
    const served = new Set(
      plan.stages.flatMap(({ stage }) => table.stages[table.stageOf.get(stage) as number]?.groups),
    );
    for (const [g, { id }] of groups.entries()) if (!served.has(g)) tell(path, `has no stage for ${id}`);
    if (served.size < groups.length) continue;
    if (plan.kind === "fixed") fixedFaults(table, plan, bounds, path, tell);
    else actuatedFaults(plan, bounds, path, tell);
  }
}

function fixedFaults(table: JunctionTable, plan: FixedPlan, bounds: JunctionBounds, path: string, tell: Tell): void {
  const { cycle, offset, stages } = plan;
  const [low, high] = bounds.cycle;
  if (!(cycle >= low && cycle <= high)) tell(`${path}.cycle`, `${cycle} ms: allowed ${low} to ${high}`);
  if (offset !== undefined && !(offset >= 0 && offset < cycle))
    tell(`${path}.offset`, "allowed from 0 to under the cycle");
  const ordered = stages.every(({ at }, i) => at >= 0 && at < cycle && at > (stages[i - 1]?.at ?? -1));
  if (!ordered) {
    tell(`${path}.stages`, "their times must grow, from 0 to under the cycle");
    return;
  }
  // The longest way round: each stage's change and its hold must fit into the time it has.
  for (const [i, { stage, at }] of stages.entries()) {
    const next = stages[(i + 1) % stages.length] as (typeof stages)[number];
    const before = stages.at(i - 1) as (typeof stages)[number];
    const has = stages.length === 1 ? cycle : (next.at - at + cycle) % cycle;
    const row = table.stages[table.stageOf.get(stage) as number];
    const was = table.stages[table.stageOf.get(before.stage) as number];
    // Where nothing begins, what goes on being green needs no minimum anew.
    const green = row?.groups.every((g) => was?.has[g]) ? row.least : (row?.hold ?? 0);
    const needs = stageChange(table, before.stage, stage) + green;
    if (has < needs)
      tell(`${path}.stages.${i}`, `${stage} has ${has} ms: its change and its minimum green need ${needs}`);
  }
  for (const [g, { id, maxWait }] of table.groups.entries()) {
    const wait = waitIn(table, plan, g);
    if (wait > maxWait) tell(path, `${id} would wait ${wait} ms: its maxWait is ${maxWait}`);
  }
}

/** The longest time a group is not green for in the plan, when all goes by it. */
function waitIn(table: JunctionTable, { cycle, stages }: FixedPlan, g: number): number {
  const has = (i: number) =>
    table.stages[table.stageOf.get(stages[i % stages.length]?.stage as string) as number]?.has[g] === true;
  const time = (i: number) => (stages[i % stages.length]?.at as number) + Math.floor(i / stages.length) * cycle;
  let longest = 0;
  for (let i = 0; i < stages.length; i++) {
    if (!has(i) || has(i + 1)) continue;
    let j = i + 2;
    while (!has(j)) j++;
    const change = stageChange(
      table,
      stages[(j - 1) % stages.length]?.stage as string,
      stages[j % stages.length]?.stage as string,
    );
    longest = Math.max(longest, time(j) - time(i + 1) + change);
  }
  return longest;
}

function actuatedFaults({ stages }: ActuatedPlan, bounds: JunctionBounds, path: string, tell: Tell): void {
  const [low, high] = bounds.gap;
  for (const [i, { min, max, gap }] of stages.entries()) {
    const at = `${path}.stages.${i}`;
    if (!(min >= 0)) tell(`${at}.min`, `${min} ms: allowed 0 and more`);
    if (!(max >= min)) tell(`${at}.max`, `${max} ms: allowed ${min} and more`);
    if (!(gap >= low && gap <= high)) tell(`${at}.gap`, `${gap} ms: allowed ${low} to ${high}`);
  }
}
