/** The safety kernel: the only thing that changes a signal. Each change is admitted or refused; nothing overrules it. */
import type { Instant } from "../units.ts";
import { type JunctionTable, MIN_RED } from "./kernel-table.ts";
import type { Aspect, GroupId, Signal } from "./model.ts";

/** Why a change is refused; `state`: it does not show what the change starts from. */
export type KernelRefusal =
  | "unknown group"
  | "flashing"
  | "start-up"
  | "state"
  | "min-green"
  | "min-red"
  | "conflict"
  | "intergreen";

/** The signals after the change; or why not, and when it could be if nothing else happens (null: nobody knows). */
export type Admission =
  | { readonly ok: true; readonly signals: readonly Signal[] }
  | { readonly ok: false; readonly why: KernelRefusal; readonly notBefore: Instant | null };

export interface SignalChange {
  readonly group: GroupId;
  /** `green` begins it (by red-amber, where it has one), `red` ends it (by amber). */
  readonly to: "green" | "red";
}

/** All red, of which nobody knows what was before: nothing is begun for the longest intergreen. */
export const allRed = (table: JunctionTable, now: Instant): readonly Signal[] =>
  table.groups.map(({ id }) => ({ group: id, aspect: "red", since: now }));

/** The safe state: flashing amber, and pedestrians' heads dark. Left by `allRed` only. */
export const allFlashing = (table: JunctionTable, now: Instant): readonly Signal[] =>
  table.groups.map(({ id, kind }) => ({
    group: id,
    aspect: kind === "pedestrian" ? "dark" : "flashing-amber",
    since: now,
  }));

/** Asks for a change at `now`. Signals are in the order of the table's groups; `now` is never before their `since`. */
export function admit(table: JunctionTable, signals: readonly Signal[], change: SignalChange, now: Instant): Admission {
  const g = table.indexOf.get(change.group);
  if (g === undefined) return { ok: false, why: "unknown group", notBefore: null };
  return change.to === "green" ? begin(table, signals, g, now) : end(table, signals, g, now);
}

function end(table: JunctionTable, signals: readonly Signal[], g: number, now: Instant): Admission {
  const { aspect, since } = signals[g] as Signal;
  if (aspect !== "green") return { ok: false, why: isOff(aspect) ? "flashing" : "state", notBefore: null };
  const { minGreen, amber } = table.groups[g] as JunctionTable["groups"][number];
  const notBefore = (since + minGreen) as Instant;
  if (now < notBefore) return { ok: false, why: "min-green", notBefore };
  return { ok: true, signals: show(signals, g, amber > 0 ? "amber" : "red", now) };
}

function begin(table: JunctionTable, signals: readonly Signal[], g: number, now: Instant): Admission {
  const { aspect, since } = signals[g] as Signal;
  if (aspect !== "red") return { ok: false, why: isOff(aspect) ? "flashing" : "state", notBefore: null };
  const earliest = startsAt(table, signals);
  if (now < earliest) return { ok: false, why: "start-up", notBefore: earliest as Instant };
  const { redAmber } = table.groups[g] as JunctionTable["groups"][number];
  const notBefore = beginsAt(table, signals, g);
  if (now < notBefore) {
    const conflict = (table.conflicts[g] as readonly number[]).some((c) => signals[c]?.aspect !== "red");
    const why = conflict ? "conflict" : now < since + MIN_RED ? "min-red" : "intergreen";
    return { ok: false, why, notBefore: notBefore === Number.POSITIVE_INFINITY ? null : (notBefore as Instant) };
  }
  return { ok: true, signals: show(signals, g, redAmber > 0 ? "red-amber" : "green", now) };
}

/**
 * When the first green after a start may be begun; 0 when it was. All groups red since the same instant is the start and
 * nothing else: of two groups that conflict, never both have stopped being green, amber or red-amber at one instant.
 */
export function startsAt(table: JunctionTable, signals: readonly Signal[]): number {
  const first = signals[0];
  if (first === undefined) return 0;
  for (const { aspect, since } of signals) if (aspect !== "red" || since !== first.since) return 0;
  return first.since + table.longest;
}

/**
 * When a group that is red, or amber still, may be begun if nothing else is, start-up aside; Infinity while a conflicting
 * group is green or about to be. A group is red since its green ended and its amber passed, so `since` says when its green ended.
 */
export function beginsAt(table: JunctionTable, signals: readonly Signal[], g: number): number {
  const n = table.groups.length;
  const { redAmber } = table.groups[g] as JunctionTable["groups"][number];
  const amberEnds = dueAt(table, signals, g);
  let earliest = (amberEnds === Number.POSITIVE_INFINITY ? (signals[g] as Signal).since : amberEnds) + MIN_RED;
  for (const c of table.conflicts[g] as readonly number[]) {
    const { aspect, since } = signals[c] as Signal;
    if (aspect !== "red" && aspect !== "amber") return Number.POSITIVE_INFINITY;
    const { amber } = table.groups[c] as JunctionTable["groups"][number];
    const greenEnded = aspect === "red" ? since - amber : since;
    const may = greenEnded + (table.intergreen[c * n + g] as number) - redAmber;
    if (may > earliest) earliest = may;
  }
  return earliest;
}

/** What time alone changes: amber becomes red, red-amber green. The same array where nothing is due. */
export function elapse(table: JunctionTable, signals: readonly Signal[], now: Instant): readonly Signal[] {
  let after = signals;
  for (let g = 0; g < signals.length; g++) {
    const due = dueAt(table, signals, g);
    // Since now, not since it was due: where the pass comes late, the head showed the old aspect till now.
    if (due <= now) after = show(after, g, signals[g]?.aspect === "amber" ? "red" : "green", now);
  }
  return after;
}

/** When time alone changes the group next; Infinity where it does not. */
export function dueAt(table: JunctionTable, signals: readonly Signal[], g: number): number {
  const { aspect, since } = signals[g] as Signal;
  if (aspect === "amber") return since + (table.groups[g] as JunctionTable["groups"][number]).amber;
  if (aspect === "red-amber") return since + (table.groups[g] as JunctionTable["groups"][number]).redAmber;
  return Number.POSITIVE_INFINITY;
}

const isOff = (aspect: Aspect): boolean => aspect === "flashing-amber" || aspect === "dark";

function show(signals: readonly Signal[], g: number, aspect: Aspect, now: Instant): readonly Signal[] {
  const after = signals.slice();
  after[g] = { group: (signals[g] as Signal).group, aspect, since: now };
  return after;
}
