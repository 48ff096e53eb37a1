/** One pass of the engine at work. */
import { between, type Instant } from "../units.ts";
import { lifelineOf, mayChange } from "./engine-guard.ts";
import type { BaseState, EngineInputs, EngineState } from "./engine-state.ts";
import { admit, beginsAt, dueAt, elapse, startsAt } from "./kernel.ts";
import type { JunctionTable, StageRow } from "./kernel-table.ts";
import type { JunctionEvent, JunctionMode, Signal, SignalGroup } from "./model.ts";
import { entered, type ProgramWish, programWish } from "./program.ts";
import { isDue } from "./program-wanted.ts";

/** What the pass has come to so far. */
export interface Pass {
  readonly table: JunctionTable;
  readonly inputs: EngineInputs;
  readonly now: Instant;
  readonly events: JunctionEvent[];
  readonly waiting: (Instant | null)[];
  mode: JunctionMode;
  signals: readonly Signal[];
  /** Index. */
  stage: number;
  since: Instant;
  full: Instant | null;
  base: BaseState;
}

export function passOf(table: JunctionTable, state: EngineState, inputs: EngineInputs, now: Instant): Pass {
  const { mode, signals, since, full, base } = state;
  const stage = table.stageOf.get(state.stage) ?? 0;
  const waiting = state.waiting.slice();
  const pass: Pass = { table, inputs, now, events: [], waiting, mode, signals, stage, since, full, base };
  show(pass, elapse(table, signals, now));
  for (const id of inputs.wanted) {
    const g = table.indexOf.get(id);
    if (g === undefined || waiting[g] !== null) continue;
    const aspect = pass.signals[g]?.aspect;
    if (aspect === "red" || aspect === "amber") waiting[g] = now;
  }
  return pass;
}

/** Decides and asks the kernel, once; `again` where something changed, else when the next change is possible, ms. */
export function turn(pass: Pass): number | "again" {
  const { table, now } = pass;
  if (pass.mode === "start-up") {
    const starts = startsAt(table, pass.signals);
    if (now < starts) return starts;
    pass.mode = "running";
    pass.events.push({ kind: "mode", mode: "running", why: "all red was long enough", at: now });
    change(pass, pass.stage);
    return "again";
  }
  const wish = programWish(table, pass.base, pass, pass.inputs, now);
  pass.base = wish.base;
  const plan = planned(pass, wish);
  const due = begunFor(pass, plan.until);
  const leave = Math.max(now, due.ready);
  const lifeline = lifelineOf(table, pass.waiting, due.aside, pass.stage, leave);
  if (now >= due.ready) {
    const { stage } = plan;
    if (stage !== pass.stage && isDue(table, pass, stage) && mayChange(table, pass.waiting, pass.stage, stage, now)) {
      change(pass, stage);
      return "again";
    }
    if (lifeline.slack <= 0) {
      change(pass, lifeline.next);
      return "again";
    }
  }
  if (ask(pass, due.aside)) return "again";
  if (pass.full === null && !due.pending) {
    pass.full = now;
    return "again";
  }
  let wakeAt = leave + Math.max(0, lifeline.slack);
  for (const at of [due.ready, due.begins, plan.wakeAt, wish.wakeAt]) if (at > now && at < wakeAt) wakeAt = at;
  for (let g = 0; g < pass.signals.length; g++) wakeAt = Math.min(wakeAt, dueAt(table, pass.signals, g));
  return wakeAt;
}

/** What is wanted now: the plan's stage where it has one, else the base plan's. `until`: when the one that is on is left. */
function planned(pass: Pass, wish: ProgramWish): { stage: number; until: number; wakeAt: number } {
  const { table, inputs, now } = pass;
  let { stage, until } = wish;
  let wakeAt = Number.POSITIVE_INFINITY;
  let inside = false;
  for (const span of inputs.plan ?? []) {
    if (span.from > now) wakeAt = Math.min(wakeAt, span.from);
    if (span.to > now) wakeAt = Math.min(wakeAt, span.to);
    const to = table.stageOf.get(span.stage) ?? -1;
    if (!inside && to !== -1 && span.from <= now && now < span.to) {
      inside = true;
      stage = to;
      until = span.to;
    } else if (inside && to === stage && span.from === until) until = span.to;
  }
  return { stage, until: stage === pass.stage ? until : now, wakeAt };
}

