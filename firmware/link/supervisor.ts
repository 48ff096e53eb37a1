/** The manager end of RSMP 4: for the console page, integrators' flows, tools, tests, a city's cockpit. Runs in browsers. */
import type { TSchema } from "typebox";
import { milliseconds, seconds } from "../../controllers/units.ts";
import type { Clock } from "../hal/clock.ts";
import { type Log, silent } from "../hal/log.ts";
import type { Random } from "../hal/random.ts";
import { decode, encode } from "./cbor.ts";
import { problemOf } from "./check.ts";
import { type Broker, type Connection, keepConnected, type Message } from "./connection.ts";
import { type CommandCode, type CommandResultValues, type CommandValues, STATUSES, statusOf } from "./modules.ts";
import {
  ALARM,
  type AlarmPayload,
  CHANNEL_STATE,
  type ChannelState,
  type CommandResult,
  PRESENCE,
  type Presence,
  RESULT,
  type Refusal,
  type StatusPayload,
  statusSchema,
} from "./payload.ts";
import { type Remote, RemoteCache } from "./remote.ts";
import { nodeProblem, parseTopic, type Topic, topicOf } from "./topic.ts";

/** Most nodes kept in the cache, and commands waiting for their result. */
const MOST_NODES = 10_000;
const MOST_WAITING = 1000;
const ANSWER_WITHIN = seconds(5);

export interface SupervisorOptions extends Broker {
  /** This supervisor's own RSMP id; results come to `<id>/result/...`. Unique among the broker's clients. */
  readonly id: string;
  /** Nodes to follow, by id or MQTT filter (`21231/+`); all that the broker lets it see when left out. */
  readonly nodes?: readonly string[];
  readonly clock: Clock;
  readonly random: Random;
  readonly log?: Log;
  /** Each valid message, after the cache took it: an object with the topic's parts, and the decoded payload. */
  readonly onMessage?: (message: SupervisorMessage) => void;
  readonly onConnection?: (connected: boolean) => void;
}

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

/** A node's refusals, and what can go wrong on the way: no connection, or no answer in time. */
export type CommandOutcome<Values> =
  | { readonly ok: true; readonly values: Values }
  | {
      readonly ok: false;
      readonly error: {
        readonly kind: Refusal | "not-connected" | "no-answer";
        readonly field: string;
        readonly message: string;
      };
    };

export interface Supervisor {
  readonly connected: boolean;
  /** Resolves at the first session with every subscription in place. Never rejects. */
  readonly ready: Promise<void>;
  readonly nodes: ReadonlyMap<string, Remote>;
  /** Messages dropped because they were no valid RSMP 4 of a known module. */
  readonly malformed: number;
  /** Sends a command and waits for its result. `component` is an address: `lamp/1/5`, `lamp`, `lamp/1/2-6,9`. */
  command<C extends CommandCode>(
    node: string,
    code: C,
    command: { readonly component: string; readonly values: CommandValues<C> },
    timeoutMs?: number,
  ): Promise<CommandOutcome<CommandResultValues<C>>>;
  /** Starts or stops a channel of a node. False without a connection. */
  throttle(node: string, code: string, action: "start" | "stop", channel?: string): boolean;
  close(): Promise<void>;
}

