/** What the monitor holds of a junction, made by its own code: the kernel's table is another. */
import { type Duration, milliseconds } from "../units.ts";
import type { GroupId, Junction } from "./model.ts";
import { fnv1a64, monitorText } from "./monitor-hash.ts";

/** When the monitor takes what it sees for a fault. */
export interface MonitorSettings {
  /** What is shown for less is a glitch of lamps or their read-back, 0 to 450 ms (NEMA TS 2: 200 to 450 [NV]). */
  readonly persistence: Duration;
  /** Heads show what they were told within, 0 to 1000 ms. */
  readonly follow: Duration;
  /** The engine's heartbeat changes within, 50 to 5000 ms. */
  readonly silence: Duration;
  /** Read-back may be so much out, 0 to 500 ms: times may be shorter (amber: or longer) by it. */
  readonly tolerance: Duration;
}

/** With read-back each 50 ms every fault is seen within 200 ms of its beginning. */
export const MONITOR_DEFAULTS: MonitorSettings = {
  persistence: milliseconds(150),
  follow: milliseconds(150),
  silence: milliseconds(150),
  tolerance: milliseconds(100),
};

const MOST: Readonly<Record<keyof MonitorSettings, readonly [number, number]>> = {
  persistence: [0, 450],
  follow: [0, 1000],
  silence: [50, 5000],
  tolerance: [0, 500],
};

/** By group, in the order of the junction; `intergreens` first of the group that ends, then of the one that begins; null: no conflict. */
export interface MonitorTable {
  readonly ids: readonly GroupId[];
  readonly index: ReadonlyMap<GroupId, number>;
  readonly minGreen: readonly Duration[];
  readonly amber: readonly Duration[];
  readonly redAmber: readonly Duration[];
  readonly intergreens: readonly (readonly (Duration | null)[])[];
  /** Groups in conflict with each. */
  readonly conflicts: readonly (readonly number[])[];
  readonly hash: string;
  readonly settings: MonitorSettings;
}

/** Throws TypeError for settings outside their bounds, ids twice or with white space, and intergreens of no group or one way only. */
export function monitorTable(junction: Junction, settings: Partial<MonitorSettings> = {}): MonitorTable {
  const all: MonitorSettings = { ...MONITOR_DEFAULTS, ...settings };
  for (const [name, [least, most]] of Object.entries(MOST)) {
    const value = all[name as keyof MonitorSettings];
    if (!(value >= least && value <= most)) throw new TypeError(`${name} is ${value} ms: allowed ${least} to ${most}`);
  }
  const { groups } = junction;
  const ids = groups.map(({ id }) => id);
  const index = new Map(ids.map((id, i) => [id, i]));
  if (index.size < ids.length) throw new TypeError(`groups of ${junction.id}: an id twice`);
  const spaced = ids.find((id) => id === "" || /\s/.test(id));
  if (spaced !== undefined) throw new TypeError(`group "${spaced}": an id is allowed no white space`);

  const intergreens = ids.map(() => ids.map((): Duration | null => null));
  for (const [from, entries] of Object.entries(junction.intergreens)) {
    for (const [to, time] of Object.entries(entries)) {
      const row = intergreens[index.get(from) ?? -1];
      const column = index.get(to);
      if (!row || column === undefined)
        throw new TypeError(`intergreen ${from} ${to}: allowed are groups of the junction`);
      if (from === to) throw new TypeError(`intergreen ${from} ${to}: no group conflicts with itself`);
      row[column] = time;
    }
  }
  const conflicts = intergreens.map((row) => row.flatMap((time, to) => (time === null ? [] : [to])));
  for (const [from, others] of conflicts.entries()) {
    const oneWay = others.find((to) => intergreens[to]?.[from] === null);
    if (oneWay !== undefined) throw new TypeError(`intergreen ${ids[from]} ${ids[oneWay]}: needs one the other way`);
  }
  return {
    ids,
    index,
    minGreen: groups.map(({ minGreen }) => minGreen),
    amber: groups.map(({ amber }) => amber),
    redAmber: groups.map(({ redAmber }) => redAmber),
    intergreens,
    conflicts,
    hash: fnv1a64(monitorText(junction)),
    settings: all,
  };
}

/** What the kernel's hash of the same junction must be. */
export const monitorHash = ({ hash }: MonitorTable): string => hash;
