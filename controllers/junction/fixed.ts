/** Fixed-time plans, and coordinated ones: those that keep in step with the wall clock. */
import type { Instant } from "../units.ts";
import type { BaseState, EngineInputs } from "./engine-state.ts";
import type { JunctionTable } from "./kernel-table.ts";
import type { FixedPlan } from "./model.ts";
import type { ProgramView, ProgramWish } from "./program.ts";
import { isDue } from "./program-wanted.ts";

/** A stage is made longer or shorter by this part of its time at most, to come back into step [not verified]. */
export const RECOVERY = 0.25;

/** A stage that nobody wants when its time comes leaves its time to the stage that is on. */
export function fixedWish(
  table: JunctionTable,
  plan: FixedPlan,
  base: BaseState,
  view: ProgramView,
  inputs: EngineInputs,
  now: Instant,
): ProgramWish {
  const { stage } = view;
  let { entry, leaveAt } = base;
  while (now >= leaveAt) {
    const next = (entry + 1) % plan.stages.length;
    const to = indexOf(table, plan, next);
    if (to !== stage && isDue(table, view, to)) {
      const pending = entry === base.entry ? base : { ...base, entry, leaveAt };
      return { base: pending, stage: to, until: now, wakeAt: Number.POSITIVE_INFINITY };
    }
    entry = next;
    leaveAt = fixedLeave(table, plan, entry, leaveAt, inputs, now);
  }
  const there = leaveAt === base.leaveAt ? base : { ...base, entry, leaveAt };
  return { base: there, stage, until: leftAt(table, plan, there, view, inputs, now), wakeAt: leaveAt };
}

/** When the stage that is on will be left for one that somebody wants as far as is known. */
function leftAt(
  table: JunctionTable,
  plan: FixedPlan,
  { entry, leaveAt }: BaseState,
  view: ProgramView,
  inputs: EngineInputs,
  now: Instant,
): number {
  let at = leaveAt;
  for (let i = 1; i <= plan.stages.length; i++) {
    const next = (entry + i) % plan.stages.length;
    const to = indexOf(table, plan, next);
    if (to !== view.stage && isDue(table, view, to)) return at;
    at = fixedLeave(table, plan, next, at, inputs, now);
  }
  return Number.POSITIVE_INFINITY;
}

/**
 * When an entry of the plan that was begun at `from` is over. Coordinated plans, while the clock is set, go towards the
 * timetable by the shorter way, a part of each stage at a time and never under change and minimum green.
 */
export function fixedLeave(
  table: JunctionTable,
  plan: FixedPlan,
  entry: number,
  from: Instant,
  { clockSet, wall }: EngineInputs,
  now: Instant,
): Instant {
  const { cycle, offset, stages } = plan;
  const time = timeOf(plan, entry);
  const usual = from + time;
  if (offset === undefined || !clockSet) return usual as Instant;
  const next = stages[(entry + 1) % stages.length]?.at ?? 0;
  const late = modulo(usual + ((wall ?? now) - now) - offset - next, cycle);
  if (late === 0) return usual as Instant;
  let most = 0;
  for (const i of stages.keys()) most += shortening(table, plan, i);
  // Cycles that it takes by either way.
  const shorter = most > 0 ? late / most : Number.POSITIVE_INFINITY;
  if (shorter <= (cycle - late) / (RECOVERY * cycle))
    return (usual - Math.min(late, shortening(table, plan, entry))) as Instant;
  return (usual + Math.min(cycle - late, step(time))) as Instant;
}

/** In whole seconds, so that a plan of whole seconds stays one. */
const step = (time: number): number => Math.ceil((time * RECOVERY) / 1000) * 1000;

/** What an entry can be shortened by. */
function shortening(table: JunctionTable, plan: FixedPlan, entry: number): number {
  const time = timeOf(plan, entry);
  const n = plan.stages.length;
  const stage = indexOf(table, plan, entry);
  const before = indexOf(table, plan, (entry + n - 1) % n);
  const least = (table.change[before * table.stages.length + stage] as number) + (table.stages[stage]?.hold ?? 0);
  return Math.max(0, Math.min(step(time), time - least));
}

function timeOf({ cycle, stages }: FixedPlan, entry: number): number {
  const at = stages[entry]?.at ?? 0;
  const next = stages[(entry + 1) % stages.length]?.at ?? 0;
  return stages.length === 1 ? cycle : modulo(next - at, cycle);
}

const indexOf = (table: JunctionTable, plan: FixedPlan, entry: number): number =>
  table.stageOf.get(plan.stages[entry]?.stage ?? "") ?? 0;

const modulo = (a: number, b: number): number => ((a % b) + b) % b;
