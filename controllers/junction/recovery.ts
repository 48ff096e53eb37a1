import type { Instant } from "../units.ts";
import type { StageId, StageSpan, TentativePlan } from "./model.ts";
import type { PriorityTable } from "./priority-table.ts";
import { lawfulAt, type View } from "./priority-view.ts";

/**
 * The stage that must be come back to after a change: a stage was put in before it. What may be left out is not owed.
 * `base` is the base plan before the change, from the stage that was left on.
 */
export function owedAfter(
  table: PriorityTable,
  base: TentativePlan,
  owed: StageId | null,
  to: StageId,
): StageId | null {
  if (owed === to) return null;
  if (owed !== null) return owed;
  for (const { stage } of base.slice(1)) {
    if (stage === to) return null;
    if (!table.junction.stages[table.stageAt.get(stage) ?? -1]?.skippable) return stage;
  }
  return null;
}

/** The base plan from a stage that was put in: it ends as soon as it may, and what is owed comes next. */
export function recovered(table: PriorityTable, view: View, owed: StageId | null): TentativePlan {
  const { base, now, entry } = view;
  if (owed === null || entry.stage === owed) return base;
  const back = base.findIndex(({ stage }, i) => i > 0 && stage === owed);
  const first = base[back];
  if (!first) return base;
  const leave = lawfulAt(table, view, now);
  const shift = leave - first.from;
  const later = base.slice(back).map(
    (span): StageSpan => ({
      stage: span.stage,
      from: (span.from + shift) as Instant,
      to: (span.to + shift) as Instant,
    }),
  );
  return [{ stage: entry.stage, from: entry.at, to: leave }, ...later];
}
