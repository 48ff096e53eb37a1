import type { Journal, JournalRecord, NewRecord } from "../../hal/journal.ts";
import type { Ack } from "../wire/connection.ts";
import type { Outgoing } from "./publisher.ts";
import { isUnreadable, type Position, together } from "./records.ts";

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
  /** The journal could not be read: what it holds is asked for again once it can be. */
  #isBlind = false;

  constructor(options: OutboxOptions) {
    this.#options = options;
  }

  /** Everything that happened has been handed over in this session. */
  get drained(): boolean {
    return !this.#more && this.#unwritten === 0;
  }

  /** Takes down what happened; it is handed over once it is recorded. Returns its place, which may still change until then. */
  append(record: Omit<NewRecord, "stream">): Position {
    const { journal, stream, onReady } = this.#options;
    this.#unwritten++;
    const appended = journal.append({ ...record, stream });
    const { run, seq } = journal.position(stream);
    const place = { run, seq: Math.max(0, seq - 1) };
    const written = (final: Position) => {
      // A disk that failed meanwhile gave it a number that is safe.
      Object.assign(place, { run: final.run, seq: final.seq });
      this.#unwritten--;
      this.#more = true;
      onReady();
    };
    appended.then(written, () => written(place));
    return place;
  }

  /** A new session: from the first record that the broker has not acknowledged. */
  begin(): void {
    this.#session++;
    this.#cursor = 0;
    this.#inFlight = 0;
    this.#isBlind = false;
    this.#more = true;
  }

  /** The next message, or null where nothing waits, or too much is in flight. */
  next(): Outgoing | null {
    this.#look();
    const { window, bytes, message, receipts, onReady } = this.#options;
    for (let page: readonly JournalRecord[] = []; this.#more && this.#inFlight < window; ) {
      if (page.length === 0) page = this.#page();
      const records = together(page, bytes);
      page = page.slice(records.length);
      const last = records.at(-1);
      if (!last) {
        this.#more = false;
        return null;
      }
      this.#cursor = last.id;
      const made = message(records);
      if (!made) {
        receipts.settle(records, { kind: "refused", reason: UNREADABLE });
        continue;
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
    return null;
  }

  #page(): readonly JournalRecord[] {
    const { journal, stream } = this.#options;
    const page = journal.pending(stream, this.#cursor, PAGE);
    this.#isBlind ||= isUnreadable(journal);
    return page;
  }

  /** What lay on a disk that can be read again may have ids before those that were told meanwhile. */
  #look(): void {
    if (!this.#isBlind || isUnreadable(this.#options.journal)) return;
    this.#isBlind = false;
    this.#cursor = 0;
    this.#more = true;
  }
}
