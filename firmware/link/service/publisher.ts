import { milliseconds, seconds } from "../../../controllers/units.ts";
import type { Clock } from "../../hal/clock.ts";
import type { Log } from "../../hal/log.ts";
import { encode } from "../wire/cbor.ts";
import type { Ack, Connection, Delivery } from "../wire/connection.ts";
import { type LinkQuality, QualityMeter } from "../wire/quality.ts";

/** Longest nap: a wall clock that was set is noticed within it. */
const LONGEST_NAP = seconds(60);
/** Wait before asking a clock again that failed. */
const CLOCK_LOST = seconds(1);
/** Letters that wait for room; past this the oldest go. */
const MOST_LETTERS = 128;
/** MQTT 5, 2.4: packet too large. */
const TOO_LARGE = 0x95;

/** A message as its source makes it. */
export interface Outgoing {
  readonly topic: string;
  /** Left out for an empty payload, which clears what the broker keeps. */
  readonly payload: unknown;
  readonly delivery: Delivery;
  /** Told once what became of it, where it was handed over. */
  readonly done?: (ack: Ack) => void;
}

/** What takes values and says what to publish and when: a channel, the alarms of a code, the results. */
export interface Source {
  /** Takes what is due down in the journal, or in hand otherwise; asked whether there is a session or not. */
  record?(): void;
  /** Between sessions it waits for the next; else it is asked then too, and its messages are dropped. */
  readonly waits?: true;
  /** The next message to hand over now, or null; it counts as handed over. */
  next(): Outgoing | null;
  /** When to ask again if nothing changes before (ms since 1970 UTC); null for no time. */
  wakeAt(): number | null;
  /**
   * A new session: what was handed over before and not acknowledged is not on its way, and a complete message is due. Where the
   * session goes on with what the broker kept of the one before, what it keeps need not be said again.
   */
  begin(goesOn: boolean): void;
}

export interface PublisherOptions {
  readonly sources: readonly Source[];
  readonly connection: () => Connection;
  readonly clock: Clock;
  readonly wallClock: Clock;
  readonly log: Log;
  /** Everything due has been handed over, and there is room for more. */
  readonly onIdle: () => void;
}

/**
 * Brings what sources say to the broker, at its time and as fast as the broker takes it. With a session that is full it
 * asks nobody, so changes gather in their sources; what must not be lost is taken down by its source whatever the session.
 * Letters (presence, channel states) go first; they wait, within limits, for room.
 */
export class Publisher {
  readonly #options: PublisherOptions;
  readonly #meter: QualityMeter;
  #letters: Outgoing[] = [];
  #soon = false;
  #ended = false;
  #nap = new AbortController();
  #napUntil = Number.POSITIVE_INFINITY;
  published = 0;
  dropped = 0;

  constructor(options: PublisherOptions) {
    this.#options = options;
    this.#meter = new QualityMeter(options.wallClock);
  }

  /** How good the way to the broker is, by the messages that went. */
  get quality(): LinkQuality {
    return this.#meter.quality;
  }

  /** No letter waits, nor anything that was said and not yet looked at. */
  get idle(): boolean {
    return this.#letters.length === 0 && !this.#soon;
  }

  /** Sends one message as soon as there is room. Without a session it is dropped. */
  post(letter: Outgoing): void {
    this.#letters.push(letter);
    if (this.#letters.length > MOST_LETTERS) {
      this.#letters.shift()?.done?.({ kind: "lost" });
      this.dropped++;
    }
    this.flushSoon();
  }

  /** A new session: these letters first, then a complete message of every source, or of those of which the broker keeps none. */
  begin(letters: readonly Outgoing[], goesOn: boolean): void {
    this.#letters = [...letters];
    for (const source of this.#options.sources) source.begin(goesOn);
    this.flush();
  }

  /** Flushes once all that is under way now has been said: what one pass of the controllers brings is one event. */
  flushSoon(): void {
    if (this.#soon) return;
    this.#soon = true;
    queueMicrotask(() => {
      this.#soon = false;
      this.flush();
    });
  }

  /** Takes down and publishes what is due, while there is room. */
  flush(): void {
    if (this.#ended) return;
    const { sources, onIdle } = this.#options;
    const connection = this.#options.connection();
    for (const source of sources) source.record?.();
    while (this.#letters.length > 0 && this.#canSend(connection)) this.send(this.#letters.shift() as Outgoing);
    for (const source of sources) {
      while (this.#mayAsk(source, connection)) {
        const message = source.next();
        if (!message) break;
        this.send(message);
      }
    }
    if (this.#wakeAt() < this.#napUntil) this.#nap.abort();
    if (connection.connected && connection.hasRoom()) onIdle();
  }

  /** Asks the sources when their time comes, until `end`. */
  async run(): Promise<void> {
    const { clock, wallClock, log } = this.#options;
    while (!this.#ended) {
      const nap = new AbortController();
      this.#nap = nap;
      const now = clock.now();
      this.#napUntil = Math.min(this.#wakeAt(), now + LONGEST_NAP);
      try {
        await clock.sleep(milliseconds(Math.max(1, this.#napUntil - now)), "link channels", nap.signal);
      } catch (error) {
        if (!nap.signal.aborted) {
          log.warn({ err: error }, "the clock failed");
          await wallClock.sleep(CLOCK_LOST, "link clock", nap.signal).catch(() => {});
        }
      }
      this.#napUntil = Number.POSITIVE_INFINITY;
      this.flush();
    }
  }

  end(): void {
    this.#ended = true;
    this.#nap.abort();
  }

  /** Hands a message over at once, or drops it; the bytes of its payload. Whatever comes of it, `done` is told. */
  send(message: Outgoing): number {
    const connection = this.#options.connection();
    let bytes: Uint8Array;
    try {
      bytes = message.payload === undefined ? new Uint8Array() : encode(message.payload);
    } catch (error) {
      // Too large: refused here, rather than by a broker that cuts the connection for it.
      this.#options.log.error({ topic: message.topic, err: error }, "payload refused");
      this.dropped++;
      message.done?.({ kind: "refused", reason: TOO_LARGE });
      return 0;
    }
    const told = message.delivery.qos === 1 ? this.#meter.sent() : undefined;
    const done = (ack: Ack) => {
      told?.(ack);
      message.done?.(ack);
    };
    if (connection.connected && connection.publish(message.topic, bytes, message.delivery, done)) {
      this.published++;
    } else {
      this.dropped++;
      message.done?.({ kind: "lost" });
    }
    return bytes.length;
  }

  /**
   * Whether a message has somewhere to go: to the broker, or, between sessions, away (`seq` shows the gap). Before the
   * first session there is nobody who could miss anything.
   */
  #canSend(connection: Connection): boolean {
    return connection.connected ? connection.hasRoom() : connection.sessions > 0;
  }

  #mayAsk(source: Source, connection: Connection): boolean {
    return this.#canSend(connection) && (connection.connected || !source.waits);
  }

  #wakeAt(): number {
    const connection = this.#options.connection();
    let earliest = Number.POSITIVE_INFINITY;
    for (const source of this.#options.sources) {
      // A session that is full, or the next, wakes us when it has room; what must be taken down does not wait for it.
      if (source.record || this.#mayAsk(source, connection)) earliest = Math.min(earliest, source.wakeAt() ?? earliest);
    }
    return earliest;
  }
}
