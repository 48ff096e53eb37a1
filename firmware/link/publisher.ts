import { milliseconds, seconds } from "../../controllers/units.ts";
import type { Clock } from "../hal/clock.ts";
import type { Log } from "../hal/log.ts";
import { encode } from "./cbor.ts";
import type { Connection, Delivery } from "./connection.ts";

/** Longest nap: a wall clock that was set is noticed within it. */
const LONGEST_NAP = seconds(60);
/** Wait before asking a clock again that failed. */
const CLOCK_LOST = seconds(1);
/** Letters that wait for room; past this the oldest go. */
const MOST_LETTERS = 128;

/** A message as its source makes it. */
export interface Outgoing {
  readonly topic: string;
  readonly payload: unknown;
  readonly delivery: Delivery;
}

/** What takes values and says what to publish and when: a channel, or the alarms of a code. */
export interface Source {
  /** The next message due now, or null; it counts as published. */
  next(): Outgoing | null;
  /** When to ask again if nothing changes before (ms since 1970 UTC); null for no time. */
  wakeAt(): number | null;
  /** Makes a complete message due. */
  refresh(): void;
}

export interface PublisherOptions {
  readonly sources: readonly Source[];
  readonly connection: () => Connection;
  readonly clock: Clock;
  readonly wallClock: Clock;
  readonly log: Log;
}

/**
 * Brings what sources say to the broker, at its time and as fast as the broker takes it. With a session that is full it
 * asks nobody, so changes gather in their sources; without a session messages are counted and dropped, and the next
 * session begins with complete ones. Letters (results, channel states) go first; they wait, within limits, for room.
 */
export class Publisher {
  readonly #options: PublisherOptions;
  #letters: Outgoing[] = [];
  #soon = false;
  #ended = false;
  #nap = new AbortController();
  #napUntil = Number.POSITIVE_INFINITY;
  published = 0;
  dropped = 0;

  constructor(options: PublisherOptions) {
    this.#options = options;
  }

  /** Sends one message as soon as there is room. Without a session it is dropped. */
  post(letter: Outgoing): void {
    this.#letters.push(letter);
    if (this.#letters.length > MOST_LETTERS) {
      this.#letters.shift();
      this.dropped++;
    }
    this.flush();
  }

  /** A new session: these letters first, then a complete message of every source. */
  begin(letters: readonly Outgoing[]): void {
    this.#letters = [...letters];
    for (const source of this.#options.sources) source.refresh();
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

  /** Publishes what is due, while there is room. */
  flush(): void {
    if (this.#ended) return;
    const connection = this.#options.connection();
    while (this.#letters.length > 0 && this.#canSend(connection)) this.#send(this.#letters.shift() as Outgoing);
    for (const source of this.#options.sources) {
      while (this.#canSend(connection)) {
        const message = source.next();
        if (!message) break;
        this.#send(message);
      }
    }
    if (this.#wakeAt() < this.#napUntil) this.#nap.abort();
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

  /**
   * Whether a message has somewhere to go: to the broker, or, between sessions, away (`seq` shows the gap). Before the
   * first session there is nobody who could miss anything.
   */
  #canSend(connection: Connection): boolean {
    return connection.connected ? connection.hasRoom() : connection.sessions > 0;
  }

  #wakeAt(): number {
    // A session that is full, or the first, wakes us when it has room.
    if (!this.#canSend(this.#options.connection())) return Number.POSITIVE_INFINITY;
    let earliest = Number.POSITIVE_INFINITY;
    for (const source of this.#options.sources) earliest = Math.min(earliest, source.wakeAt() ?? earliest);
    return earliest;
  }

  #send(message: Outgoing): void {
    const connection = this.#options.connection();
    if (!connection.connected) {
      this.dropped++;
      return;
    }
    let bytes: Uint8Array;
    try {
      bytes = message.payload === undefined ? new Uint8Array() : encode(message.payload);
    } catch (error) {
      // Too large: refused here, rather than by a broker that cuts the connection for it.
      this.#options.log.error({ topic: message.topic, err: error }, "payload refused");
      this.dropped++;
      return;
    }
    if (connection.publish(message.topic, bytes, message.delivery)) this.published++;
    else this.dropped++;
  }
}
