import type { Instant } from "../units.ts";
import type { Signal, TentativePlan } from "./model.ts";
import type { PriorityTable } from "./priority-table.ts";

/** The stage that is shown, since when, and until when the base plan would have held it. */
export interface Entry {
  readonly stage: string;
  readonly at: Instant;
  /** Null: the base plan was not asked yet. */
  readonly until: Instant | null;
}

/** What an arbitration sees of the signals. Instants in ms; one entry a group. */
export interface View {
  readonly now: Instant;
  /** Index of the stage that is wanted now. */
  readonly stage: number;
  readonly entry: Entry;
  /** Of groups of that stage: when their green began or will begin; NaN: nobody wants it. */
  readonly greenAt: Float64Array;
  /** Of the others: when their green ended or will end. */
  readonly redAt: Float64Array;
  /** Since when somebody waits at it; NaN: nobody, or it is green. */
  readonly waitingSince: Float64Array;
  readonly base: TentativePlan;
}

/** Signals as numbers. `signals` and `waiting` are in the order of the junction's groups. */
export function viewOf(
  table: PriorityTable,
  seen: {
    readonly signals: readonly Signal[];
    readonly waiting: readonly (Instant | null)[];
    readonly entry: Entry;
    readonly base: TentativePlan;
  },
  now: Instant,
): View {
  const { groups, has, between, minGreen, junction } = table;
  const stage = table.stageAt.get(seen.entry.stage) ?? 0;
  const greenAt = new Float64Array(groups).fill(Number.NaN);
  const redAt = new Float64Array(groups).fill(Number.NaN);
  for (let g = 0; g < groups; g++) {
    const signal = seen.signals[g];
    if (!signal) continue;
    const { aspect, since } = signal;
    const inside = has[stage * groups + g] === 1;
    if (aspect === "green") {
      if (inside) greenAt[g] = since;
      // Its minimum is not over: the kernel holds it for so long.
      else redAt[g] = Math.max(now, since + (minGreen[g] as number));
    } else if (aspect === "red-amber") greenAt[g] = since + (junction.groups[g]?.redAmber ?? 0);
    else redAt[g] = aspect === "amber" ? since : since - (junction.groups[g]?.amber ?? 0);
  }
  for (let g = 0; g < groups; g++) {
    if (has[stage * groups + g] !== 1 || !Number.isNaN(greenAt[g] as number)) continue;
    // Nobody wants it: its stage is on without it.
    if (junction.groups[g]?.onCall && seen.waiting[g] === null) continue;
    let from: number = now;
    for (let h = 0; h < groups; h++) {
      const clearing = between[h * groups + g] as number;
      const ended = redAt[h] as number;
      if (clearing >= 0 && !Number.isNaN(ended)) from = Math.max(from, ended + clearing);
    }
    greenAt[g] = from;
  }
  const waitingSince = Float64Array.from(seen.waiting, (since) => since ?? Number.NaN);
  return { now, stage, entry: seen.entry, greenAt, redAt, waitingSince, base: seen.base };
}

/** When the stage of now may end: all for which it was begun had their minimum, and it the time that it needs itself. */
export function lawfulAt({ groups, has, minGreen, shortest }: PriorityTable, view: View, now: Instant): Instant {
  let at: number = Math.max(now, view.entry.at + (shortest[view.stage] as number));
  for (let g = 0; g < groups; g++)
    if (has[view.stage * groups + g] && !Number.isNaN(view.greenAt[g] as number))
      at = Math.max(at, (view.greenAt[g] as number) + (minGreen[g] as number));
  return at as Instant;
}

/** When priority may end the stage of now for another: besides, what would end was green for its least. */
export function leaveAt(table: PriorityTable, view: View, to: number): Instant {
  const { groups, has, least } = table;
  let at: number = lawfulAt(table, view, view.now);
  for (let g = 0; g < groups; g++)
    if (has[view.stage * groups + g] && !has[to * groups + g] && !Number.isNaN(view.greenAt[g] as number))
      at = Math.max(at, (view.greenAt[g] as number) + (least[view.stage * groups + g] as number));
  return at as Instant;
}
