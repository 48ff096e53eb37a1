import type { Journal, JournalRecord } from "../../hal/journal.ts";
import type { ReplayPayload } from "../payload.ts";
import type { Ack } from "../wire/connection.ts";
import type { Receipts } from "./outbox.ts";
import type { Outgoing } from "./publisher.ts";
import { isUnreadable, marksOf, pastEntries, together } from "./records.ts";

/** Most bytes of entries in one message: a live one waits behind it for 50 ms at 64 kbit/s. A larger entry goes alone. */
export const REPLAY_BYTES = 360;
const PAGE = 32;

/** A channel whose missed entries are replayed. */
export interface Replayed {
  readonly stream: string;
  /** `<node>/replay/<code>[/<channel>]`. */
  readonly topic: string;
  /** Whether live delivery cares for a record. */
  readonly cares: (record: JournalRecord) => boolean;
}

/** How far the replay of one channel has come in this session. */
interface Progress extends Replayed {
  cursor: number;
  done: boolean;
  /** Part of it may lie on a disk that could not be read: it is not done before that can be told. */
  isBlind: boolean;
}

/**
 * What a session replays, channel by channel, oldest entry first: what the broker has not acknowledged, and live delivery does
 * not care for. Interrupted, it goes on with the next session where it stopped. RSMP 4 draft, "Replay".
 */
export class Replay {
  readonly #journal: Journal;
  readonly #receipts: Receipts;
  readonly #channels: readonly Progress[];
  /** Entries whose replay the broker has acknowledged, since the node began. */
  replayed = 0;

  constructor(journal: Journal, receipts: Receipts, channels: readonly Replayed[]) {
    this.#journal = journal;
    this.#receipts = receipts;
    this.#channels = channels.map((channel) => ({ ...channel, cursor: 0, done: true, isBlind: false }));
  }

  /** A new session: every channel has something to say, if only that it is done. */
  begin(): void {
    for (const channel of this.#channels) {
      channel.cursor = 0;
      channel.done = false;
    }
  }

  /** Live delivery left records of a channel behind in this session. */
  left(stream: string): void {
    for (const channel of this.#channels) {
      if (channel.stream !== stream || !channel.done) continue;
      channel.cursor = 0;
      channel.done = false;
    }
  }

  /** The next message, or null where there is none: all channels are done, or cannot be read. Only one may be on its way at a time. */
  next(): Outgoing | null {
    for (const channel of this.#channels) {
      const message = channel.done ? null : this.#message(channel);
      if (message) return message;
    }
    return null;
  }

  #message(channel: Progress): Outgoing | null {
    const { stream, topic } = channel;
    if (channel.isBlind && !isUnreadable(this.#journal)) {
      // What lay on the disk may have ids before those that were told meanwhile.
      channel.isBlind = false;
      channel.cursor = 0;
    }
    const waiting = this.#waiting(channel);
    channel.isBlind ||= isUnreadable(this.#journal);
    const records = together(waiting, REPLAY_BYTES);
    const [first] = records;
    const last = records.at(-1);
    if (!last && channel.isBlind) return null;
    if (last) channel.cursor = last.id;
    channel.done = records.length === waiting.length && !channel.isBlind;
    const payload: ReplayPayload = {
      entries: pastEntries(this.#journal, records),
      ...(channel.done && { done: true }),
      ...(first && first.id === this.#journal.ends(stream)?.oldest && { beginning: true }),
    };
    const done = (ack: Ack) => {
      this.#receipts.settle(records, ack);
      if (ack.kind === "acknowledged") this.replayed += records.length;
      // Not handed over, though the session goes on: once more from where the broker has it.
      if (ack.kind === "lost") {
        channel.cursor = 0;
        channel.done = false;
      }
    };
    const marks = first ? marksOf(first.run, first.dated) : {};
    return { topic, payload, delivery: { qos: 1, retain: false, ...marks }, done };
  }

  /** Records to be replayed next: more than one message of them, where there are so many. */
  #waiting({ stream, cursor, cares }: Progress): readonly JournalRecord[] {
    const found: JournalRecord[] = [];
    for (let after = cursor; found.length < PAGE; ) {
      const page = this.#journal.pending(stream, after, PAGE);
      found.push(...page.filter((record) => !cares(record)));
      const last = page.at(-1);
      if (!last || page.length < PAGE) break;
      after = last.id;
    }
    return found;
  }
}
