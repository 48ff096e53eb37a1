import type { ComponentId } from "../../../controllers/model.ts";
import type { Instant } from "../../../controllers/units.ts";
import { type AlarmEntry, type AlarmPayload, iso } from "../payload.ts";
import { alarmList } from "./alarm-list.ts";

/** At most one full update in this span. ms. */
const FULL_INTERVAL = 1000;
/** One in this span even when nothing changes: the retained message, the last will and `seq` do the rest of a heartbeat's work. */
const HEARTBEAT = 6 * 3_600_000;
/** For a code that never had an alarm. */
const QUIET_HEARTBEAT = 24 * 3_600_000;
/** So long after a restart an alarm that comes again is still the acknowledged one. */
const REMEMBERED = 24 * 3_600_000;
const MOST_SUSPENDED = 256;

/** One event of an alarm, before it has a number. */
export type AlarmEvent = Pick<AlarmEntry, "component" | "active" | "values"> & { readonly at: Instant };

/** What the cockpit said about alarms of a code: kept over a restart. */
export interface AlarmMarks {
  readonly acknowledged: readonly ComponentId[];
  /** Until then, ms since 1970 UTC; a component, or null for the whole code. */
  readonly suspended: readonly { readonly component: ComponentId | null; readonly until: number }[];
}

export interface AlarmBookOptions {
  /** Takes an event, records and publishes it; returns where its number can be asked for, which is sure once it is recorded. */
  readonly tell: (event: AlarmEvent) => () => number | undefined;
  /** Keeps the marks, which have just changed. */
  readonly keep?: (marks: AlarmMarks) => void;
}

interface Standing {
  readonly since: Instant;
  readonly message: string;
  acknowledged: boolean;
  /** The number of its last event; undefined where that belongs to another run than those that come now. */
  seq: () => number | undefined;
}

/**
 * The alarms of one code: who is active now, and what the cockpit said about it. Like a channel it has no I/O and no timer. What
 * changes is told at once as an event; a full update (retained) is due within a second after, so that a new subscriber never
 * reads an old state. An alarm is acknowledged until it ends, and suspended until an instant: then it is still told, with a
 * mark. RSMP 4 draft, "Alarm"; acknowledging and suspending are hulotte's own.
 */
export class AlarmBook {
  readonly #options: AlarmBookOptions;
  readonly #active = new Map<ComponentId, Standing>();
  readonly #suspended = new Map<ComponentId | null, number>();
  /** Acknowledged before a restart, and not heard of since: when that is forgotten. */
  readonly #remembered = new Map<ComponentId, number>();
  #lastFull: number | null = null;
  #fullWanted = true;
  #everActive = false;

  constructor(options: AlarmBookOptions) {
    this.#options = options;
  }

  /** Takes the state of one component's alarm; one that says nothing new is no event. */
  record(component: ComponentId, active: boolean, message: string, at: Instant): void {
    const before = this.#active.get(component);
    if (!active) {
      const forgot = this.#remembered.delete(component);
      if (before) {
        this.#active.delete(component);
        this.#tell(component, false, { message }, at);
      }
      if (forgot || before?.acknowledged) this.#keep();
      return;
    }
    if (before?.message === message) return;
    const acknowledged = before?.acknowledged ?? (this.#remembered.get(component) ?? 0) > at;
    const standing: Standing = { since: at, message, acknowledged, seq: () => undefined };
    this.#active.set(component, standing);
    this.#remembered.delete(component);
    this.#everActive = true;
    standing.seq = this.#tell(component, true, this.#values(component, standing, at), at);
  }

  /** Somebody has seen it: one component's alarm, or every one that stands. Returns whose it was new to. */
  acknowledge(component: ComponentId | null, at: Instant): readonly ComponentId[] {
    const news = this.#standing(component).filter(([, { acknowledged }]) => !acknowledged);
    for (const [, standing] of news) standing.acknowledged = true;
    this.#repeat(news, at);
    if (news.length > 0) this.#keep();
    return news.map(([id]) => id);
  }

