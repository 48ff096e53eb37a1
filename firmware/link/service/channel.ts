import type { Instant } from "../../../controllers/units.ts";
import { type ChannelSpec, channelAttributes, type Status, sourceOf } from "../table.ts";
import { Picture, type Values } from "./picture.ts";
import { Windows } from "./windows.ts";

/** One entry of a status message, before it has a number. */
export interface ChannelEvent {
  /** When it happened, ms since 1970 UTC; of a window, its end. */
  readonly at: number;
  readonly values: Values;
  /** It holds every value: a message that ends with it is retained. RSMP 4 draft, "Status", retention rules. */
  readonly complete: boolean;
  /** It is a periodic update, or the first after a start: not a change. */
  readonly periodic: boolean;
}

/** Most entries of a message that gathers. */
const MOST_GATHERED = 64;

/**
 * One channel of one status: takes every value as it becomes known and says what to publish and when. No I/O and no timer:
 * whoever owns it asks `due(now)` after each change and at `wakeAt`. Time is whatever the owner says it is, and may jump.
 *
 * - A complete update comes first after a start, at each multiple of the periodic interval, and after `refresh`.
 * - An event update carries the changed send-on-change attributes (of a component map: the changed components) and
 *   every send-along attribute (of a component map: those components); changes within `minInterval` make one event.
 *   With `most`, many components make several entries, none of them complete.
 * - A channel of aggregates says what each window came to when it is over, and nothing else; see `Windows`.
 * - With `batch`, entries gather and go out as one message.
 *
 * Nothing is published before every send-on-change attribute without components has a value: a complete data set could
 * not be told from a partial one. A table that a channel cannot follow is a TypeError.
 */
export class Channel {
  readonly #status: Status;
  readonly #spec: ChannelSpec;
  readonly #picture: Picture | null;
  readonly #windows: Windows | null;
  readonly #most: number;
  #running: boolean;
  #timeout: number | null = null;
  #expiresAt: number | null = null;
  #complete = true;
  #changedAt = 0;
  /** The multiple of `event.every` at which the change that waits may go. */
  #slot = 0;
  #lastEvent: number | null = null;
  #nextPeriodic: number | null = null;
  /** Entries in the order in which they happened, not yet handed out. */
  #ready: ChannelEvent[] = [];
  #flushAt = 0;

  constructor(status: Status, spec: ChannelSpec) {
    const names = channelAttributes(status, spec);
    for (const name of names)
      if (!sourceOf(status, name))
        throw new TypeError(`attribute ${name}: allowed ${Object.keys(status.attributes).join(", ")} and aggregates`);
    this.#status = status;
    this.#spec = spec;
    this.#most = spec.most ?? Number.POSITIVE_INFINITY;
    const aggregates = names.some((name) => sourceOf(status, name)?.aggregate);
    this.#windows = aggregates ? new Windows(status, names, spec.periodic, spec.minInterval, this.#most) : null;
    this.#picture = aggregates ? null : new Picture(status, names);
    this.#running = spec.start === "running";
  }

  get running(): boolean {
    return this.#running;
  }

  /**
   * Starts the channel, or renews the time-out of one that runs; the longest asked for counts. Without `timeoutMs` it is the
   * channel's own, where it has one. A complete update is due at once, or the next whole window. True where a run begins.
   */
  start(now: Instant, timeoutMs: number | undefined = this.#spec.prune): boolean {
    const begins = !this.#running;
    if (begins || this.#expiresAt !== null) {
      const before = begins || this.#expiresAt === null ? 0 : this.#expiresAt;
      this.#expiresAt = timeoutMs === undefined ? null : Math.max(before, now + timeoutMs);
      this.#timeout = this.#expiresAt === null ? null : this.#expiresAt - now;
    }
    if (begins) {
      this.#running = true;
      this.#windows?.restart(now);
    }
    this.refresh();
    return begins;
  }

  stop(): void {
    this.#running = false;
    this.#ready = [];
    this.#lastEvent = null;
    this.#nextPeriodic = null;
  }

