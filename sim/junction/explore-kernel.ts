/**
 * The kernel alone against any engine there could be: each second any signals are asked to begin or to end, in either order.
 * Whatever is asked of it, what it shows is safe; how long anybody waits is not its business.
 */
import type { Admission, SignalChange } from "../../controllers/junction/kernel.ts";
import type { JunctionTable } from "../../controllers/junction/kernel-table.ts";
import { ASPECTS, type Junction, type Signal } from "../../controllers/junction/model.ts";
import { type MonitorState, startMonitor, watch } from "../../controllers/junction/monitor.ts";
import { monitorTable } from "../../controllers/junction/monitor-table.ts";
import { duration, type Instant, instant } from "../../controllers/units.ts";
import type { System } from "./explore.ts";
import { EXACT } from "./explore-engine.ts";
import { kickOff, type Refereed, referee } from "./referee.ts";

/** What is explored, or a mutation of it. */
export interface KernelCode {
  readonly tableOf: (junction: Junction) => JunctionTable;
  readonly kernelHash: (table: JunctionTable) => string;
  readonly allRed: (table: JunctionTable, now: Instant) => readonly Signal[];
  readonly admit: (table: JunctionTable, signals: readonly Signal[], change: SignalChange, now: Instant) => Admission;
  readonly elapse: (table: JunctionTable, signals: readonly Signal[], now: Instant) => readonly Signal[];
}

export interface Shown {
  readonly now: Instant;
  readonly signals: readonly Signal[];
  readonly monitor: MonitorState;
  readonly refereed: Refereed;
}

/** Groups, one bit each, that are asked for what they do not show; from the last to the first where `turned`. */
export interface Toggled {
  readonly groups: number;
  readonly turned: boolean;
}

const BEGIN = instant(1_000_000_000);
/** Nobody waits for a kernel. */
const PATIENT = duration(1e12);

export function kernelSystem(described: Junction, code: KernelCode): System<Shown, Toggled> {
  const junction: Junction = {
    ...described,
    groups: described.groups.map((group) => ({ ...group, maxWait: PATIENT })),
  };
  const table = code.tableOf(junction);
  const monitoring = monitorTable(junction, EXACT);
  const otherHash = code.kernelHash(table);
  const { groups } = junction;
  const longest = Math.max(0, ...Object.values(junction.intergreens).flatMap((row) => Object.values(row)));
  const bytes = new Uint8Array(groups.length * 3);

  const judge = (before: Shown, signals: readonly Signal[], now: Instant): Shown | string => {
    const refereed = referee(junction, before.refereed, signals, () => false, now);
    const context = { heartbeat: now, otherHash, told: signals };
    const { state: monitor, fault } = watch(monitoring, before.monitor, signals, context, now);
    if (fault)
      return `monitor: ${fault.kind}: ${fault.text}${typeof refereed === "string" ? "" : ", the referee saw nothing"}`;
    if (typeof refereed === "string") return `referee: ${refereed}`;
    const lying = signals.find(({ since }, i) => since !== refereed[i]?.since);
    return lying ? `referee: ${lying.group} says since ${now - lying.since} ms` : { now, signals, monitor, refereed };
  };
  const start: Shown = {
    now: BEGIN,
    signals: code.allRed(table, BEGIN),
    monitor: startMonitor(monitoring, BEGIN),
    refereed: kickOff(junction, BEGIN),
  };
  const judged = judge(start, start.signals, BEGIN);
  if (typeof judged === "string") throw new TypeError(`${junction.id} cannot start: ${judged}`);

  const moves: readonly Toggled[] = Array.from({ length: 2 ** groups.length }, (_, set) =>
    [false, true].map((turned) => ({ groups: set, turned })),
  ).flat();
  const order = groups.map((_, i) => i);
  return {
    starts: [judged],
    // Ages as in explore-key.ts: of a green its minimum, of the rest and of the ends of greens the longest intergreen.
    key: ({ now, signals, monitor }) => {
      for (const [i, { aspect, since }] of signals.entries()) {
        const most = aspect === "green" ? (groups[i]?.minGreen ?? 0) : longest;
        const ended = aspect === "green" ? now : (monitor.heads[i]?.ended ?? now);
        bytes[3 * i] = ASPECTS.indexOf(aspect);
        bytes[3 * i + 1] = Math.min(most, now - since) / 1000;
        bytes[3 * i + 2] = Math.min(longest, now - ended) / 1000;
      }
      return bytes;
    },
    moves: () => moves,
    step(state, toggled) {
      const now = instant(state.now + 1000);
      let signals = code.elapse(table, state.signals, now);
      for (const i of toggled.turned ? order.toReversed() : order) {
        if (((toggled.groups >> i) & 1) === 0) continue;
        const { group, aspect } = signals[i] as Signal;
        const admission = code.admit(table, signals, { group, to: aspect === "green" ? "red" : "green" }, now);
        if (admission.ok) signals = admission.signals;
      }
      return judge(state, signals, now);
    },
  };
}