/** Connects, and reconnects for ever. A bad id or address is a TypeError. */
export function connectSupervisor(options: SupervisorOptions): Supervisor {
  const { id, clock, random } = options;
  const problem = nodeProblem(id);
  if (problem) throw new TypeError(problem);
  const nodes = new Map<string, RemoteCache>();
  const schemas = new Map(Object.entries(STATUSES).map(([code, status]) => [code, statusSchema(status)]));
  const waiting = new Map<string, (result: CommandResult) => void>();
  const { promise: ready, resolve: isReady } = Promise.withResolvers<void>();
  let malformed = 0;

  const filters = (options.nodes ?? ["#"]).flatMap((node) =>
    node === "#" ? ["#"] : ["presence", "status/#", "channel/#", "alarm/#"].map((rest) => `${node}/${rest}`),
  );

  const take = (message: Message) => {
    const topic = parseTopic(message.topic);
    if (!topic) return;
    if (topic.type === "result") {
      if (topic.node === id) settle(message);
      return;
    }
    if (!["presence", "status", "channel", "alarm"].includes(topic.type)) return;
    const told = read(topic, message);
    if (!told) {
      malformed++;
      return;
    }
    options.onMessage?.(told);
  };

  const settle = (message: Message) => {
    const key = message.correlation?.join(",") ?? "";
    const done = waiting.get(key);
    if (!done) return;
    const result = valid<CommandResult>(RESULT, message.payload);
    if (!result) {
      malformed++;
      return;
    }
    done(result);
  };

  const remote = (node: string): RemoteCache | null => {
    const known = nodes.get(node);
    if (known || nodes.size >= MOST_NODES) return known ?? null;
    const made = new RemoteCache(node);
    nodes.set(node, made);
    return made;
  };

  /** Decodes, validates, and puts into the cache; null for what is not valid. */
  const read = (parts: Topic, message: Message): SupervisorMessage | null => {
    const { topic } = message;
    const { node, type, code = "" } = parts;
    const channel = parts.channel === undefined ? {} : { channel: parts.channel };
    const key = parts.channel === undefined ? code : `${code}/${parts.channel}`;
    switch (type) {
      case "presence": {
        const payload = valid<Presence>(PRESENCE, message.payload);
        const cache = payload && remote(node);
        if (!payload || !cache) return null;
        cache.presence = payload;
        cache.draft = word(message.user["rsmp4"]) ?? cache.draft;
        cache.version = word(message.user["version"]) ?? cache.version;
        return { topic, node, type, payload };
      }
      case "channel": {
        const payload = valid<{ state: ChannelState }>(CHANNEL_STATE, message.payload);
        const cache = payload && remote(node);
        if (!payload || !cache) return null;
        cache.channels.set(key, payload.state);
        return { topic, node, type, code, ...channel, payload };
      }
      case "alarm": {
        const payload = valid<AlarmPayload>(ALARM, message.payload);
        const cache = payload && remote(node);
        if (!payload || !cache) return null;
        cache.takeAlarms(code, payload);
        return { topic, node, type, code, payload };
      }
      case "status": {
        const status = statusOf(code);
        const schema = schemas.get(code);
        if (!status || !schema) return null;
        if (message.payload.length === 0) {
          nodes.get(node)?.statuses.delete(key);
          return { topic, node, type, code, ...channel, complete: false, payload: null };
        }
        const payload = valid<StatusPayload>(schema, message.payload);
        const cache = payload && remote(node);
        if (!payload || !cache) return null;
        // Only the last entry of a retained message is a complete data set. RSMP 4 draft, "Status", retention rules.
        payload.entries.forEach((entry, index) => {
          cache.takeStatus(key, status, entry, message.retain && index === payload.entries.length - 1);
        });
        return { topic, node, type, code, ...channel, complete: message.retain, payload };
      }
      case "throttle":
      case "replay":
      case "fetch":
      case "history":
      case "command":
      case "result":
        return null;
    }
  };

  const connection: Connection = keepConnected({
    ...options,
    log: options.log ?? silent,
    clientId: id,
    subscriptions: [...new Set([`${id}/result/#`, ...filters])],
    onConnect: () => {
      isReady();
      options.onConnection?.(true);
    },
    onDisconnect: () => options.onConnection?.(false),
    onMessage: take,
    onRoom: () => {},
  });

  return {
    get connected() {
      return connection.connected;
    },
    ready,
    nodes,
    get malformed() {
      return malformed;
    },
    async command(node, code, command, timeoutMs = ANSWER_WITHIN) {
      const correlation = Uint8Array.from({ length: 16 }, () => Math.floor(random.next() * 256));
      const key = correlation.join(",");
      const sent =
        waiting.size < MOST_WAITING &&
        connection.publish(topicOf(node, "command", code), encode(command), {
          qos: 1,
          retain: false,
          correlation,
          responseTopic: topicOf(id, "result", code),
        });
      if (!sent) return lost("not-connected", "there is no connection to the broker, or too much is under way");
      const answered = new AbortController();
      let result: CommandResult | undefined;
      waiting.set(key, (came) => {
        result ??= came;
        answered.abort();
      });
      await clock.sleep(milliseconds(timeoutMs), "command result", answered.signal).catch(() => {});
      waiting.delete(key);
      // The node's own table decides what a success holds; a foreign node may know more than we do.
      return (result ?? lost("no-answer", `no result within ${timeoutMs} ms`)) as never;
    },
    throttle: (node, code, action, channel) =>
      connection.publish(topicOf(node, "throttle", code, channel), encode({ action }), { qos: 1, retain: false }),
    close: () => connection.close(),
  };
}

const lost = (kind: "not-connected" | "no-answer", message: string) =>
  ({ ok: false, error: { kind, field: "", message } }) as const;

function valid<T>(schema: TSchema, bytes: Uint8Array): T | null {
  const decoded = decode(bytes);
  return decoded.ok && problemOf(schema, decoded.value) === null ? (decoded.value as T) : null;
}

const word = (value: unknown): string | null => (typeof value === "string" && value.length <= 40 ? value : null);
