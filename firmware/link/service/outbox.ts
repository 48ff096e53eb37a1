import type { Journal, JournalRecord, NewRecord } from "../../hal/journal.ts";
import type { Ack } from "../wire/connection.ts";
import type { Outgoing } from "./publisher.ts";
import { together } from "./records.ts";

/** MQTT 5, 2.4: payload format invalid. */
const UNREADABLE = 0x99;
/** Records looked at in one go. */
const PAGE = 64;

/** What delivery says about records that the broker has, or will never take. */
export interface Receipts {
  /** Takes the fate of records that were handed over; tells whoever must know of those that were refused. */
  settle(records: readonly JournalRecord[], ack: Ack): void;
}

export interface OutboxOptions {
  readonly journal: Journal;
  readonly stream: string;
  readonly receipts: Receipts;
  /** Most messages in flight. */
  readonly window: number;
  /** Most bytes of entries in one message; 0: each record is a message of its own. */
  readonly bytes: number;
  /** null where the records cannot be read any more: they are quarantined. */
  readonly message: (records: readonly JournalRecord[]) => Pick<Outgoing, "topic" | "payload" | "delivery"> | null;
  /** There is something to hand over. */
  readonly onReady: () => void;
}

/**
 * Brings every record of one stream to the broker on one topic a record, in the order in which they happened: first what an
 * earlier session left, then what comes. The journal holds what waits; here is only how far this session has come.
 */
export class Outbox {
  readonly #options: OutboxOptions;
  /** How many are being recorded. */
  #unwritten = 0;
  #cursor = 0;
  #more = true;
  #inFlight = 0;
  #session = 0;

  constructor(options: OutboxOptions) {
    this.#options = options;
  }

  /** Everything that happened has been handed over in this session. */
  get drained(): boolean {
    return !this.#more && this.#unwritten === 0;
  }

  /** Takes down what happened; it is handed over once it is recorded. Returns the number it is about to get. */
  append(record: Omit<NewRecord, "stream">): number {
    const { journal, stream, onReady } = this.#options;
    this.#unwritten++;
    const written = () => {
      this.#unwritten--;
      this.#more = true;
      onReady();
    };
    journal.append({ ...record, stream }).then(written, written);
    return Math.max(0, journal.position(stream).seq - 1);
  }

  /** A new session: from the first record that the broker has not acknowledged. */
  begin(): void {
    this.#session++;
    this.#cursor = 0;
    this.#inFlight = 0;
    this.#more = true;
  }

  /** The next message, or null where nothing waits, or too much is in flight. */
  next(): Outgoing | null {
    const { journal, stream, window, bytes, message, receipts, onReady } = this.#options;
    if (!this.#more || this.#inFlight >= window) return null;
    const records = together(journal.pending(stream, this.#cursor, PAGE), bytes);
    const last = records.at(-1);
    if (!last) {
      this.#more = false;
      return null;
    }
    this.#cursor = last.id;
    const made = message(records);
    if (!made) {
      receipts.settle(records, { kind: "refused", reason: UNREADABLE });
      return this.next();
    }
    this.#inFlight++;
    const session = this.#session;
    const done = (ack: Ack) => {
      receipts.settle(records, ack);
      if (session !== this.#session) return;
      this.#inFlight--;
      if (this.#more) onReady();
    };
    return { ...made, done };
  }
}
