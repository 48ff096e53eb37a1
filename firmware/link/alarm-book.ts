import type { ComponentId } from "../../controllers/model.ts";
import type { Instant } from "../../controllers/units.ts";
import { type AlarmEntry, type AlarmPayload, iso } from "./payload.ts";

/** Events within this span after a message go out together; a storm of alarms is few messages. ms. */
const EVENT_INTERVAL = 200;
/** At most one full update in this span, and one in the longer span even when nothing changes. ms. */
const FULL_INTERVAL = 1000;
const HEARTBEAT = 300_000;
/** Events that wait for their message; past this the oldest go, and the full update tells where it ended. */
const MOST_WAITING = 256;

/**
 * The alarms of one code: who is active now, and what to publish about it. Like a channel it has no I/O and no timer.
 * An event update tells what changed; a full update (retained) follows a change within a second, so that a new
 * subscriber never reads an old state, and comes every five minutes besides. RSMP 4 draft, "Alarm".
 */
export class AlarmBook {
  readonly #active = new Map<ComponentId, AlarmEntry>();
  #events: AlarmEntry[] = [];
  #lastEvent: number | null = null;
  #lastFull: number | null = null;
  #fullWanted = true;

  /** Takes the state of one component's alarm; one that says nothing new is no event. */
  record(component: ComponentId, active: boolean, message: string, at: Instant): void {
    const before = this.#active.get(component);
    if (active ? before?.values.message === message : before === undefined) return;
    const entry: AlarmEntry = { ts: iso(at), component, active, values: { message } };
    if (active) this.#active.set(component, entry);
    else this.#active.delete(component);
    this.#events.push(entry);
    if (this.#events.length > MOST_WAITING) this.#events.shift();
    this.#fullWanted = true;
  }

  /** Makes a full update due at once and drops events that wait: the update holds where they led. */
  refresh(): void {
    this.#events = [];
    this.#fullWanted = true;
    this.#lastFull = null;
  }

  /** What to publish now, or null; ask again until it is null. A payload with `full` is retained. */
  due(now: Instant): AlarmPayload | null {
    if (this.#lastEvent !== null && this.#lastEvent > now) this.#lastEvent = null;
    if (this.#lastFull !== null && this.#lastFull > now) this.#lastFull = null;
    if (this.#events.length > 0 && now >= this.#eventAllowed) {
      const entries = this.#events;
      this.#events = [];
      this.#lastEvent = now;
      return { entries };
    }
    if (now < this.#fullDue) return null;
    this.#fullWanted = false;
    this.#lastFull = now;
    return { entries: [...this.#active.values()], full: true };
  }

  /** When to ask `due` again if nothing changes before. */
  get wakeAt(): number {
    return this.#events.length > 0 ? Math.min(this.#eventAllowed, this.#fullDue) : this.#fullDue;
  }

  get #eventAllowed(): number {
    return this.#lastEvent === null ? 0 : this.#lastEvent + EVENT_INTERVAL;
  }

  get #fullDue(): number {
    return this.#lastFull === null ? 0 : this.#lastFull + (this.#fullWanted ? FULL_INTERVAL : HEARTBEAT);
  }
}
