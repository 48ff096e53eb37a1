import type { Clock } from "../../hal/clock.ts";
import { alarmOf } from "../modules.ts";
import type { AlarmPayload, ChannelState, Presence, ReplayPayload, StatusEntry, StatusPayload } from "../payload.ts";
import { parseTopic, type Topic } from "../topic.ts";
import type { Message } from "../wire/connection.ts";
import { costOf, type Rate, TokenBuckets } from "../wire/limits.ts";
import type { Commander } from "./commander.ts";
import type { AlarmEvent, ChannelEntry, Source } from "./entries.ts";
import type { Fetcher } from "./fetcher.ts";
import { type KnownChannel, nextOf, type Readers, read, runOf } from "./readers.ts";
import { RemoteCache } from "./remote.ts";
import { alarmEventOf, type Item, type StreamId } from "./stream-id.ts";
import type { Streams } from "./streams.ts";

/** Most nodes kept in the cache. */
const MOST_NODES = 10_000;
/** Topics remembered, so that each is taken apart once. */
const MOST_TOPICS = 200_000;

/** A decoded and validated message, told apart by `type`. */
export type SupervisorMessage = { readonly topic: string; readonly node: string } & (
  | { readonly type: "presence"; readonly payload: Presence }
  | {
      readonly type: "channel";
      readonly code: string;
      readonly channel?: string;
      readonly payload: { state: ChannelState };
    }
  /** `payload` is null where a channel was stopped and its retained message cleared. */
  | {
      readonly type: "status";
      readonly code: string;
      readonly channel?: string;
      readonly complete: boolean;
      readonly payload: StatusPayload | null;
    }
  | { readonly type: "alarm"; readonly code: string; readonly payload: AlarmPayload }
);

export interface ListenerOptions {
  /** The supervisor's own RSMP id. */
  readonly id: string;
  readonly clock: Clock;
  readonly readers: Readers;
  readonly commander: Commander;
  readonly fetcher: Fetcher;
  /** Puts entries into order; null where nobody can. */
  readonly streams: Streams | null;
  /** What is worked on of one node. */
  readonly rate: Rate;
  readonly onMessage: ((message: SupervisorMessage) => void) | undefined;
  readonly onEntry: ((entry: ChannelEntry) => void) | undefined;
  readonly onAlarm: ((event: AlarmEvent) => void) | undefined;
}

/** A topic, and what its messages are counted by. */
interface Heard extends Topic {
  readonly code: string;
  /** `<code>` or `<code>/<channel>`. */
  readonly key: string;
  readonly optional: { readonly channel?: string };
  readonly stream: StreamId;
}

/** Takes what nodes say: decodes, validates, keeps it in the cache, and passes it on. Whatever comes, nothing throws. */
export class Listener {
  readonly #options: ListenerOptions;
  readonly #topics = new Map<string, Heard>();
  readonly #rates: TokenBuckets;
  readonly nodes = new Map<string, RemoteCache>();
  malformed = 0;

  constructor(options: ListenerOptions) {
    this.#options = options;
    this.#rates = new TokenBuckets(options.rate, MOST_NODES);
  }

  /** Messages dropped because their node sent too many. */
  get flooded(): number {
    return this.#rates.refused;
  }

  take(message: Message): void {
    const { id, clock, commander, fetcher, onMessage } = this.#options;
    const topic = this.#heard(message.topic);
    if (!topic) return;
    switch (topic.type) {
      case "result":
        if (topic.node === id && !commander.receive(message)) this.malformed++;
        return;
      case "history":
        if (topic.node === id && !fetcher.receive(topic, message)) this.malformed++;
        return;
      case "throttle":
      case "fetch":
      case "command":
        return;
      case "replay":
        if (!this.#options.onEntry) return;
        break;
      case "presence":
      case "channel":
      case "status":
      case "alarm":
    }
    if (!this.#rates.take(topic.node, clock.monotonic(), costOf(message.payload.length))) return;
    const told = topic.type === "replay" ? this.#replay(topic, message) : this.#read(topic, message);
    if (told === null) {
      this.malformed++;
      return;
    }
    this.#remember(message.topic, topic);
    if (told !== "silent") onMessage?.(told);
  }

  #heard(text: string): Heard | null {
    const known = this.#topics.get(text);
    if (known) return known;
    const topic = parseTopic(text);
    if (!topic) return null;
    const { node, code = "", channel } = topic;
    const optional = channel === undefined ? {} : { channel };
    const type = topic.type === "alarm" ? "alarm" : "status";
    const key = channel === undefined ? code : `${code}/${channel}`;
    return { ...topic, code, key, optional, stream: { type, node, code, ...optional } };
  }

  /** Only what was valid is worth it: of the rest there is no end. */
  #remember(text: string, topic: Heard): void {
    if (this.#topics.has(text)) return;
    if (this.#topics.size >= MOST_TOPICS) this.#topics.clear();
    this.#topics.set(text, topic);
  }

  #remote(node: string): RemoteCache | null {
    const known = this.nodes.get(node);
    if (known || this.nodes.size >= MOST_NODES) return known ?? null;
    const made = new RemoteCache(node);
    this.nodes.set(node, made);
    return made;
  }

  /** null for what is not valid. */
  #read(topic: Heard, message: Message): SupervisorMessage | null {
    switch (topic.type) {
      case "presence":
        return this.#presence(topic, message);
      case "channel":
        return this.#channel(topic, message);
      case "alarm":
        return this.#alarm(topic, message);
      default:
        return this.#status(topic, message);
    }
  }