interface Due {
  /** By group: begun, or to be begun, while this stage is on. */
  readonly aside: readonly boolean[];
  /** Whether any of them is not green yet. */
  readonly pending: boolean;
  /** When all of them have had their minimum green, ms: the stage is not left before. */
  readonly ready: number;
  /** When the next of them may be begun, ms; Infinity: none is to be. */
  readonly begins: number;
}

/** `until`: when the stage is left as far as anybody knows. */
function begunFor(pass: Pass, until: number): Due {
  const { table, waiting, signals, now } = pass;
  const row = table.stages[pass.stage] as StageRow;
  const aside = new Array<boolean>(waiting.length).fill(false);
  // Where nothing was to be begun, only ended, it lasts as long as if something had been.
  let ready = Math.max(now, pass.since + row.least);
  let begins = Number.POSITIVE_INFINITY;
  let pending = false;
  const late: number[] = [];
  for (const g of row.groups) {
    const { aspect, since } = signals[g] as Signal;
    const { minGreen, redAmber } = table.groups[g] as SignalGroup;
    if (aspect === "green") ready = Math.max(ready, since + minGreen);
    else if (aspect === "red-amber") {
      aside[g] = true;
      pending = true;
      ready = Math.max(ready, since + redAmber + minGreen);
    } else if (waiting[g] !== null) {
      if ((waiting[g] as Instant) > pass.since) late.push(g);
      else {
        const at = Math.max(now, beginsAt(table, signals, g));
        aside[g] = true;
        pending = true;
        begins = Math.min(begins, at);
        ready = Math.max(ready, at + redAmber + minGreen);
      }
    }
  }
  // Called when the stage was on already: served now, if there is time for it before the stage is left and for all others.
  for (const g of late) {
    const { minGreen, redAmber } = table.groups[g] as SignalGroup;
    const at = Math.max(now, beginsAt(table, signals, g));
    const served = at + redAmber + minGreen;
    if (served > until) continue;
    aside[g] = true;
    const leave = Math.max(ready, served);
    if (lifelineOf(table, waiting, aside, pass.stage, leave).slack < 0) aside[g] = false;
    else {
      ready = leave;
      begins = Math.min(begins, at);
    }
  }
  return { aside, pending, ready, begins };
}

/** Asks for another stage, or for the same once more. */
function change(pass: Pass, stage: number): void {
  const { table, now } = pass;
  pass.stage = stage;
  pass.since = now;
  pass.full = null;
  pass.base = entered(table, pass.base, stage, pass.inputs, now);
  pass.events.push({ kind: "stage", stage: table.stages[stage]?.id as string, at: now });
}

/** Asks the kernel to end what is not in the stage and to begin what it was begun for; whether it admitted any. */
function ask(pass: Pass, aside: readonly boolean[]): boolean {
  const { table, now } = pass;
  const has = table.stages[pass.stage]?.has;
  const before = pass.signals;
  for (let g = 0; g < before.length; g++) {
    const { group, aspect } = before[g] as Signal;
    const to = aspect === "green" && !has?.[g] ? "red" : aspect === "red" && aside[g] ? "green" : null;
    if (to === null) continue;
    const admission = admit(table, pass.signals, { group, to }, now);
    if (admission.ok) show(pass, admission.signals);
  }
  return pass.signals !== before;
}

/** Takes signals over, and tells what is another than before. */
function show(pass: Pass, signals: readonly Signal[]): void {
  const { table, now, events, waiting, inputs } = pass;
  if (signals === pass.signals) return;
  for (let g = 0; g < signals.length; g++) {
    const { group, aspect } = signals[g] as Signal;
    const was = pass.signals[g]?.aspect;
    if (aspect === was) continue;
    events.push({ kind: "signal", group, aspect, at: now });
    if (aspect === "green") {
      const since = waiting[g];
      if (typeof since === "number") events.push({ kind: "wait", group, waited: between(since, now), at: now });
      waiting[g] = null;
    } else if (was === "green" && (!table.groups[g]?.onCall || inputs.wanted.includes(group))) waiting[g] = now;
  }
  pass.signals = signals;
}
