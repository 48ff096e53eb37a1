/**
 * The conflict monitor: what the heads really show, judged by code and a table of its own. It knows neither the kernel nor the
 * engine. After a fault the junction is to flash amber until a person has started it again: `startMonitor` is that person's.
 */
import { between, type Instant } from "../units.ts";
import type { Aspect, GroupId, JunctionEvent } from "./model.ts";
import { settled, type Verdict } from "./monitor-rules.ts";
import type { MonitorTable } from "./monitor-table.ts";

/** What is read back of a head; `mixed`: lamps that make no aspect, as red and green. */
export type Shown = Aspect | "mixed";

export const MONITOR_FAULTS = [
  "conflict",
  "short-intergreen",
  "short-green",
  "short-amber",
  "long-amber",
  "missing-amber",
  "short-red-amber",
  "long-red-amber",
  "missing-red-amber",
  "succession",
  "missing-green",
  "stuck",
  "dark",
  "mixed",
  "unread",
  "watchdog",
  "hash",
  "clock",
] as const;
export type MonitorFaultKind = (typeof MONITOR_FAULTS)[number];

/** Why the junction must flash amber. */
export interface MonitorFault {
  readonly kind: MonitorFaultKind;
  readonly groups: readonly GroupId[];
  readonly text: string;
  /** When what is wrong began, and when it was seen. */
  readonly since: Instant;
  readonly at: Instant;
}

/** One group, as the monitor sees it. */
export interface Head {
  /** What counts as shown, and since when; null: not seen yet. */
  readonly aspect: Shown | null;
  readonly since: Instant;
  /** What was read back last, where it is something else: counts once it has stood for the persistence. */
  readonly raw: Shown | "unread" | null;
  readonly rawSince: Instant;
  /** When its way was last left: green or flashing amber, or not known because nobody watched. */
  readonly ended: Instant;
  /** Since when it shows something else than it was told; null: it follows. */
  readonly astray: Instant | null;
  readonly told: Aspect | null;
}

/** Plain data; good only for the table it was started with. */
export interface MonitorState {
  readonly at: Instant;
  readonly heads: readonly Head[];
  /** Two groups that are in each other's way, since when. */
  readonly conflict: { readonly groups: readonly [number, number]; readonly since: Instant } | null;
  readonly heartbeat: Instant | null;
  /** For how long it has been the same, ms, as far as the monitor itself was awake. */
  readonly silent: number;
  readonly fault: MonitorFault | null;
}

export interface MonitorContext {
  /** Anything that changes whenever the engine lives. */
  readonly heartbeat: Instant;
  /** The kernel's hash of its table. */
  readonly otherHash: string;
  /** What the heads were told, where that is known; without it nothing stuck is seen, and a dark head is always a fault. */
  readonly told?: readonly { readonly group: GroupId; readonly aspect: Aspect }[];
}

export interface MonitorPass {
  readonly state: MonitorState;
  /** Stays until a person starts the monitor again. */
  readonly fault: MonitorFault | null;
  /** The mode `flashing`, once, when a fault is first seen. */
  readonly events: readonly JunctionEvent[];
}

/** At the start of the junction, before anything but red, dark or flashing amber is shown; and when a person has reset a fault. */
export function startMonitor({ ids }: MonitorTable, now: Instant): MonitorState {
  const unseen: Head = {
    aspect: null,
    since: now,
    raw: null,
    rawSince: now,
    ended: now,
    astray: null,
    told: null,
  };
  return { at: now, heads: ids.map(() => unseen), conflict: null, heartbeat: null, silent: 0, fault: null };
}

/**
 * Judges what the heads have shown since the pass before and what they show now. To be asked at every change and each 50 ms;
 * in between, what was read back last is taken to have stood. `now` is of a clock that nobody sets: going back is a fault.
 * Throws TypeError for groups that are not of the table, or twice.
 */
export function watch(
  table: MonitorTable,
  state: MonitorState,
  shown: readonly { readonly group: GroupId; readonly aspect: Shown }[],
  context: MonitorContext,
  now: Instant,
): MonitorPass {
  if (state.fault) return { state, fault: state.fault, events: [] };
  const verdict = judged(table, state, shown, context, now);
  if (!("fault" in verdict)) return { state: verdict.state, fault: null, events: [] };
  const { kind, groups, text, since } = verdict.fault;
  const fault: MonitorFault = { kind, groups: groups.map((i) => table.ids[i] as GroupId), text, since, at: now };
  return {
    state: { ...state, at: now, fault },
    fault,
    events: [{ kind: "mode", mode: "flashing", why: `${kind}: ${text}`, at: now }],
  };
}

function judged(
  table: MonitorTable,
  state: MonitorState,
  shown: readonly { readonly group: GroupId; readonly aspect: Shown }[],
  { heartbeat, otherHash, told }: MonitorContext,
  now: Instant,
): Verdict | { readonly state: MonitorState } {
  const bad = (kind: MonitorFaultKind, text: string, since: Instant): Verdict => ({
    fault: { kind, groups: [], text, since },
  });
  if (now < state.at) return bad("clock", `its clock went back by ${state.at - now} ms`, now);
  if (otherHash !== table.hash) return bad("hash", `the kernel's table is ${otherHash}, this one ${table.hash}`, now);

  const { silence } = table.settings;
  // A monitor that was stopped together with the engine first lets the engine speak.
  const awake = Math.min(between(state.at, now), silence / 2);
  const silent = heartbeat === state.heartbeat ? state.silent + awake : 0;
  if (silent >= silence) return bad("watchdog", `no heartbeat for ${silent} ms`, (now - silent) as Instant);

  const seen = byGroup(table, shown);
  const commands = told ? byGroup(table, told) : null;
  const heads = settled(table, state, (i) => ({ raw: seen[i] ?? "unread", told: commands?.[i] ?? null }), now);
  return "fault" in heads ? heads : { state: { at: now, ...heads, heartbeat, silent, fault: null } };
}

function byGroup<A>(
  { ids, index }: MonitorTable,
  signals: readonly { readonly group: GroupId; readonly aspect: A }[],
): (A | undefined)[] {
  const found: (A | undefined)[] = ids.map(() => undefined);
  for (const { group, aspect } of signals) {
    const i = index.get(group);
    if (i === undefined || found[i] !== undefined)
      throw new TypeError(`group ${group}: allowed are the groups of the junction, each once`);
    found[i] = aspect;
  }
  return found;
}

/** What three lamps of one head make together, as read back at one time. */
export function aspectOfLamps(lamps: {
  readonly red: boolean;
  readonly amber: boolean;
  readonly green: boolean;
}): Shown {
  const { red, amber, green } = lamps;
  if (green) return red || amber ? "mixed" : "green";
  if (red) return amber ? "red-amber" : "red";
  return amber ? "amber" : "dark";
}
