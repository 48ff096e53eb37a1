/** Keeps every maximum wait, whatever a plan asks for: those who wait are always still servable in the order they came. */
import type { Instant } from "../units.ts";
import type { JunctionTable } from "./kernel-table.ts";

/** What is left for others if from now on only those who wait are served, the first to come first. */
export interface Lifeline {
  /** How much later it could begin with nobody waiting too long, ms; Infinity: nobody waits. Below 0: somebody will. */
  readonly slack: number;
  /** The stage that it begins with; -1: nobody waits. */
  readonly next: number;
}

/**
 * The lifeline from a stage that is left at `leave`, ms. `waiting` is by group; those in `aside` are served already. Who
 * comes later is served after all others: so what was in time once stays in time, if `maxWait` is at least `worstWait`.
 */
export function lifelineOf(
  table: JunctionTable,
  waiting: readonly (Instant | null)[],
  aside: readonly boolean[],
  stage: number,
  leave: number,
): Lifeline {
  const order: number[] = [];
  for (let g = 0; g < waiting.length; g++) {
    const since = waiting[g];
    if (since === null || since === undefined || aside[g]) continue;
    let i = order.length;
    while (i > 0 && (waiting[order[i - 1] as number] as Instant) > since) i--;
    order.splice(i, 0, g);
  }
  const count = table.stages.length;
  const served: number[] = [];
  const arrivals: number[] = [];
  let from = stage;
  let left = leave;
  let slack = Number.POSITIVE_INFINITY;
  for (const g of order) {
    let i = 0;
    while (i < served.length && !table.stages[served[i] as number]?.has[g]) i++;
    if (i === served.length) {
      const to = table.home[g] as number;
      const arrival = left + (table.change[from * count + to] as number);
      served.push(to);
      arrivals.push(arrival);
      left = arrival + (table.stages[to]?.hold ?? 0);
      from = to;
    }
    const latest = (waiting[g] as Instant) + (table.groups[g]?.maxWait ?? 0);
    slack = Math.min(slack, latest - (arrivals[i] as number));
  }
  return { slack, next: served[0] ?? -1 };
}

/** Whether `to` may be changed to at `now` from `stage`, and all who wait are still servable in time. */
export function mayChange(
  table: JunctionTable,
  waiting: readonly (Instant | null)[],
  stage: number,
  to: number,
  now: number,
): boolean {
  const row = table.stages[to];
  if (!row) return false;
  // Those who wait in it need no look: whatever is changed to, none of its groups could be green earlier.
  const full = now + (table.change[stage * table.stages.length + to] as number);
  return lifelineOf(table, waiting, row.has, to, full + row.hold).slack >= 0;
}
