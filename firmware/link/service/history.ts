import { instant } from "../../../controllers/units.ts";
import type { Clock } from "../../hal/clock.ts";
import type { Journal, JournalRecord } from "../../hal/journal.ts";
import type { Log } from "../../hal/log.ts";
import { compile } from "../compile.ts";
import { FETCH, type FetchPayload, type HistoryPayload } from "../payload.ts";
import { parseTopic } from "../topic.ts";
import { decode } from "../wire/cbor.ts";
import type { Ack, Message } from "../wire/connection.ts";
import type { Outgoing } from "./publisher.ts";
import { isUnreadable, marksOf, pastEntries, together } from "./records.ts";
import { REPLAY_BYTES } from "./replay.ts";

/** Fetches answered side by side, of 16 supervisors as ours are; one whose fetch is not taken asks again after its time-out. */
const MOST_FETCHES = 64;
const LONGEST_CORRELATION = 64;
/** What cannot be read now perhaps can in so long: nobody is told before that there is no more. ms. */
const UNREADABLE_FOR = 300_000;
const PAGE = 32;

const isFetch = compile(FETCH);

/** A fetch that is being answered. */
interface Fetch {
  readonly key: string;
  readonly topic: string;
  readonly correlation: Uint8Array;
  /** undefined for a channel that is not kept: there is nothing to answer but that. */
  readonly stream: string | undefined;
  readonly from: number;
  readonly to: number;
  /** When it came, by the clock's monotonic time. */
  readonly since: number;
  /** Id of the newest record when it was first looked for: what comes later is told live. */
  newest: number | null;
  cursor: number;
}

export interface HistoryOptions {
  readonly journal: Journal;
  readonly clock: Clock;
  readonly log: Log;
  /** The stream of a code and channel; undefined where it keeps none, null where there is no such channel or alarm. */
  readonly streamOf: (code: string, channel: string | undefined) => string | undefined | null;
}

/**
 * Answers fetches out of the journal, each in as many messages as it takes, in turns. What cannot be answered safely (no
 * correlation, a response topic that is no supervisor's history topic of the same code and channel) is counted and dropped; the
 * draft would publish to any response topic. A session's end ends them. RSMP 4 draft, "Fetch" and "History".
 */
export class History {
  readonly #options: HistoryOptions;
  /** In the order of their turns. */
  #fetches: Fetch[] = [];
  /** Since the node began. */
  readonly counters = { fetches: 0, ignored: 0 };

  constructor(options: HistoryOptions) {
    this.#options = options;
  }

  get underWay(): number {
    return this.#fetches.length;
  }

  begin(): void {
    this.#fetches = [];
  }

  /** Takes one message on a fetch topic of this node. */
  receive(code: string, channel: string | undefined, message: Message): void {
    const fetch = this.#accept(code, channel, message);
    if (typeof fetch === "string") {
      this.counters.ignored++;
      this.#options.log.warn({ topic: message.topic, why: fetch }, "fetch ignored");
      return;
    }
    // The same fetch may come twice.
    if (this.#fetches.some(({ key }) => key === fetch.key)) return;
    this.counters.fetches++;
    this.#fetches.push(fetch);
  }

  /** The next message of the fetch whose turn it is, or null. Only one may be on its way at a time. */
  next(): Outgoing | null {
    const { journal, clock } = this.#options;
    const [fetch] = this.#fetches;
    if (!fetch) return null;
    const waiting = this.#waiting(fetch);
    // Its answer would say that what is on the disk is gone.
    const isHeld = fetch.stream !== undefined && clock.monotonic() - fetch.since < UNREADABLE_FOR;
    if (isHeld && isUnreadable(journal)) return null;
    this.#fetches.shift();
    const records = together(waiting, REPLAY_BYTES);
    const [first] = records;
    const last = records.at(-1);
    const complete = records.length === waiting.length;
    const ends = fetch.stream === undefined ? null : journal.ends(fetch.stream);
    const payload: HistoryPayload = {
      entries: pastEntries(journal, records),
      complete,
      ...(first && first.id === ends?.oldest && { beginning: true }),
      ...(complete && last && last.id === ends?.newest && { end: true }),
    };
    if (last) fetch.cursor = last.id;
    if (!complete) this.#fetches.push(fetch);
    const done = (ack: Ack) => {
      // Whom the broker does not let us answer, or who is away, asks again.
      if (ack.kind !== "acknowledged") this.#fetches = this.#fetches.filter((one) => one !== fetch);
    };
    const { topic, correlation } = fetch;
    const marks = first ? marksOf(first.run, first.dated) : {};
    return { topic, payload, delivery: { qos: 1, retain: false, correlation, ...marks }, done };
  }

  #waiting(fetch: Fetch): readonly JournalRecord[] {
    const { stream, from, to, cursor } = fetch;
    if (stream === undefined || from >= to) return [];
    const newest = fetch.newest ?? this.#options.journal.ends(stream)?.newest ?? 0;
    if (!isUnreadable(this.#options.journal)) fetch.newest = newest;
    const page = this.#options.journal.range(stream, instant(from), instant(to), cursor, PAGE);
    return page.filter(({ id }) => id <= newest);
  }

  /** The fetch, or why it cannot be answered. */
  #accept(code: string, channel: string | undefined, message: Message): Fetch | string {
    const { responseTopic: topic, correlation } = message;
    if (message.retain) return "retained: its time may be long past";
    if (!topic) return "no response topic";
    const answer = parseTopic(topic);
    if (answer?.type !== "history" || answer.code !== code || answer.channel !== channel)
      return "response topic is not <supervisor>/history/<code>[/<channel>]";
    if (!correlation?.length || correlation.length > LONGEST_CORRELATION) return "no correlation data";
    const stream = this.#options.streamOf(code, channel);
    if (stream === null) return "no such channel or alarm";
    const decoded = decode(message.payload);
    if (!decoded.ok || !isFetch(decoded.value)) return "payload is not {from, to}";
    const asked = decoded.value as FetchPayload;
    const from = Date.parse(asked.from);
    const to = Date.parse(asked.to);
    if (Number.isNaN(from) || Number.isNaN(to)) return "no such day";
    const key = `${topic} ${correlation.join(",")}`;
    if (this.#fetches.length >= MOST_FETCHES && !this.#fetches.some((one) => one.key === key))
      return `${MOST_FETCHES} fetches are under way`;
    const since = this.#options.clock.monotonic();
    return { key, topic, correlation, stream, from, to, since, newest: null, cursor: 0 };
  }
}
