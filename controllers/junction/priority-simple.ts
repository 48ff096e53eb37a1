import { type Instant, seconds } from "../units.ts";
import type { Arbitration } from "./arbitrate-ask.ts";
import type { StageSpan, TentativePlan } from "./model.ts";
import type { PriorityTable } from "./priority-table.ts";
import { leaveAt } from "./priority-view.ts";

/** A vehicle is on the approach when it would arrive within. */
const ON_APPROACH = seconds(20);

/**
 * What cabinets of the field do: green is held while a vehicle is on its approach, up to the stage's most; else every
 * stage before its own is ended as soon as it may be. Knows no arrival, no queue and no other vehicle. Null: the base plan.
 */
export function simplePlan({ table, view, vehicles, mayCut }: Arbitration): TentativePlan | null {
  const { now, base, entry } = view;
  const near = vehicles
    .filter(({ request }) => request.arrival.mean <= now + ON_APPROACH)
    .sort((a, b) => a.request.arrival.mean - b.request.arrival.mean);
  const [first] = near;
  if (!first) return null;
  const serves = (span: StageSpan) => stageOf(table, span)?.groups.includes(first.request.group) === true;
  const here = base[0];
  if (!here) return null;
  if (serves(here)) {
    const most = (entry.until ?? here.to) + (stageOf(table, here)?.maxExtension ?? 0);
    return most > here.to ? retimed(base, (i, span) => (i === 0 ? most : span.to - span.from)) : null;
  }
  const wanted = base.findIndex((span, i) => i > 0 && serves(span));
  if (wanted < 0) return null;
  return retimed(base, (i, span) => {
    const stage = table.stageAt.get(span.stage) ?? 0;
    const next = base[i + 1];
    const given = i === 0 ? span.to : span.to - span.from;
    if (i >= wanted || !next || !mayCut(stage)) return given;
    const to = table.stageAt.get(next.stage) ?? 0;
    return Math.min(given, i === 0 ? leaveAt(table, view, to) : shortest(table, base, i));
  });
}

/** The shortest that a coming stage may be, from its change to the next change. */
function shortest(table: PriorityTable, plan: TentativePlan, i: number): number {
  const { groups, stages, has, clear, least } = table;
  const [before, here, next] = [-1, 0, 1].map((k) => table.stageAt.get(plan[i + k]?.stage ?? "") ?? 0) as [
    number,
    number,
    number,
  ];
  let time = 0;
  for (let g = 0; g < groups; g++) {
    if (!has[here * groups + g] || has[next * groups + g] || has[before * groups + g]) continue;
    time = Math.max(
      time,
      (clear[(before * stages + here) * groups + g] as number) + (least[here * groups + g] as number),
    );
  }
  return time;
}

const stageOf = (table: PriorityTable, span: StageSpan) => table.junction.stages[table.stageAt.get(span.stage) ?? -1];

/** The same stages with other lengths: of the first when it is left, of the others how long they are. */
export function retimed(plan: TentativePlan, timeOf: (i: number, span: StageSpan) => number): TentativePlan {
  const spans: StageSpan[] = [];
  let at = plan[0]?.from ?? (0 as Instant);
  for (const [i, span] of plan.entries()) {
    const to = (i === 0 ? timeOf(i, span) : at + timeOf(i, span)) as Instant;
    spans.push({ stage: span.stage, from: at, to });
    at = to;
  }
  return spans;
}
