/** A small junction in front of the monitor, and programmes that its heads follow; for tests. Nothing that runs on a cabinet imports it. */
import { instant, seconds } from "../units.ts";
import type { Aspect, GroupId, Junction, SignalGroup } from "./model.ts";
import { type MonitorContext, type MonitorFault, type Shown, startMonitor, watch } from "./monitor.ts";
import { monitorTable } from "./monitor-table.ts";

export const group = (id: GroupId, over: Partial<SignalGroup> = {}): SignalGroup => ({
  id,
  kind: "vehicle",
  minGreen: seconds(6),
  amber: seconds(3),
  redAmber: seconds(0),
  maxWait: seconds(120),
  guard: seconds(90),
  onCall: false,
  ...over,
});

/** A main road, a side road that has red-amber, and people who cross the side road beside the main one. */
export const junction: Junction = {
  id: "tlc/1",
  name: "test",
  groups: [
    group("A"),
    group("B", { redAmber: seconds(1) }),
    group("P", { kind: "pedestrian", amber: seconds(0), onCall: true }),
  ],
  intergreens: { A: { B: seconds(5) }, B: { A: seconds(6), P: seconds(7) }, P: { B: seconds(9) } },
  stages: [],
  plans: [],
  approaches: [],
  detectors: [],
  priority: {} as Junction["priority"],
};

export const table = monitorTable(junction);
export type Heads = Readonly<Record<GroupId, Shown>>;
/** s: what is told from then on. */
export type Script = readonly (readonly [number, Partial<Heads>])[];

export const HEALTHY: Script = [
  [0, { A: "red", B: "red", P: "red" }],
  [9, { A: "green", P: "green" }],
  [20, { P: "red" }],
  [25, { A: "amber" }],
  [28, { A: "red" }],
  [29, { B: "red-amber" }],
  [30, { B: "green" }],
  [36, { B: "amber" }],
  [39, { B: "red" }],
  [42, { A: "green" }],
  [43, { P: "green" }],
];

export interface Run {
  /** What is really shown of what was told; null: cannot be read. */
  readonly broken?: (told: Heads, at: number) => Readonly<Record<GroupId, Shown | null>>;
  /** Whether the engine lives. */
  readonly lives?: (at: number) => boolean;
  readonly hash?: (at: number) => string;
  /** Heads do not say what they were told. */
  readonly untold?: true;
  /** ms between passes, and when the first is. */
  readonly each?: number;
  readonly phase?: number;
  readonly until?: number;
}

export const START = 1_000_000;

export function run(script: Script, { broken, lives, hash, untold, each = 50, phase = 0, until = 60_000 }: Run = {}) {
  let state = startMonitor(table, instant(START));
  const events = [];
  for (let at = phase; at <= until; at += each) {
    const told: Record<GroupId, Shown> = {};
    for (const [from, heads] of script) if (from * 1000 <= at) Object.assign(told, heads);
    const shown = broken?.(told, at) ?? told;
    const context: MonitorContext = {
      heartbeat: instant(lives && !lives(at) ? START : START + at),
      otherHash: hash?.(at) ?? table.hash,
      ...(untold ? {} : { told: Object.entries(told).map(([group, aspect]) => ({ group, aspect: aspect as Aspect })) }),
    };
    const read = Object.entries(shown).flatMap(([group, aspect]) => (aspect === null ? [] : [{ group, aspect }]));
    const pass = watch(table, state, read, context, instant(START + at));
    state = pass.state;
    events.push(...pass.events);
    if (pass.fault && !broken && !lives && !hash) break;
  }
  return { fault: state.fault, events };
}

export const seenAt = (fault: MonitorFault | null): number => (fault ? fault.at - START : Number.NaN);
