import type { AlarmEntry, AlarmPayload, ChannelState, Presence, StatusEntry } from "./payload.ts";
import type { Status } from "./table.ts";

/** The last known values of one channel of a node's status. */
export interface RemoteStatus {
  /** Attributes by name; of a component map all components heard of. */
  readonly values: Readonly<Record<string, unknown>>;
  /** Of the last entry. */
  readonly ts: string;
  readonly seq: number;
  /** Entries that were missed, told by `seq`. */
  readonly missed: number;
}

/** What a supervisor knows of one node. RSMP 4 draft, "Modules": the manager's cache of the remote service. */
export interface Remote {
  readonly node: string;
  /** null until the node's presence is known. */
  readonly presence: Presence | null;
  /** The draft of RSMP 4 and the version that the node published with its presence. */
  readonly draft: string | null;
  readonly version: string | null;
  /** By `<code>` or `<code>/<channel>`. */
  readonly channels: ReadonlyMap<string, ChannelState>;
  readonly statuses: ReadonlyMap<string, RemoteStatus>;
  /** Active alarms by code, then component (`""` for the node as a whole). */
  readonly alarms: ReadonlyMap<string, ReadonlyMap<string, AlarmEntry>>;
}

/** A Remote that takes messages. */
export class RemoteCache implements Remote {
  readonly node: string;
  presence: Presence | null = null;
  draft: string | null = null;
  version: string | null = null;
  readonly channels = new Map<string, ChannelState>();
  readonly statuses = new Map<string, RemoteStatus>();
  readonly alarms = new Map<string, Map<string, AlarmEntry>>();

  constructor(node: string) {
    this.node = node;
  }

  /** Takes one entry. A complete one replaces what was known; another one adds to it, component by component. */
  takeStatus(key: string, status: Status, entry: StatusEntry, complete: boolean): void {
    const before = this.statuses.get(key);
    const gap = before && entry.seq > before.seq + 1 ? entry.seq - before.seq - 1 : 0;
    const values: Record<string, unknown> = complete ? { ...entry.values } : { ...before?.values, ...entry.values };
    if (!complete) {
      for (const name of Object.keys(entry.values)) {
        if (!status.attributes[name]?.each) continue;
        values[name] = { ...(before?.values[name] as object | undefined), ...(entry.values[name] as object) };
      }
    }
    this.statuses.set(key, { values, ts: entry.ts, seq: entry.seq, missed: (before?.missed ?? 0) + gap });
  }

  takeAlarms(code: string, payload: AlarmPayload): void {
    const known = payload.full ? new Map<string, AlarmEntry>() : (this.alarms.get(code) ?? new Map());
    for (const entry of payload.entries) {
      if (entry.active) known.set(entry.component ?? "", entry);
      else known.delete(entry.component ?? "");
    }
    this.alarms.set(code, known);
  }
}
