import type { Instant } from "../../controllers/units.ts";
import { iso, type StatusPayload } from "./payload.ts";
import type { ChannelSpec, Status } from "./table.ts";

/** A status message to publish. Only complete data sets are retained. RSMP 4 draft, "Status", retention rules. */
export interface StatusUpdate {
  readonly payload: StatusPayload;
  readonly retain: boolean;
}

type Values = Readonly<Record<string, unknown>>;

/**
 * One channel of one status: takes every value as it becomes known and says what to publish and when. No I/O and no timer:
 * whoever owns it asks `due(now)` after each change and at `wakeAt`. Time is whatever the owner says it is, and may jump.
 *
 * - A complete update (every attribute, retained) comes first after a start, at each multiple of the periodic interval,
 *   and after `refresh`.
 * - An event update carries the changed send-on-change attributes (of a component map: the changed components) and
 *   every send-along attribute (of a component map: those components); changes within `minInterval` make one event.
 * - `seq` counts events from 0 at every start.
 *
 * Nothing is published before every send-on-change attribute without components has a value: a complete data set could
 * not be told from a partial one.
 */
export class Channel {
  readonly #status: Status;
  readonly #spec: ChannelSpec;
  readonly #whole = new Map<string, unknown>();
  readonly #each = new Map<string, Map<string, unknown>>();
  /** What the next event update must carry: attribute, and its components where it has some. */
  readonly #changed = new Map<string, Set<string>>();
  #changedAt = 0;
  #running: boolean;
  #known = false;
  #complete = true;
  #seq = 0;
  #lastEvent: number | null = null;
  #nextPeriodic: number | null = null;

  constructor(status: Status, spec: ChannelSpec) {
    this.#status = status;
    this.#spec = spec;
    this.#running = spec.start === "running";
    for (const [name, attribute] of Object.entries(status.attributes)) {
      if (attribute.each) this.#each.set(name, new Map());
    }
  }

  get running(): boolean {
    return this.#running;
  }

  /** Starts or restarts the channel: `seq` is 0 again and a complete update is due. */
  start(): void {
    this.#running = true;
    this.#seq = 0;
    this.#lastEvent = null;
    this.refresh();
  }

  stop(): void {
    this.#running = false;
  }

  /** Makes a complete update due at once: for a new connection, or after messages were lost. */
  refresh(): void {
    this.#complete = true;
  }

  /** Takes values that the status's table allows; a component map brings only the components it names. */
  update(values: Values, at: Instant): void {
    this.#known = true;
    for (const [name, value] of Object.entries(values)) {
      const attribute = this.#status.attributes[name];
      if (!attribute)
        throw new TypeError(`attribute ${name}: allowed ${Object.keys(this.#status.attributes).join(", ")}`);
      const known = this.#each.get(name);
      const news: string[] = [];
      if (known) {
        for (const [component, inner] of Object.entries(value as Values)) {
          if (known.has(component) && same(known.get(component), inner)) continue;
          known.set(component, inner);
          news.push(component);
        }
        if (news.length === 0) continue;
      } else {
        if (this.#whole.has(name) && same(this.#whole.get(name), value)) continue;
        this.#whole.set(name, value);
      }
      if (attribute.send === "along") continue;
      this.#changedAt = at;
      const changed = this.#changed.get(name) ?? new Set();
      for (const component of news) changed.add(component);
      this.#changed.set(name, changed);
    }
  }

  /** What to publish now, or null. Each call's answer counts as published. */
  due(now: Instant): StatusUpdate | null {
    if (!this.#ready) return null;
    // A clock that was set back must not silence the channel until the old time comes again.
    if (this.#nextPeriodic !== null && this.#nextPeriodic - now > this.#spec.periodic) this.#nextPeriodic = now;
    if (this.#lastEvent !== null && this.#lastEvent > now) this.#lastEvent = null;
    if (this.#complete || this.#nextPeriodic === null || now >= this.#nextPeriodic) {
      this.#complete = false;
      this.#nextPeriodic = (Math.floor(now / this.#spec.periodic) + 1) * this.#spec.periodic;
      this.#changed.clear();
      return { payload: this.#entry(now, this.#all()), retain: true };
    }
    if (this.#changed.size === 0 || now < this.#eventAllowed) return null;
    this.#lastEvent = now;
    const retain = this.#coversAll();
    const values = retain ? this.#all() : this.#delta();
    this.#changed.clear();
    return { payload: this.#entry(Math.min(this.#changedAt, now), values), retain };
  }

  /** When to ask `due` again if nothing changes before; null while there is nothing to wait for. */
  get wakeAt(): number | null {
    if (!this.#ready) return null;
    if (this.#complete || this.#nextPeriodic === null) return 0;
    return this.#changed.size > 0 ? Math.min(this.#nextPeriodic, this.#eventAllowed) : this.#nextPeriodic;
  }

  get #eventAllowed(): number {
    return this.#lastEvent === null ? 0 : this.#lastEvent + this.#spec.minInterval;
  }

  get #ready(): boolean {
    if (!this.#running || !this.#known) return false;
    return Object.entries(this.#status.attributes).every(
      ([name, attribute]) => attribute.each || attribute.send === "along" || this.#whole.has(name),
    );
  }

  #entry(at: number, values: Values): StatusPayload {
    return { entries: [{ ts: iso(at), values, seq: this.#seq++ }] };
  }

  #all(): Values {
    const values: Record<string, unknown> = {};
    for (const name of Object.keys(this.#status.attributes)) {
      const map = this.#each.get(name);
      if (map) values[name] = Object.fromEntries(map);
      else if (this.#whole.has(name)) values[name] = this.#whole.get(name);
    }
    return values;
  }

  #delta(): Values {
    const components = new Set<string>();
    for (const changed of this.#changed.values()) for (const component of changed) components.add(component);
    const values: Record<string, unknown> = {};
    for (const [name, attribute] of Object.entries(this.#status.attributes)) {
      const wanted = attribute.send === "along" ? components : this.#changed.get(name);
      if (wanted === undefined) continue;
      const map = this.#each.get(name);
      if (!map) {
        if (this.#whole.has(name)) values[name] = this.#whole.get(name);
        continue;
      }
      const part = [...wanted]
        .filter((component) => map.has(component))
        .map((component) => [component, map.get(component)]);
      if (part.length > 0) values[name] = Object.fromEntries(part);
    }
    return values;
  }

  /** Whether an event update would hold every value of every send-on-change attribute. */
  #coversAll(): boolean {
    return Object.entries(this.#status.attributes).every(([name, attribute]) => {
      if (attribute.send === "along") return true;
      const changed = this.#changed.get(name);
      const map = this.#each.get(name);
      return map ? map.size === (changed?.size ?? 0) : changed !== undefined;
    });
  }
}

/** Equality of JSON data. */
export function same(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  return keys.every((key) => Object.hasOwn(b, key) && same((a as Values)[key], (b as Values)[key]));
}
