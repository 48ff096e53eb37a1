/** The manager end of RSMP 4: for the console page, integrators' flows, tools, tests, a city's cockpit. Runs in browsers. */
import { type Instant, seconds } from "../../controllers/units.ts";
import type { Clock } from "../hal/clock.ts";
import { type Log, silent } from "../hal/log.ts";
import type { Random } from "../hal/random.ts";
import type { Signer } from "./commands/signer.ts";
import { Commander, type CommandOutcome, type Wanted } from "./manager/commander.ts";
import type { AlarmEvent, ChannelEntry, Fetched, LostEntries, PastEntry, Positions } from "./manager/entries.ts";
import { Fetcher, fetchFailed, spanOf } from "./manager/fetcher.ts";
import { entryOf, Listener, type SupervisorMessage } from "./manager/listener.ts";
import { Readers } from "./manager/readers.ts";
import type { Remote } from "./manager/remote.ts";
import { alarmEventOf } from "./manager/stream-id.ts";
import { Streams } from "./manager/streams.ts";
import { type CommandCode, type CommandResultValues, STATUSES } from "./modules.ts";
import type { ThrottlePayload } from "./payload.ts";
import type { Status } from "./table.ts";
import { nodeProblem, topicOf } from "./topic.ts";
import { encode } from "./wire/cbor.ts";
import { type Broker, type Connection, type Delivery, keepConnected } from "./wire/connection.ts";
import { FROM_A_NODE, type Rate } from "./wire/limits.ts";

export type { CommandOutcome, Wanted } from "./manager/commander.ts";
export type {
  AlarmEvent,
  ChannelEntry,
  Fetched,
  LostEntries,
  PastEntry,
  Position,
  Positions,
} from "./manager/entries.ts";
export type { SupervisorMessage } from "./manager/listener.ts";

const ANSWER_WITHIN = seconds(5);
/** A node sends what is live and what it replays before it answers about the past: minutes, on a slow link. */
const PATIENCE = seconds(120);
/** Most that one call of `fetch` brings. */
const MOST_FETCHED = 100_000;

const FOLLOWED = ["presence", "status/#", "channel/#", "alarm/#"];

export interface SupervisorOptions extends Broker {
  /** This supervisor's own RSMP id; results come to `<id>/result/...`. Unique among the broker's clients. */
  readonly id: string;
  /** Nodes to follow, by id or MQTT filter (`21231/+`); all that the broker lets it see when left out. */
  readonly nodes?: readonly string[];
  /** What nodes tell, and over which channels; the whole catalogue where left out. */
  readonly statuses?: Readonly<Record<string, Status>>;
  readonly clock: Clock;
  readonly random: Random;
  readonly log?: Log;
  /**
   * Signs every command: without it a cabinet refuses what moves a lamp, unless it is configured otherwise. A function is asked
   * at each command, for a key that comes and goes.
   */
  readonly signer?: Signer | (() => Signer | undefined);
  /** Each valid message as it comes, after the cache took it: an object with the topic's parts, and the decoded payload. */
  readonly onMessage?: (message: SupervisorMessage) => void;
  readonly onConnection?: (connected: boolean) => void;
  /**
   * Entries of channels. Of one that is replayed each comes once and in order, whatever was lost, repeated or late on the way:
   * what is missing is waited for and fetched first. Of others each comes as it is heard.
   */
  readonly onEntry?: (entry: ChannelEntry) => void;
  /** Events of alarms, each once and in order of its code, as entries are. */
  readonly onAlarm?: (event: AlarmEvent) => void;
  /** What will never come, told before the entry after it. */
  readonly onLost?: (lost: LostEntries) => void;
  /** Streams that `resume` does not name begin with what happened since. Default: the first session. 0: with all that nodes have kept. */
  readonly since?: Instant;
  /** What `positions` said before: each stream goes on after it. */
  readonly resume?: Positions;
  /**
   * Shares the messages of nodes with all supervisors of this group, each message to one of them (MQTT 5, 4.8.2). No member
   * sees a whole stream, so none can put it into order, tell what is missing or what came twice: `onEntry` and `onAlarm` have
   * what this member hears, as it comes, `resume` and `since` mean nothing, and the cache is one of parts. Whoever needs all
   * merges what the members say by node, code, channel, run and seq. Results and histories still come to who asked.
   */
  readonly share?: string;
  /** What is worked on of one node. Default: `FROM_A_NODE`. */
  readonly rate?: Rate;
  /** How long a node may be silent before it has not answered about the past, ms. Default: 120,000. */
  readonly patienceMs?: number;
}

