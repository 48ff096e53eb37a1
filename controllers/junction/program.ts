/** The base plan: which stage a junction's own programme wants, whatever kind it is. */
import type { Instant } from "../units.ts";
import { actuatedWish } from "./actuated.ts";
import type { BaseState, EngineInputs } from "./engine-state.ts";
import { fixedLeave, fixedWish } from "./fixed.ts";
import type { JunctionTable } from "./kernel-table.ts";
import type { Signal, SignalPlan } from "./model.ts";

/** What a programme is asked by: the stage that is on (index), since when, since when fully green, who waits, and what is shown. */
export interface ProgramView {
  readonly stage: number;
  readonly since: Instant;
  readonly full: Instant | null;
  readonly waiting: readonly (Instant | null)[];
  readonly signals: readonly Signal[];
}

export interface ProgramWish {
  readonly base: BaseState;
  /** Index of the stage that it wants now. */
  readonly stage: number;
  /** When it may want another, as far as is known; ms, Infinity: when somebody comes. */
  readonly until: number;
  /** When it must be asked again; ms, Infinity: when something arrives. */
  readonly wakeAt: number;
}

/** The plan of the number; the first where none has it. */
export function planOf(table: JunctionTable, id: number | undefined): SignalPlan {
  const { plans } = table.junction;
  return (plans.find((plan) => plan.id === id) ?? plans[0]) as SignalPlan;
}

/** What the base plan wants at `now`; `inputs.basePlan` may have changed. */
export function programWish(
  table: JunctionTable,
  base: BaseState,
  view: ProgramView,
  inputs: EngineInputs,
  now: Instant,
): ProgramWish {
  const plan = planOf(table, inputs.basePlan);
  const here = plan.id === base.plan ? base : begun(table, plan, view.stage, 0, inputs, view.since, now);
  const felt = feel(table, here, view, inputs, now);
  return plan.kind === "fixed"
    ? fixedWish(table, plan, felt, view, inputs, now)
    : actuatedWish(table, plan, felt, view, now);
}

/** The base plan from the change to a stage on: at the next of its entries that has this stage. */
export function entered(
  table: JunctionTable,
  base: BaseState,
  stage: number,
  inputs: EngineInputs,
  now: Instant,
): BaseState {
  return begun(table, planOf(table, inputs.basePlan), stage, base.entry + 1, inputs, now, now);
}

/** `from` is the first entry to look at, `at` when the stage was changed to. */
function begun(
  table: JunctionTable,
  plan: SignalPlan,
  stage: number,
  from: number,
  inputs: EngineInputs,
  at: Instant,
  now: Instant,
): BaseState {
  const n = plan.stages.length;
  let entry = from % n;
  for (let i = 0; i < n; i++) {
    if (table.stageOf.get(plan.stages[entry]?.stage ?? "") === stage) {
      const leaveAt = plan.kind === "fixed" ? fixedLeave(table, plan, entry, at, inputs, now) : at;
      return { plan: plan.id, entry, leaveAt, freeSince: at, busy: false };
    }
    entry = (entry + 1) % n;
  }
  // A stage that the plan does not have: it goes on from where it was as soon as it may.
  return { plan: plan.id, entry: (from + n - 1) % n, leaveAt: at, freeSince: at, busy: false };
}

function feel(
  table: JunctionTable,
  base: BaseState,
  { stage }: ProgramView,
  { occupied }: EngineInputs,
  now: Instant,
): BaseState {
  const has = table.stages[stage]?.has;
  const busy = occupied.some((id) => has?.[table.indexOf.get(id) ?? -1] === true);
  // Nobody says when a detector became free between two passes: it counts as busy until the pass that sees it free.
  if (busy || base.busy) return { ...base, busy, freeSince: now };
  return base;
}