  /** Its alarms, also those to come, are marked until then. False where too many components are suspended already. */
  suspend(component: ComponentId | null, until: Instant, at: Instant): boolean {
    this.#prune(at);
    if (!this.#suspended.has(component) && this.#suspended.size >= MOST_SUSPENDED) return false;
    this.#suspended.set(component, until);
    this.#repeat(this.#standing(component), at);
    this.#keep();
    return true;
  }

  /** Ends what `suspend` began for the same component, or of the whole code (null) everything. */
  resume(component: ComponentId | null, at: Instant): void {
    const before = this.#suspended.size;
    if (component === null) this.#suspended.clear();
    else this.#suspended.delete(component);
    if (this.#suspended.size === before) return;
    this.#repeat(this.#standing(component), at);
    this.#keep();
  }

  /** After a restart, before the first alarm: what `keep` was given last. */
  restore(marks: AlarmMarks, now: Instant): void {
    for (const component of marks.acknowledged) this.#remembered.set(component, now + REMEMBERED);
    for (const { component, until } of marks.suspended.slice(0, MOST_SUSPENDED)) this.#suspended.set(component, until);
  }

  /** Makes a full update due at once. */
  refresh(): void {
    this.#fullWanted = true;
    this.#lastFull = null;
  }

  /** The full update to publish now, retained, or null. The events that led to it come first. */
  due(now: Instant): AlarmPayload | null {
    if (this.#lastFull !== null && this.#lastFull > now) this.#lastFull = null;
    if (now < this.wakeAt) return null;
    this.#fullWanted = false;
    this.#lastFull = now;
    this.#prune(now);
    const entries = [...this.#active].map(([component, standing]): AlarmEntry => {
      const values = this.#values(component, standing, now);
      const seq = standing.seq();
      const numbered = seq === undefined ? {} : { seq };
      return { ts: iso(standing.since), component, active: true, values, ...numbered };
    });
    return { entries: alarmList(entries), full: true };
  }

  /** When to ask `due` again if nothing changes before. */
  get wakeAt(): number {
    if (this.#lastFull === null) return 0;
    return this.#lastFull + (this.#fullWanted ? FULL_INTERVAL : this.#everActive ? HEARTBEAT : QUIET_HEARTBEAT);
  }

  #standing(component: ComponentId | null): readonly (readonly [ComponentId, Standing])[] {
    return [...this.#active].filter(([id]) => component === null || id === component);
  }

  /** The mark of an alarm changed: that is an event too. */
  #repeat(changed: readonly (readonly [ComponentId, Standing])[], at: Instant): void {
    for (const [id, standing] of changed) standing.seq = this.#tell(id, true, this.#values(id, standing, at), at);
  }

  #tell(component: ComponentId, active: boolean, values: AlarmEntry["values"], at: Instant): () => number | undefined {
    this.#fullWanted = true;
    return this.#options.tell({ component, active, values, at });
  }

  #values(component: ComponentId, { message, acknowledged }: Standing, now: Instant): AlarmEntry["values"] {
    const until = Math.max(this.#suspended.get(component) ?? 0, this.#suspended.get(null) ?? 0);
    return {
      message,
      ...(acknowledged ? { acknowledged } : {}),
      ...(until > now ? { suspended: iso(until) } : {}),
    };
  }

  #prune(now: Instant): void {
    for (const [component, until] of this.#suspended) if (until <= now) this.#suspended.delete(component);
    for (const [component, until] of this.#remembered) if (until <= now) this.#remembered.delete(component);
  }

  #keep(): void {
    const acknowledged = [...this.#active].filter(([, standing]) => standing.acknowledged).map(([id]) => id);
    this.#options.keep?.({
      acknowledged: [...acknowledged, ...this.#remembered.keys()],
      suspended: [...this.#suspended].map(([component, until]) => ({ component, until })),
    });
  }
}
