/** Runs an engine and notes what it did, in seconds; for tests. */
import type { Instant } from "../units.ts";
import { type EngineInputs, type EngineState, runEngine, startEngine } from "./engine.ts";
import type { JunctionTable } from "./kernel-table.ts";
import type { JunctionEvent, StageId, TentativePlan } from "./model.ts";

/** A thousand seconds after an instant that every cycle of the tests divides. */
export const second = (s: number): Instant => (1_663_200_000_000 + s * 1000) as Instant;
export const toSeconds = (at: number): number => (at - second(0)) / 1000;

/** Spans in seconds. */
export const planOfSeconds = (...spans: readonly (readonly [StageId, number, number])[]): TentativePlan =>
  spans.map(([stage, from, to]) => ({ stage, from: second(from), to: second(to) }));

export interface Run {
  readonly state: EngineState;
  readonly events: readonly JunctionEvent[];
  /** `"1@10"`: the stages that were asked for, and when. */
  readonly stages: readonly string[];
  /** `"A+10"` green, `"A-45"` no more, in order. */
  readonly greens: readonly string[];
}

/**
 * From second 0 to `end`. `told` says what is told from a second on; calls are heard in that pass only. `ahead`: seconds
 * that the wall clock is ahead of the time it is worked by.
 */
export function runFor(
  table: JunctionTable,
  end: number,
  told: Readonly<Record<number, Partial<EngineInputs>>> = {},
  begin: EngineState = startEngine(table, second(0)),
  ahead?: number,
): Run {
  const events: JunctionEvent[] = [];
  let state = begin;
  let inputs: EngineInputs = { wanted: [], occupied: [], plan: null, clockSet: true };
  const due = Object.keys(told)
    .map(Number)
    .sort((a, b) => a - b);
  let now: number = state.wakeAt;
  while (now <= second(end)) {
    while (due.length > 0 && second(due[0] as number) <= now) inputs = { ...inputs, ...told[due.shift() as number] };
    const wall = ahead === undefined ? {} : { wall: (now + ahead * 1000) as Instant };
    const step = runEngine(table, state, { ...inputs, ...wall }, now as Instant);
    events.push(...step.events);
    state = step.state;
    inputs = { ...inputs, wanted: [] };
    now = Math.min(step.wakeAt, due.length > 0 ? second(due[0] as number) : Number.POSITIVE_INFINITY);
  }
  const stages: string[] = [];
  const greens: string[] = [];
  const green = new Set<string>();
  for (const event of events) {
    if (event.kind === "stage") stages.push(`${event.stage}@${toSeconds(event.at)}`);
    if (event.kind !== "signal") continue;
    if (event.aspect === "green") greens.push(`${event.group}+${toSeconds(event.at)}`);
    else if (green.has(event.group)) greens.push(`${event.group}-${toSeconds(event.at)}`);
    if (event.aspect === "green") green.add(event.group);
    else green.delete(event.group);
  }
  return { state, events, stages, greens };
}
