/** Traffic-actuated plans: a stage lasts while vehicles come, and rests in green while nobody wants another. */
import type { Instant } from "../units.ts";
import type { BaseState } from "./engine-state.ts";
import type { JunctionTable } from "./kernel-table.ts";
import type { ActuatedPlan } from "./model.ts";
import type { ProgramView, ProgramWish } from "./program.ts";
import { isWanted } from "./program-wanted.ts";

/** Times count from full green; `max` from when somebody else waits, if that is later. Stages that nobody wants are left out. */
export function actuatedWish(
  table: JunctionTable,
  plan: ActuatedPlan,
  base: BaseState,
  view: ProgramView,
  now: Instant,
): ProgramWish {
  const { stage, full, waiting } = view;
  const stay = { base, stage, until: Number.POSITIVE_INFINITY, wakeAt: Number.POSITIVE_INFINITY };
  const next = nextWanted(table, plan, base.entry, view);
  if (next === -1) return stay;
  const times = plan.stages[base.entry] as ActuatedPlan["stages"][number];
  const foreign = table.stageOf.get(times.stage) !== stage;
  if (foreign) return { base, stage: next, until: now, wakeAt: Number.POSITIVE_INFINITY };
  // Its times count from full green, which is a change by itself.
  if (full === null) return stay;
  let opposed = Number.POSITIVE_INFINITY;
  for (let g = 0; g < waiting.length; g++) {
    const since = waiting[g];
    if (typeof since === "number" && !table.stages[stage]?.has[g] && since < opposed) opposed = since;
  }
  const least = full + times.min;
  const most = Math.max(least, (opposed === Number.POSITIVE_INFINITY ? full : Math.max(full, opposed)) + times.max);
  const gap = base.busy ? Number.POSITIVE_INFINITY : Math.max(full, base.freeSince) + times.gap;
  const leave = Math.max(least, Math.min(most, gap));
  if (now >= leave) return { base, stage: next, until: now, wakeAt: Number.POSITIVE_INFINITY };
  return { base, stage, until: most, wakeAt: leave };
}

/** Index of the next stage in the plan's order that somebody waits for; -1: none but the one that is on. */
function nextWanted(
  table: JunctionTable,
  { stages }: ActuatedPlan,
  entry: number,
  { stage, waiting }: ProgramView,
): number {
  for (let i = 1; i <= stages.length; i++) {
    const to = table.stageOf.get(stages[(entry + i) % stages.length]?.stage ?? "") ?? -1;
    if (to !== stage && isWanted(table, waiting, to)) return to;
  }
  return -1;
}
