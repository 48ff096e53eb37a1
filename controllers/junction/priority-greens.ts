import type { Instant } from "../units.ts";
import type { GroupId, Signal, TentativePlan } from "./model.ts";
import type { PriorityTable } from "./priority-table.ts";
import type { Green } from "./request.ts";

/**
 * When a group is green under a plan, from what the signals show now on. A group that two stages in a row have stays
 * green; one that is green now is so since it began.
 */
export function greensOf(
  table: PriorityTable,
  plan: TentativePlan,
  group: GroupId,
  signal: Signal | undefined,
): readonly Green[] {
  const { groupAt, stageAt, groups, stages, has, clear } = table;
  const g = groupAt.get(group);
  if (g === undefined) return [];
  const greens: Green[] = [];
  let open: Instant | null = signal?.aspect === "green" ? signal.since : null;
  let end: Instant | null = null;
  let before = -1;
  for (const span of plan) {
    const s = stageAt.get(span.stage) ?? -1;
    const inside = s >= 0 && has[s * groups + g] === 1;
    if (inside && open === null) {
      const wait = before < 0 ? 0 : (clear[(before * stages + s) * groups + g] as number);
      const from = (span.from + wait) as Instant;
      if (from < span.to) open = from;
    } else if (!inside && open !== null) {
      if (span.from > open) greens.push({ from: open, to: span.from });
      open = null;
    }
    end = span.to;
    before = s;
  }
  if (open !== null && end !== null && end > open) greens.push({ from: open, to: end });
  return greens;
}
