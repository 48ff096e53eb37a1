/**
 * Months of a junction whose engine is asked for anything: plans that make no sense, calls, busy detectors, other base plans,
 * passes too many, clocks that are set, starts from new. Monitor and referee watch it on a clock of their own, to the millisecond.
 */
import type { EngineInputs, EngineState } from "../../controllers/junction/engine-state.ts";
import type { Junction, TentativePlan } from "../../controllers/junction/model.ts";
import { type MonitorState, startMonitor, watch } from "../../controllers/junction/monitor.ts";
import { monitorTable } from "../../controllers/junction/monitor-table.ts";
import { type Instant, instant } from "../../controllers/units.ts";
import type { Random } from "../../firmware/hal/random.ts";
import { type EngineCode, EXACT } from "./explore-engine.ts";
import { kickOff, type Refereed, referee } from "./referee.ts";

export interface Walked {
  readonly passes: number;
  /** Signals that changed. */
  readonly changes: number;
  readonly plans: number;
  readonly calls: number;
  readonly jumps: number;
  readonly starts: number;
  /** The longest wait that ended, as a part of its maximum. */
  readonly longest: number;
  /** What was broken, and when; null: nothing. */
  readonly violation: string | null;
}

export interface WalkSettings {
  readonly hours: number;
  /** s between two things that happen, on average. */
  readonly pace: number;
  /** How many of these are clocks that are set, and starts from new. */
  readonly jumps: number;
  readonly starts: number;
}

const BEGIN = 1_000_000_000;
const HOUR = 3_600_000;

/** One walk; the same numbers of `random`, the same walk. Ends with the first violation. */
export function walk(junction: Junction, code: EngineCode, random: Random, settings: WalkSettings): Walked {
  const { groups } = junction;
  const table = code.tableOf(junction);
  const monitoring = monitorTable(junction, EXACT);
  const otherHash = code.kernelHash(table);
  const upTo = (n: number): number => Math.floor(random.next() * n);
  const ids = groups.map(({ id }) => id);

  // What time it really is, and what the engine's clock says more.
  let real = BEGIN;
  let ahead = HOUR;
  let engine: EngineState = code.startEngine(table, instant(real + ahead));
  let monitor: MonitorState = startMonitor(monitoring, instant(real));
  let refereed: Refereed = kickOff(junction, real);
  let inputs: EngineInputs = { wanted: [], occupied: [], plan: null, clockSet: true };
  const counts = { passes: 0, changes: 0, plans: 0, calls: 0, jumps: 0, starts: 0, longest: 0 };
  const end = real + settings.hours * HOUR;
  let happens = real;

  const anything = () => {
    const chance = random.next();
    if (chance < settings.jumps && !between(engine)) {
      // As much back as it likes; or further forward than a late pass explains, which nobody may do to the clock it goes by.
      const jump = random.next() < 0.5 ? -upTo(ahead) : HOUR + 10_000 + upTo(24 * HOUR);
      refereed = refereed.map((one) => ({ ...one, wanted: one.wanted === null ? null : one.wanted + real - passed }));
      ahead = Math.min(ahead + jump, 1000 * HOUR);
      counts.jumps++;
    } else if (chance < settings.jumps + settings.starts) {
      engine = code.startEngine(table, instant(real + ahead));
      monitor = startMonitor(monitoring, instant(real));
      refereed = kickOff(junction, real);
      inputs = { ...inputs, plan: null };
      counts.starts++;
    } else if (chance < 0.4) {
      inputs = { ...inputs, wanted: ids.filter(() => random.next() < 0.3) };
      counts.calls += inputs.wanted.length;
    } else if (chance < 0.55) inputs = { ...inputs, occupied: ids.filter(() => random.next() < 0.4) };
    else if (chance < 0.6)
      inputs = { ...inputs, basePlan: upTo(junction.plans.length + 2), clockSet: random.next() < 0.8 };
    else if (chance < 0.9) {
      inputs = { ...inputs, plan: random.next() < 0.2 ? null : nonsense(junction, real + ahead, random) };
      counts.plans++;
    }
    // Else: a pass for nothing.
  };

  let passed = real;
  while (real < end) {
    if (happens <= real) {
      anything();
      happens = real + 1 + Math.floor(-Math.log(1 - random.next()) * settings.pace * 1000);
    }
    const now = instant(real + ahead);
    const was = engine.signals;
    engine = code.runEngine(table, engine, inputs, now).state;
    counts.passes++;
    const { signals } = engine;
    if (signals !== was)
      for (const [i, { aspect }] of signals.entries()) if (aspect !== was[i]?.aspect) counts.changes++;
    const told = inputs.wanted;
    const after = referee(junction, refereed, signals, (i) => told.includes(ids[i] as string), real);
    const pass = watch(monitoring, monitor, signals, { heartbeat: now, otherHash, told: signals }, instant(real));
    const at = `after ${((real - BEGIN) / HOUR).toFixed(3)} h: `;
    if (pass.fault) return { ...counts, violation: `${at}monitor: ${pass.fault.kind}: ${pass.fault.text}` };
    if (typeof after === "string") return { ...counts, violation: `${at}referee: ${after}` };
    for (const [i, { wanted }] of refereed.entries()) {
      if (wanted === null || after[i]?.wanted !== null) continue;
      counts.longest = Math.max(counts.longest, (real - wanted) / (groups[i]?.maxWait as number));
    }
    monitor = pass.state;
    refereed = after;
    // A call is a button that was pressed, not one that is held.
    inputs = { ...inputs, wanted: [] };
    passed = real;
    real = Math.max(real + 1, Math.min(engine.wakeAt - ahead, happens, end));
  }
  return { ...counts, violation: null };
}

/** Amber and red-amber are exact: a clock that is set while one is shown makes it longer, and that is right. */
const between = ({ signals }: EngineState): boolean =>
  signals.some(({ aspect }) => aspect === "amber" || aspect === "red-amber");

/** Spans of any stages, and of none there is, at any times, over one another, with holes. */
function nonsense({ stages }: Junction, now: number, random: Random): TentativePlan {
  const upTo = (n: number): number => Math.floor(random.next() * n);
  let at = now - upTo(10_000);
  return Array.from({ length: 1 + upTo(6) }, () => {
    const from = at + (random.next() < 0.2 ? upTo(20_000) - 10_000 : 0);
    const to = from + upTo(random.next() < 0.1 ? HOUR : 60_000) - 2000;
    at = to;
    return { stage: stages[upTo(stages.length + 1)]?.id ?? "nowhere", from: from as Instant, to: to as Instant };
  });
}