export interface Supervisor {
  readonly connected: boolean;
  /** Resolves at the first session with every subscription in place. Never rejects. */
  readonly ready: Promise<void>;
  readonly nodes: ReadonlyMap<string, Remote>;
  /** Messages dropped because they were no valid RSMP 4 of a known module. */
  readonly malformed: number;
  /** Messages dropped because their node sent too many. */
  readonly flooded: number;
  /** Entries that came again, and were not given again. */
  readonly repeated: number;
  /** Sends a command and waits for its result. */
  command<C extends CommandCode>(
    node: string,
    code: C,
    command: Wanted<C>,
    timeoutMs?: number,
  ): Promise<CommandOutcome<CommandResultValues<C>>>;
  /**
   * Starts or stops a channel of a node. Started with a time-out, s, it stops by itself unless it is started again. False
   * without a connection.
   */
  throttle(node: string, code: string, action: "start" | "stop", channel?: string, timeout?: number): boolean;
  /**
   * Asks a node for entries that it has kept of a channel, or of an alarm code: from <= ts < to, in the order in which they
   * happened. At most 100,000: more are an error `too-large`. RSMP 4 draft, "Fetch".
   */
  fetch(
    node: string,
    code: string,
    span: { readonly from: Instant; readonly to: Instant },
    channel?: string,
  ): Promise<Fetched>;
  /** How far each stream has been given: to be kept when its entries are, and to be handed to the next as `resume`. */
  positions(): Positions;
  close(): Promise<void>;
}

/** Connects, and reconnects for ever. A bad id, address, group or position is a TypeError. */
export function connectSupervisor(options: SupervisorOptions): Supervisor {
  const { id, clock, random, onEntry, onAlarm, share, log = silent } = options;
  const problem = nodeProblem(id);
  if (problem) throw new TypeError(problem);
  if (share !== undefined && !/^[^\s/+#]+$/.test(share)) {
    throw new TypeError(`share is "${share}": allowed is a word without / + #`);
  }
  const { promise: ready, resolve: isReady } = Promise.withResolvers<void>();
  const publish = (topic: string, payload: Uint8Array, delivery: Delivery) =>
    connection.publish(topic, payload, delivery);
  const readers = new Readers(options.statuses ?? STATUSES);
  const commander = new Commander({ id, clock, random, readers, signer: options.signer, publish });
  const fetcher = new Fetcher({ id, clock, random, readers, publish, patience: options.patienceMs ?? PATIENCE });
  const streams: Streams | null =
    share === undefined && (onEntry || onAlarm)
      ? new Streams({
          clock,
          random,
          log,
          fetcher,
          since: options.since ?? null,
          resume: options.resume ?? new Map(),
          isOnline: (node) => listener.nodes.get(node)?.presence === "online",
          give: (stream, item) => {
            if (stream.type === "alarm") onAlarm?.(alarmEventOf(stream, item));
            else onEntry?.(entryOf(stream, item));
          },
          lost: (lost) => options.onLost?.(lost),
        })
      : null;
  const listener: Listener = new Listener({
    id,
    clock,
    readers,
    commander,
    fetcher,
    streams,
    rate: options.rate ?? FROM_A_NODE,
    onMessage: options.onMessage,
    onEntry,
    onAlarm,
  });

  const followed = onEntry ? [...FOLLOWED, "replay/#"] : FOLLOWED;
  const filters = (options.nodes ?? ["#"])
    .flatMap((node) => (node === "#" ? ["#"] : followed.map((rest) => `${node}/${rest}`)))
    .map((filter) => (share === undefined ? filter : `$share/${share}/${filter}`));

  const connection: Connection = keepConnected({
    ...options,
    log,
    clientId: id,
    subscriptions: [...new Set([`${id}/result/#`, `${id}/history/#`, ...filters])],
    onConnect: () => {
      isReady();
      streams?.begin();
      options.onConnection?.(true);
    },
    onDisconnect: () => {
      streams?.end();
      fetcher.end();
      options.onConnection?.(false);
    },
    onMessage: (message) => listener.take(message),
    onRoom: () => {},
  });

  return {
    get connected() {
      return connection.connected;
    },
    ready,
    nodes: listener.nodes,
    get malformed() {
      return listener.malformed;
    },
    get flooded() {
      return listener.flooded;
    },
    get repeated() {
      return streams?.repeated ?? 0;
    },
    command: (node, code, command, timeoutMs = ANSWER_WITHIN) => commander.send(node, code, command, timeoutMs),
    throttle(node, code, action, channel, timeout) {
      const payload: ThrottlePayload = { action, ...(timeout === undefined ? {} : { timeout }) };
      return publish(topicOf(node, "throttle", code, channel), encode(payload), { qos: 1, retain: false });
    },
    async fetch(node, code, { from, to }, channel) {
      const question = { node, code, ...spanOf(from, to), ...(channel === undefined ? {} : { channel }) };
      const entries: PastEntry[] = [];
      let tooLarge = false;
      const answer = await fetcher.ask(question, (some) => {
        tooLarge ||= entries.length + some.length > MOST_FETCHED;
        if (!tooLarge) entries.push(...some);
      });
      if (!answer.ok) return answer;
      if (tooLarge) return fetchFailed("too-large", `allowed are ${MOST_FETCHED} entries: ask for less at a time`);
      return { ...answer, entries };
    },
    positions: () => streams?.positions() ?? new Map(options.resume),
    async close() {
      await connection.close();
      commander.end();
      streams?.end();
      fetcher.end();
    },
  };
}
