/** The engine: asks the kernel for what a plan or the base plan wants, and sees to it that nobody waits too long. */
import { after, hours, type Instant } from "../units.ts";
import { passOf, turn } from "./engine-pass.ts";
import type { EngineInputs, EngineState, EngineStep } from "./engine-state.ts";
import { inStep } from "./engine-time.ts";
import { allFlashing, allRed } from "./kernel.ts";
import type { JunctionTable } from "./kernel-table.ts";
import type { StageSpan, TentativePlan } from "./model.ts";
import { planOf } from "./program.ts";

export type { BaseState, EngineInputs, EngineState, EngineStep } from "./engine-state.ts";

const LONGEST_SLEEP = hours(1);

/** All red, of which nobody knows what was before; first the first plan's first stage. `wakeAt` is `now`. */
export function startEngine(table: JunctionTable, now: Instant): EngineState {
  const plan = planOf(table, undefined);
  const stage = plan.stages[0]?.stage as string;
  return {
    at: now,
    wakeAt: now,
    mode: "start-up",
    signals: allRed(table, now),
    stage,
    since: now,
    full: null,
    waiting: table.groups.map(({ onCall }) => (onCall ? null : now)),
    base: { plan: plan.id, entry: plan.stages.length - 1, leaveAt: now, freeSince: now, busy: false },
  };
}

/** To the safe state, until a person starts anew (`startEngine`). */
export function flashEngine(table: JunctionTable, state: EngineState, why: string, now: Instant): EngineStep {
  const wakeAt = after(now, LONGEST_SLEEP);
  const signals = allFlashing(table, now);
  return {
    state: { ...state, at: now, wakeAt, mode: "flashing", signals, full: null, waiting: state.waiting.map(() => null) },
    events: [
      { kind: "mode", mode: "flashing", why, at: now },
      ...signals.map(({ group, aspect }) => ({ kind: "signal", group, aspect, at: now }) as const),
    ],
    wakeAt,
  };
}

/**
 * One pass at `now`. The span of `inputs.plan` that holds `now` is followed, else the base plan, as far as the kernel
 * admits it and nobody's maxWait is broken by it. A stage that was begun is finished: all for which it was begun have
 * their minimum green. `now` comes from a clock that is never set; where it jumps all the same, no time has passed.
 */
export function runEngine(table: JunctionTable, before: EngineState, inputs: EngineInputs, now: Instant): EngineStep {
  const state = inStep(before, now);
  const longest = after(now, LONGEST_SLEEP);
  if (state.mode === "flashing") return { state: { ...state, at: now, wakeAt: longest }, events: [], wakeAt: longest };
  const pass = passOf(table, state, inputs, now);
  // A change may be what another waits for at the same instant: minimum green of a group that was due, a stage now full.
  let next = turn(pass);
  while (next === "again") next = turn(pass);
  const wakeAt = next < longest ? (next as Instant) : longest;
  const { mode, signals, stage, since, full, waiting, base, events } = pass;
  const id = table.stages[stage]?.id as string;
  return { state: { at: now, wakeAt, mode, signals, stage: id, since, full, waiting, base }, events, wakeAt };
}

/**
 * What the base plan would do from this state on if nothing else came: spans from the stage of now until `until` at
 * least. Calls of now are heard once; detectors that are busy stay so. [] while flashing.
 */
export function baseFrom(
  table: JunctionTable,
  state: EngineState,
  inputs: EngineInputs,
  now: Instant,
  until: Instant,
): TentativePlan {
  if (state.mode === "flashing") return [];
  let step = runEngine(table, state, { ...inputs, plan: null }, now);
  const alone = { ...inputs, plan: null, wanted: [] };
  const spans: StageSpan[] = [];
  let { stage, since: from } = step.state;
  for (let at = step.wakeAt; at < until; at = step.wakeAt) {
    const wall = inputs.wall === undefined ? {} : { wall: (inputs.wall + at - now) as Instant };
    step = runEngine(table, step.state, { ...alone, ...wall }, at);
    if (step.state.stage === stage) continue;
    spans.push({ stage, from, to: at });
    ({ stage, since: from } = step.state);
  }
  return [...spans, { stage, from, to: until > from ? until : from }];
}
