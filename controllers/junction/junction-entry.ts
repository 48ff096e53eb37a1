import { type Instant, seconds } from "../units.ts";
import { type Debt, debtsAfter } from "./compensation.ts";
import { INDIANA, type JunctionEvent, type StageId, type TentativePlan } from "./model.ts";
import type { PriorityTable } from "./priority-table.ts";
import type { Entry } from "./priority-view.ts";
import { owedAfter } from "./recovery.ts";
import type { Live } from "./request.ts";

/** The base plan from the stage that is on: where it would leave that now, it has it until now. */
export function fromHere(entry: Entry, base: TentativePlan, now: Instant): TentativePlan {
  const [first] = base;
  return !first || first.stage === entry.stage ? base : [{ stage: entry.stage, from: entry.at, to: now }, ...base];
}

/** The stage that is on, with the end that the base plan means for it as long as that is to come. */
export function entryNow(entry: Entry, base: TentativePlan, now: Instant): Entry {
  const [first] = base;
  return first && first.stage === entry.stage && first.to > now && first.to !== entry.until
    ? { ...entry, until: first.to }
    : entry;
}

const SMALL = seconds(2);

/** What follows when another stage is on than before: a new entry, what is owed and whom, and that it was forced off. */
export function leftAfter(
  table: PriorityTable,
  seen: {
    readonly entry: Entry;
    /** What would have been without the vehicles that ask now. */
    readonly usual: TentativePlan;
    readonly owed: StageId | null;
    readonly debts: readonly Debt[];
    readonly vehicles: readonly Live[];
    readonly byPriority: boolean;
  },
  stage: StageId,
  now: Instant,
): {
  readonly entry: Entry;
  readonly owed: StageId | null;
  readonly debts: readonly Debt[];
  readonly events: readonly JunctionEvent[];
} {
  const { entry, usual, owed, debts, byPriority } = seen;
  if (stage === entry.stage) return { entry, owed, debts, events: [] };
  const { junction } = table;
  const isCut = byPriority && entry.until !== null && now + SMALL <= entry.until;
  const code = seen.vehicles.some(({ request }) => request.type === "emergency")
    ? INDIANA.preemptForceOff
    : INDIANA.earlyForceOff;
  const parameter = (table.stageAt.get(entry.stage) ?? 0) + 1;
  const { compensation } = junction.priority;
  const left = debtsAfter(debts, entry.stage, isCut, compensation);
  const back = owedAfter(table, byPriority ? usual : [], owed, stage);
  // With something owed the stage was only put in: nothing was left out.
  const skipped = byPriority && back === null ? skippedBy(usual, stage) : [];
  return {
    entry: { stage, at: now, until: null },
    owed: back,
    debts: skipped.reduce((all, one) => debtsAfter(all, one, true, compensation), left),
    events: isCut ? [{ kind: "indiana", code, parameter, at: now }] : [],
  };
}

/** Stages that the change to another left out. */
function skippedBy(usual: TentativePlan, to: StageId): readonly StageId[] {
  const at = usual.findIndex((span, i) => i > 0 && span.stage === to);
  return at > 1 ? usual.slice(1, at).map(({ stage }) => stage) : [];
}
