/** What the monitor holds against heads: who may show what together, after what, and for how long. */
import type { Instant } from "../units.ts";
import type { Aspect } from "./model.ts";
import type { Head, MonitorFaultKind, MonitorState, Shown } from "./monitor.ts";
import { succession } from "./monitor-succession.ts";
import type { MonitorTable } from "./monitor-table.ts";

/** A fault, groups by index. */
export interface Verdict {
  readonly fault: {
    readonly kind: MonitorFaultKind;
    readonly groups: readonly number[];
    readonly text: string;
    readonly since: Instant;
  };
}

/** What is read of one head, and what it was told. */
export interface Reading {
  readonly raw: Shown | "unread";
  readonly told: Aspect | null;
}

type Settled = Pick<MonitorState, "heads" | "conflict">;

/** The heads after what stood since the pass before and what is read now; or what is wrong with them. */
export function settled(
  table: MonitorTable,
  state: MonitorState,
  read: (group: number) => Reading,
  now: Instant,
): Verdict | Settled {
  const readings = state.heads.map((_, i) => flashing(read(i)));
  // What was read the last time stood until now.
  const stood =
    ofConflict(table, state.conflict, now) ?? ofHeads(table, state.heads, now) ?? accepted(table, state.heads, now);
  if ("fault" in stood) return stood;
  const heads = stood.heads.map((head, i) => looked(head, readings[i] as Reading, now));
  const conflict = conflictOf(table, heads, state.conflict, now);
  // Only settings of 0 leave nothing to wait for.
  const at = ofConflict(table, conflict, now) ?? ofHeads(table, heads, now) ?? accepted(table, heads, now);
  return "fault" in at ? at : { heads: at.heads, conflict };
}

/** Lamps of a head that is told to flash are on and off in turn. */
const flashing = (reading: Reading): Reading =>
  reading.told === "flashing-amber" && (reading.raw === "amber" || reading.raw === "dark")
    ? { raw: "flashing-amber", told: reading.told }
    : reading;

const seenOf = (head: Head): Shown | "unread" | null => head.raw ?? head.aspect;

function looked(head: Head, { raw, told }: Reading, now: Instant): Head {
  const different = raw === head.aspect ? null : raw;
  const rawSince = different === head.raw ? head.rawSince : now;
  // An order that changes while a head does not follow gives it no more time.
  const astray = told === null || raw === told ? null : (head.astray ?? now);
  if (different === head.raw && told === head.told && astray === head.astray) return head;
  return { ...head, raw: different, rawSince, told, astray };
}

// ---- two heads in each other's way ----

/** Who sees it drives, or still does. */
const goes = (seen: Shown | "unread" | null): boolean =>
  seen === "green" || seen === "amber" || seen === "red-amber" || seen === "mixed";

/** Two that flash give way by themselves; one that flashes beside one that is let go does not know of it. */
function conflictOf(
  { conflicts }: MonitorTable,
  heads: readonly Head[],
  before: MonitorState["conflict"],
  now: Instant,
): MonitorState["conflict"] {
  for (const [one, head] of heads.entries()) {
    if (!goes(seenOf(head))) continue;
    const other = conflicts[one]?.find((i) => {
      const seen = seenOf(heads[i] as Head);
      return goes(seen) || seen === "flashing-amber";
    });
    if (other !== undefined) return before ?? { groups: [one, other], since: now };
  }
  return null;
}

function ofConflict(table: MonitorTable, conflict: MonitorState["conflict"], now: Instant): Verdict | null {
  if (!conflict || now - conflict.since < table.settings.persistence) return null;
  const { groups, since } = conflict;
  const [one, other] = groups;
  return { fault: { kind: "conflict", groups, text: `${table.ids[one]} and ${table.ids[other]} together`, since } };
}

// ---- one head, as long as it stands ----

function ofHeads(
  { ids, amber, redAmber, settings }: MonitorTable,
  heads: readonly Head[],
  now: Instant,
): Verdict | null {
  for (const [i, head] of heads.entries()) {
    const bad = (kind: MonitorFaultKind, text: string, since: Instant): Verdict => ({
      fault: { kind, groups: [i], text: `${ids[i]} ${text}`, since },
    });
    const seen = seenOf(head);
    if (head.astray !== null && now - head.astray >= settings.follow)
      return bad(astrayKind(seen, head.told), `shows ${seen}, told ${head.told}`, head.astray);
    if (head.raw !== null) continue;
    for (const [aspect, most] of [
      ["amber", amber[i] as number],
      ["red-amber", redAmber[i] as number],
    ] as const) {
      if (head.aspect !== aspect || now - head.since <= most + settings.tolerance) continue;
      return bad(`long-${aspect}`, `${aspect} for ${now - head.since} of ${most} ms`, (head.since + most) as Instant);
    }
  }
  return null;
}

function astrayKind(seen: Shown | "unread" | null, told: Aspect | null): MonitorFaultKind {
  if (seen === "mixed" || seen === "unread") return seen;
  if (told === "green" && (seen === "dark" || seen === "red")) return "missing-green";
  return seen === "dark" ? "dark" : "stuck";
}

// ---- what has stood long enough to count ----

function accepted(table: MonitorTable, heads: readonly Head[], now: Instant): Verdict | Pick<Settled, "heads"> {
  const { persistence } = table.settings;
  const counts = ({ raw, rawSince }: Head) => raw !== null && now - rawSince >= persistence;
  if (!heads.some(counts)) return { heads };
  const next: Head[] = [];
  for (const [i, head] of heads.entries()) {
    if (!counts(head)) {
      next.push(head);
      continue;
    }
    const found = succession(table, i, head);
    if (found) return { fault: { ...found, groups: [i], text: `${table.ids[i]} ${found.text}`, since: head.rawSince } };
    // Nobody was kept from going by green, nor by what flashes or is dark.
    const left = head.aspect !== "red" && head.aspect !== "amber" && head.aspect !== "red-amber";
    const ended = left ? head.rawSince : head.ended;
    next.push({ ...head, aspect: head.raw as Shown, since: head.rawSince, raw: null, ended });
  }
  for (const [i, head] of next.entries()) {
    if (head.aspect !== "green" || head === heads[i]) continue;
    const short = shortIntergreen(table, next, i, now);
    if (short) return short;
  }
  return { heads: next };
}

function shortIntergreen(table: MonitorTable, heads: readonly Head[], to: number, now: Instant): Verdict | null {
  const { ids, conflicts, intergreens, settings } = table;
  const { since } = heads[to] as Head;
  for (const from of conflicts[to] as readonly number[]) {
    const head = heads[from] as Head;
    // Of a head that is about to be taken for ended, what was read counts.
    const open = head.aspect === "green" || head.aspect === "flashing-amber" || head.aspect === "dark";
    const ended = open ? (head.raw === null ? now : head.rawSince) : head.ended;
    const least = intergreens[from]?.[to] as number;
    if (since - ended >= least - settings.tolerance) continue;
    const text = `${ids[to]} green ${since - ended} of ${least} ms after ${ids[from]}`;
    return { fault: { kind: "short-intergreen", groups: [from, to], text, since } };
  }
  return null;
}
