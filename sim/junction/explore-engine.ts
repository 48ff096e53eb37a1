/**
 * Kernel, engine and monitor of one junction against the worst that an arbiter and people may do: each second any stage is
 * asked for, or none, and then the base plan is followed; any groups on call are called; all detectors are busy, or none. Whatever a
 * priority request could make of the signals is among that.
 */
import type { EngineInputs, EngineState, EngineStep } from "../../controllers/junction/engine-state.ts";
import type { JunctionTable } from "../../controllers/junction/kernel-table.ts";
import type { GroupId, Junction, TentativePlan } from "../../controllers/junction/model.ts";
import { type MonitorState, startMonitor, watch } from "../../controllers/junction/monitor.ts";
import { type MonitorTable, monitorTable } from "../../controllers/junction/monitor-table.ts";
import { duration, type Instant, instant } from "../../controllers/units.ts";
import type { System } from "./explore.ts";
import { keyOf, keysOf } from "./explore-key.ts";
import { kickOff, type Refereed, referee } from "./referee.ts";

/** What is explored, or a mutation of it. */
export interface EngineCode {
  readonly tableOf: (junction: Junction) => JunctionTable;
  readonly kernelHash: (table: JunctionTable) => string;
  readonly startEngine: (table: JunctionTable, now: Instant) => EngineState;
  readonly runEngine: (table: JunctionTable, state: EngineState, inputs: EngineInputs, now: Instant) => EngineStep;
}

export interface Explored {
  readonly now: Instant;
  readonly engine: EngineState;
  readonly monitor: MonitorState;
  readonly refereed: Refereed;
}

/** What is asked of the engine for one second; `called`: a bit for each group. */
export interface Asked {
  readonly stage: string | null;
  /** For how long the plan says that it will be asked for, s; the next second it may ask for another all the same. */
  readonly lasts: number;
  readonly called: number;
  readonly busy: boolean;
}

/** Long after 1970, so that ages do not end there. */
const BEGIN = instant(1_000_000_000);
const SECOND = 1000;
/** s: longer than whatever is planned. A group that comes late is served or not according to that; with one such group on call
 * a second and an age are all that differs. */
const AGES = 60;

/** No glitches, no tolerance: what the monitor sees in a simulation is what is. */
export const EXACT = { persistence: duration(0), follow: duration(0), tolerance: duration(0) } as const;

/** A junction under one of its plans. `code` need not be right: its violations say so. */
export function engineSystem(junction: Junction, planId: number, code: EngineCode): System<Explored, Asked> {
  const plan = junction.plans.find(({ id }) => id === planId);
  if (!plan) throw new TypeError(`plan ${planId}: allowed are the plans of ${junction.id}`);
  const table = code.tableOf(junction);
  const monitoring = monitorTable(junction, EXACT);
  const otherHash = code.kernelHash(table);
  const keys = keysOf(junction, plan);
  const everybody = junction.groups.map(({ id }) => id);
  const judge = judgeOf(junction, monitoring, otherHash);

  const calls = subsets(junction.groups.flatMap(({ onCall }, i) => (onCall ? [i] : [])));
  const plans = [
    { stage: null, lasts: 0 },
    ...junction.stages.flatMap(({ id }) => [1, AGES].map((lasts) => ({ stage: id, lasts }))),
  ];
  // Fixed plans do not ask detectors.
  const detectors = plan.kind === "fixed" ? [false] : [false, true];
  const moves: readonly Asked[] = plans.flatMap((asked) =>
    calls.flatMap((called) => detectors.map((busy) => ({ ...asked, called, busy }))),
  );

  const engine = code.startEngine(table, BEGIN);
  const start = judge(
    {
      now: BEGIN,
      engine,
      monitor: startMonitor(monitoring, BEGIN),
      refereed: kickOff(junction, BEGIN),
    },
    engine,
    0,
    BEGIN,
  );
  if (typeof start === "string") throw new TypeError(`${junction.id} cannot start: ${start}`);

  return {
    starts: [start],
    key: ({ now, engine, monitor, refereed }) => keyOf(keys, engine, monitor, refereed, now),
    moves: () => moves,
    step(state, { stage, lasts, called, busy }) {
      const now = instant(state.now + SECOND);
      const asked: TentativePlan | null =
        stage === null ? null : [{ stage, from: now, to: instant(now + lasts * SECOND) }];
      const inputs: EngineInputs = {
        wanted: called === 0 ? [] : everybody.filter((_, i) => (called >> i) & 1),
        occupied: busy ? everybody : [],
        plan: asked,
        basePlan: planId,
        clockSet: true,
      };
      return judge(state, code.runEngine(table, state.engine, inputs, now).state, called, now);
    },
  };
}

/** The state after the engine's pass, as monitor and referee see it; or what they hold against it. */
export function judgeOf(junction: Junction, monitoring: MonitorTable, otherHash: string) {
  // Of reds that are older nobody asks how old.
  const longest = Math.max(0, ...Object.values(junction.intergreens).flatMap((row) => Object.values(row)));
  return (before: Explored, engine: EngineState, called: number, now: Instant): Explored | string => {
    const { signals } = engine;
    const refereed = referee(junction, before.refereed, signals, (group) => ((called >> group) & 1) === 1, now);
    const { state: monitor, fault } = watch(
      monitoring,
      before.monitor,
      signals,
      { heartbeat: now, otherHash, told: signals },
      now,
    );
    if (fault)
      return `monitor: ${fault.kind}: ${fault.text}${typeof refereed === "string" ? "" : ", the referee saw nothing"}`;
    if (typeof refereed === "string") return `referee: ${refereed}`;
    for (const [i, { group, aspect, since }] of signals.entries()) {
      const seen = refereed[i]?.since as number;
      if (since !== seen && (aspect !== "red" || now - Math.max(since, seen) < longest))
        return `referee: ${group} says since ${now - since} ms, it is ${now - seen}`;
      if (refereed[i]?.ended !== monitor.heads[i]?.ended) return `referee: the monitor has another end of ${group}`;
    }
    return { now, engine, monitor, refereed };
  };
}

/** All subsets of some groups, one bit each. */
export function subsets(groups: readonly number[]): number[] {
  return groups.reduce<number[]>((all, group) => all.flatMap((set) => [set, set | (1 << group)]), [0]);
}

/** Ids of a set of groups, for words about a way. */
export const idsOf = ({ groups }: Junction, set: number): GroupId[] =>
  groups.flatMap(({ id }, i) => ((set >> i) & 1 ? [id] : []));