  #presence({ node }: Heard, { topic, payload: bytes, user }: Message): SupervisorMessage | null {
    const payload = read<Presence>(this.#options.readers.presence, bytes);
    const cache = payload && this.#remote(node);
    if (!payload || !cache) return null;
    const before = cache.presence;
    cache.presence = payload;
    cache.draft = word(user["rsmp4"]) ?? cache.draft;
    cache.version = word(user["version"]) ?? cache.version;
    if (payload === "online") this.#options.streams?.online(node, before !== null && before !== "online");
    return { topic, node, type: "presence", payload };
  }

  #channel({ node, code, channel, key, optional, stream }: Heard, message: Message): SupervisorMessage | null {
    const { readers, streams, onEntry } = this.#options;
    const known = readers.channel(code, channel);
    const payload = known && read<{ state: ChannelState }>(readers.channelState, message.payload);
    const cache = payload && this.#remote(node);
    if (!payload || !cache) return null;
    cache.channels.set(key, payload.state);
    if (known.spec.replay && onEntry) streams?.meet(stream);
    return { topic: message.topic, node, type: "channel", code, ...optional, payload };
  }

  #alarm({ node, code, stream }: Heard, message: Message): SupervisorMessage | null {
    const { readers, onAlarm } = this.#options;
    const payload = alarmOf(code) ? read<AlarmPayload>(readers.alarm, message.payload) : null;
    const run = runOf(message);
    const cache = payload && run !== null ? this.#remote(node) : null;
    if (!payload || run === null || !cache) return null;
    cache.takeAlarms(code, payload);
    if (onAlarm) this.#events(stream, run, payload, message);
    return { topic: message.topic, node, type: "alarm", code, payload };
  }

  #events(stream: StreamId, run: number, { entries, full }: AlarmPayload, message: Message): void {
    const { streams, onAlarm } = this.#options;
    const bytes = message.payload.length;
    if (full) {
      const next = nextOf(message);
      if (next === null) streams?.meet(stream);
      else streams?.shown(stream, { run, seq: next });
    }
    for (const { ts, component, active, values, seq } of entries) {
      // An event without a number cannot be told from another.
      if (seq === undefined) continue;
      if (full) streams?.reveal(stream, { run, seq });
      else {
        const event = { ...(component === undefined ? {} : { component }), active, message: values.message };
        const part = bytes / entries.length;
        const item: Item = { run, seq, ts, source: "live", bytes: part, values: event, complete: false };
        if (streams) streams.offer(stream, item);
        else onAlarm?.(alarmEventOf(stream, item));
      }
    }
  }

  #status(topic: Heard, message: Message): SupervisorMessage | null {
    const { node, code, channel, key, optional, stream } = topic;
    const known = this.#options.readers.channel(code, channel);
    if (!known) return null;
    const told = { topic: message.topic, node, type: "status", code, ...optional } as const;
    if (message.payload.length === 0) {
      this.nodes.get(node)?.dropStatus(key);
      return { ...told, complete: false, payload: null };
    }
    const payload = read<StatusPayload>(known.live, message.payload);
    const run = runOf(message);
    const cache = payload && run !== null ? this.#remote(node) : null;
    if (!payload || run === null || !cache) return null;
    const { entries } = payload;
    const isStream = known.spec.replay === true;
    entries.forEach((entry, index) => {
      // Only the last entry of a retained message is a complete data set. RSMP 4 draft, "Status", retention rules.
      const complete = message.retain && index === entries.length - 1;
      const before = cache.statuses.get(key);
      const isKnown = before?.seq === entry.seq && before.ts === entry.ts;
      cache.takeStatus(key, known.status, entry, complete);
      if (isStream || !isKnown)
        this.#pass(stream, isStream, itemOf(entry, run, "live", complete, message, entries.length));
      if (isStream && complete) this.#window(stream, known, run, entry);
    });
    return { ...told, complete: message.retain, payload };
  }

  /** No entry can follow a window before the next is over. */
  #window(stream: StreamId, { spec, isWindows }: KnownChannel, run: number, { ts, seq }: StatusEntry): void {
    const { streams, clock, onEntry } = this.#options;
    if (!isWindows || !onEntry || Date.parse(ts) + spec.periodic <= clock.now()) return;
    streams?.shown(stream, { run, seq: seq + 1 });
  }

  #replay({ code, channel, stream }: Heard, message: Message): "silent" | null {
    const { readers, streams } = this.#options;
    const known = readers.channel(code, channel);
    const payload = known?.spec.replay ? read<ReplayPayload>(known.replay, message.payload) : null;
    const run = runOf(message);
    if (!payload || run === null || !this.#remote(stream.node)) return null;
    const { entries, done = false } = payload;
    streams?.replay(stream, done);
    for (const entry of entries) {
      this.#pass(stream, true, itemOf(entry, run, "replay", false, message, entries.length));
    }
    return "silent";
  }

  #pass(id: StreamId, isStream: boolean, item: Item): void {
    const { streams, onEntry } = this.#options;
    if (!onEntry) return;
    if (isStream && streams) streams.offer(id, item);
    else onEntry(entryOf(id, item));
  }
}

const itemOf = (
  { ts, seq, values }: StatusEntry,
  run: number,
  source: Source,
  complete: boolean,
  message: Message,
  parts: number,
): Item => ({ run, seq, ts, source, values, complete, bytes: message.payload.length / parts });

/** An entry of a channel as the user gets it. */
export const entryOf = (
  { node, code, channel }: StreamId,
  { run, seq, ts, source, values, complete }: Item,
): ChannelEntry =>
  channel === undefined
    ? { node, code, run, seq, ts, values, complete, source }
    : { node, code, channel, run, seq, ts, values, complete, source };

const word = (value: unknown): string | null => (typeof value === "string" && value.length <= 40 ? value : null);
