import { milliseconds } from "../../../controllers/units.ts";
import type { Clock } from "../../hal/clock.ts";
import type { Random } from "../../hal/random.ts";
import { type FetchPayload, type HistoryPayload, iso } from "../payload.ts";
import { type Topic, topicOf } from "../topic.ts";
import { encode } from "../wire/cbor.ts";
import type { Delivery, Message } from "../wire/connection.ts";
import type { FetchFailed, PastEntry } from "./entries.ts";
import { type Readers, read, runOf } from "./readers.ts";
import { comparePlaces } from "./sequence.ts";

/** Fetches under way at one node, whose link may be slow, and at all nodes together. */
const MOST_AT_NODE = 4;
const MOST = 64;

export interface FetcherOptions {
  /** The supervisor's own RSMP id. */
  readonly id: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly readers: Readers;
  readonly publish: (topic: string, payload: Uint8Array, delivery: Delivery) => boolean;
  /** A node may be so long silent in the middle of an answer, ms: it sends what is live and what it replays first. */
  readonly patience: number;
}

/** What is asked of a node. `to` is not included. */
export interface Question extends FetchPayload {
  readonly node: string;
  readonly code: string;
  readonly channel?: string;
}

export type Answered = { readonly ok: true; readonly beginning: boolean; readonly end: boolean } | FetchFailed;

/** Has entries as they come, and the size of their message. */
type Take = (entries: readonly PastEntry[], bytes: number) => void;

interface UnderWay {
  readonly node: string;
  readonly topic: string;
  readonly take: Take;
  /** Of the last entry that came: a broker may deliver a message twice. */
  last: PastEntry | undefined;
  beginning: boolean;
  result: Answered | undefined;
  /** Told of each message. */
  heard: AbortController;
}

/** Asks nodes for what they have kept, a few questions at a time. RSMP 4 draft, "Fetch" and "History". */
export class Fetcher {
  readonly #options: FetcherOptions;
  readonly #underWay = new Map<string, UnderWay>();
  /** How many are under way at a node, and who waits for a place there. */
  readonly #nodes = new Map<string, { busy: number; readonly waiting: (() => void)[] }>();
  #busy = 0;
  #sessions = 0;

  constructor(options: FetcherOptions) {
    this.#options = options;
  }

  /** Asks, once there is room to. `take` has the entries as they come, in the order of the answer. Never rejects. */
  async ask(question: Question, take: Take): Promise<Answered> {
    const session = this.#sessions;
    await this.#enter(question.node);
    try {
      return session === this.#sessions ? await this.#answer(question, take) : AWAY;
    } finally {
      this.#leave(question.node);
    }
  }

  /** The session has ended: no question of it will be answered. */
  end(): void {
    this.#sessions++;
    this.#abandon(() => true);
  }

  /** The node has begun a new session: it may never have seen what it was asked. */
  online(node: string): void {
    this.#abandon((asked) => asked.node === node);
  }

  #abandon(which: (asked: UnderWay) => boolean): void {
    for (const asked of this.#underWay.values()) {
      if (!which(asked)) continue;
      asked.result = AWAY;
      asked.heard.abort();
    }
  }

  /** Takes a message on one of our history topics; false where it is malformed. One that nobody waits for is none of ours. */
  receive(topic: Topic, message: Message): boolean {
    const asked = this.#underWay.get(message.correlation?.join(",") ?? "");
    if (!asked) return true;
    const check = this.#options.readers.history(topic.code ?? "", topic.channel);
    if (asked.topic !== message.topic || !check) return false;
    const payload = read<HistoryPayload>(check, message.payload);
    const run = runOf(message);
    if (!payload || run === null) return false;
    const entries: PastEntry[] = [];
    for (const entry of payload.entries) {
      const one = { ...entry, run };
      if (asked.last && comparePlaces(one, asked.last) <= 0) continue;
      entries.push(one);
      asked.last = one;
    }
    if (payload.beginning) asked.beginning = true;
    if (entries.length > 0) asked.take(entries, message.payload.length);
    if (payload.complete) asked.result = { ok: true, beginning: asked.beginning, end: payload.end === true };
    asked.heard.abort();
    return true;
  }

  async #answer({ node, code, channel, from, to }: Question, take: Take): Promise<Answered> {
    const { id, clock, random, patience } = this.#options;
    const correlation = Uint8Array.from({ length: 16 }, () => Math.floor(random.next() * 256));
    const key = correlation.join(",");
    const topic = topicOf(id, "history", code, channel);
    const asked: UnderWay = {
      node,
      topic,
      take,
      last: undefined,
      beginning: false,
      result: undefined,
      heard: new AbortController(),
    };
    this.#underWay.set(key, asked);
    try {
      const delivery = { qos: 1, retain: false, correlation, responseTopic: topic } as const;
      if (!this.#options.publish(topicOf(node, "fetch", code, channel), encode({ from, to }), delivery)) return AWAY;
      for (;;) {
        const { heard } = asked;
        const silent = await clock
          .sleep(milliseconds(patience), "history", heard.signal)
          .then(() => true)
          .catch(() => false);
        if (asked.result) return asked.result;
        if (silent) return fetchFailed("no-answer", `nothing for ${patience} ms`);
        asked.heard = new AbortController();
      }
    } finally {
      this.#underWay.delete(key);
    }
  }

  async #enter(node: string): Promise<void> {
    const at = this.#nodes.get(node) ?? { busy: 0, waiting: [] };
    this.#nodes.set(node, at);
    if (this.#busy >= MOST || at.busy >= MOST_AT_NODE) {
      // Who leaves makes the place ours.
      await new Promise<void>((resolve) => at.waiting.push(resolve));
      return;
    }
    at.busy++;
    this.#busy++;
  }

  #leave(node: string): void {
    const at = this.#nodes.get(node);
    if (!at) return;
    at.busy--;
    this.#busy--;
    for (const [name, other] of this.#nodes) {
      if (other.busy >= MOST_AT_NODE) continue;
      const next = other.waiting.shift();
      if (other.busy === 0 && !next) this.#nodes.delete(name);
      if (!next) continue;
      other.busy++;
      this.#busy++;
      // In turn: the next place goes to another node.
      this.#nodes.delete(name);
      this.#nodes.set(name, other);
      next();
      return;
    }
  }
}

/** The last instant that a payload can write. */
const LAST = Date.UTC(9999, 11, 31, 23, 59, 59, 999);
const written = (at: number): string => iso(Math.min(Math.max(at, 0), LAST));

/** A span of time as a fetch names it; what is before 1970 or after 9999 is cut off. */
export const spanOf = (from: number, to: number): FetchPayload => ({ from: written(from), to: written(to) });

export const fetchFailed = (kind: FetchFailed["error"]["kind"], message: string): FetchFailed => ({
  ok: false,
  error: { kind, field: "", message },
});

const AWAY = fetchFailed("not-connected", "there is no connection to the broker, or too much is under way");
