import { namedBy } from "../component.ts";
import type { AlarmEntry, AlarmPayload, ChannelState, Presence, StatusEntry } from "../payload.ts";
import { type Status, sourceOf } from "../table.ts";

/** Most components kept of one attribute, and of one alarm: 16 lines of 64 gears. */
const MOST_COMPONENTS = 1024;

/** The last known values of one channel of a node's status. */
export interface RemoteStatus {
  /** Attributes by name; of a component map all components heard of. What comes later is written into it: copy what is kept. */
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

/** What an entry says of one of the components that it names. */
const ofOne = (entry: AlarmEntry, component: string): AlarmEntry =>
  component === (entry.component ?? "") ? entry : { ...entry, component };

/** A Remote that takes messages. */
export class RemoteCache implements Remote {
  readonly node: string;
  presence: Presence | null = null;
  draft: string | null = null;
  version: string | null = null;
  readonly channels = new Map<string, ChannelState>();
  readonly statuses = new Map<string, RemoteStatus>();
  readonly alarms = new Map<string, Map<string, AlarmEntry>>();

  /** How many components are kept of the attributes whose maps are ours to write into; by key, then attribute. */
  readonly #sizes = new Map<string, Map<string, number>>();
  /** Components that came and were too many. */
  crowded = 0;

  constructor(node: string) {
    this.node = node;
  }

  /** Takes one entry. A complete one replaces what was known; another one adds to it, component by component. */
  takeStatus(key: string, status: Status, entry: StatusEntry, complete: boolean): void {
    const before = this.statuses.get(key);
    const gap = before && entry.seq > before.seq + 1 ? entry.seq - before.seq - 1 : 0;
    let values: Readonly<Record<string, unknown>>;
    if (complete || !before) {
      values = { ...entry.values };
      this.#sizes.delete(key);
    } else {
      values = before.values;
      this.#add(key, status, values as Record<string, unknown>, entry.values);
    }
    this.statuses.set(key, { values, ts: entry.ts, seq: entry.seq, missed: (before?.missed ?? 0) + gap });
  }

  /** The channel was stopped, and what was known of it is over. */
  dropStatus(key: string): void {
    this.statuses.delete(key);
    this.#sizes.delete(key);
  }

  takeAlarms(code: string, payload: AlarmPayload): void {
    const known = payload.full ? new Map<string, AlarmEntry>() : (this.alarms.get(code) ?? new Map());
    for (const entry of payload.entries) {
      for (const component of namedBy(entry.component ?? "", MOST_COMPONENTS)) {
        if (!entry.active) known.delete(component);
        else if (known.has(component) || known.size < MOST_COMPONENTS) known.set(component, ofOne(entry, component));
        else this.crowded++;
      }
    }
    this.alarms.set(code, known);
  }

  #add(key: string, status: Status, values: Record<string, unknown>, news: Readonly<Record<string, unknown>>): void {
    let sizes = this.#sizes.get(key);
    if (!sizes) {
      sizes = new Map();
      this.#sizes.set(key, sizes);
    }
    for (const [name, value] of Object.entries(news)) {
      if (!sourceOf(status, name)?.attribute.each) {
        values[name] = value;
        continue;
      }
      let map = values[name] as Record<string, unknown>;
      let size = sizes.get(name);
      if (size === undefined) {
        // The one at hand belongs to a message, and its receiver may have kept it.
        map = { ...map };
        values[name] = map;
        size = Object.keys(map).length;
      }
      for (const [component, one] of Object.entries(value as object)) {
        if (!Object.hasOwn(map, component) && ++size > MOST_COMPONENTS) {
          size--;
          this.crowded++;
        } else map[component] = one;
      }
      sizes.set(name, size);
    }
  }
}