  /** Whether its time-out is over: then it has just stopped by itself. */
  expired(now: Instant): boolean {
    if (!this.#running || this.#expiresAt === null || this.#timeout === null) return false;
    // A clock that was set back must not keep it running until the old time comes again.
    if (this.#expiresAt - now > this.#timeout) this.#expiresAt = now + this.#timeout;
    if (now < this.#expiresAt) return false;
    this.stop();
    return true;
  }

  /** Makes a complete update due at once: for a new connection, or after messages were lost. Windows are not told again. */
  refresh(): void {
    this.#complete = true;
  }

  /** Takes values that the status's table allows; a component map brings only the components it names. */
  update(values: Values, at: Instant): void {
    for (const name of Object.keys(values))
      if (!Object.hasOwn(this.#status.attributes, name))
        throw new TypeError(`attribute ${name}: allowed ${Object.keys(this.#status.attributes).join(", ")}`);
    this.#windows?.update(values, at);
    if (!this.#picture) return;
    const waited = this.#picture.changed;
    if (!this.#picture.update(values)) return;
    this.#changedAt = at;
    if (!waited) this.#slot = this.#slotAfter(at);
  }

  /** The entries of the one message to publish now; ask again until there are none. What is answered counts as published. */
  due(now: Instant): readonly ChannelEvent[] {
    if (!this.#running) return [];
    const { batch } = this.#spec;
    if (batch === undefined) {
      // While parts of an event wait for room, changes gather behind them.
      if (this.#ready.length === 0) this.#gather(now);
      return this.#ready.splice(0, 1);
    }
    if (this.#flushAt - now > batch) this.#flushAt = now;
    const [waited, urgent] = [this.#ready.length, this.#complete];
    this.#gather(now);
    if (this.#ready.length === 0) return [];
    if (waited === 0) this.#flushAt = urgent ? now : now + batch;
    else if (urgent && this.#ready.length > waited) this.#flushAt = now;
    if (now < this.#flushAt && this.#ready.length < MOST_GATHERED) return [];
    return this.#ready.splice(0, MOST_GATHERED);
  }

  /** When to ask `expired` and `due` again if nothing changes before; null while there is nothing to wait for. */
  get wakeAt(): number | null {
    if (!this.#running) return null;
    const times = [this.#expiresAt, this.#gatherAt()];
    if (this.#ready.length > 0) times.push(this.#spec.batch === undefined ? 0 : this.#flushAt);
    return times.reduce((a, b) => (a === null ? b : b === null ? a : Math.min(a, b)), null);
  }

  #gatherAt(): number | null {
    if (this.#windows) return this.#windows.wakeAt;
    if (!this.#picture?.known) return null;
    if (this.#complete || this.#nextPeriodic === null) return 0;
    return Math.min(this.#nextPeriodic, this.#eventAt ?? this.#nextPeriodic);
  }

  /** When the change that waits may be told; null where none waits. */
  get #eventAt(): number | null {
    const { event = "change", minInterval } = this.#spec;
    if (event === "none" || !this.#picture?.changed) return null;
    const allowed = this.#lastEvent === null ? 0 : this.#lastEvent + minInterval;
    return event === "change" ? allowed : Math.max(allowed, this.#slot);
  }

  #slotAfter(at: number): number {
    const { event } = this.#spec;
    return typeof event === "object" ? (Math.floor(at / event.every) + 1) * event.every : 0;
  }

  #gather(now: Instant): void {
    if (this.#windows) return this.#gatherWindow(this.#windows, now);
    const picture = this.#picture;
    if (!picture?.known) return;
    const { periodic, event } = this.#spec;
    // A clock that was set back must not silence the channel until the old time comes again.
    if (this.#nextPeriodic !== null && this.#nextPeriodic - now > periodic) this.#nextPeriodic = now;
    if (this.#lastEvent !== null && this.#lastEvent > now) this.#lastEvent = null;
    if (this.#slot > this.#slotAfter(now)) this.#slot = this.#slotAfter(now);
    if (this.#complete || this.#nextPeriodic === null || now >= this.#nextPeriodic) {
      this.#complete = false;
      this.#nextPeriodic = (Math.floor(now / periodic) + 1) * periodic;
      this.#ready.push({ at: now, values: picture.takeAll(), complete: true, periodic: true });
      return;
    }
    const eventAt = this.#eventAt;
    if (eventAt === null || now < eventAt) return;
    this.#lastEvent = now;
    const at = typeof event === "object" ? now : Math.min(this.#changedAt, now);
    for (const part of picture.takeChanged(this.#most)) this.#ready.push({ at, ...part, periodic: false });
  }

  #gatherWindow(windows: Windows, now: Instant): void {
    this.#complete = false;
    const closed = windows.take(now);
    if (!closed) return;
    for (const part of closed.parts) this.#ready.push({ at: closed.at, ...part, periodic: true });
  }
}
