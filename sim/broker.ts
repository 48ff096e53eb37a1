import type { Duration } from "../controllers/units.ts";
import type { Clock } from "../firmware/hal/clock.ts";
import type {
  Ack,
  ConnectionOptions,
  Delivery,
  Message,
  OpenSession,
  Session,
} from "../firmware/link/wire/connection.ts";

/** What becomes of a message: it comes through, and its acknowledgement follows; or one of what goes wrong. */
export type Fate =
  | { readonly kind: "taken"; readonly ackAfter?: Duration }
  /** It reaches nobody: PUBACK with this reason. */
  | { readonly kind: "refused"; readonly reason: number }
  /** The session breaks before the acknowledgement comes. */
  | { readonly kind: "cut"; readonly reached: boolean };

interface Client {
  readonly options: ConnectionOptions;
  readonly began: number;
  readonly over: (held: number | null) => void;
  /** What is told to those whose acknowledgement is outstanding. */
  readonly waiting: Set<(ack: Ack) => void>;
  full: boolean;
  up: boolean;
}

/** Most messages of a client in flight. */
const WINDOW = 20;

/**
 * An MQTT 5 broker in memory, as far as RSMP needs one: retained messages, last wills, filters with `+` and `#`. A message
 * is with its receivers before virtual time goes on. Hand `open` to a node or a supervisor, and it speaks to this broker.
 */
export class MemoryBroker {
  readonly #clock: Clock;
  readonly #clients = new Map<string, Client>();
  readonly #retained = new Map<string, Message>();
  readonly #refused = new Set<string>();
  readonly #known = new Set<string>();
  /** Says at each session of a client but its first that it had kept it: subscriptions, and what it retains. Messages it keeps for nobody. */
  keepsSessions = false;
  /** Decides what becomes of a message that a client publishes; for a test. */
  fate: (clientId: string, topic: string) => Fate = () => ({ kind: "taken" });

  /** Told of each message that a client publishes, its last will included; for a test. */
  watch: (clientId: string, topic: string, payload: Uint8Array, delivery: Delivery) => void = () => {};

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  readonly open: OpenSession = (options, onReady) => {
    const { promise, resolve } = Promise.withResolvers<number | null>();
    const client: Client = {
      options,
      began: this.#clock.monotonic(),
      over: resolve,
      waiting: new Set(),
      full: false,
      up: false,
    };
    if (this.#refused.has(options.clientId)) resolve(null);
    else queueMicrotask(() => this.#begin(client, onReady));
    return this.#sessionOf(client, promise);
  };

  /** The network between this client and the broker fails, until `restore`: its will is published. */
  cut(clientId: string): void {
    this.#refused.add(clientId);
    this.drop(clientId);
  }

  restore(clientId: string): void {
    this.#refused.delete(clientId);
  }

  /** The client's session breaks without an ordered end, as when its process dies: its will is published. */
  drop(clientId: string): void {
    const client = this.#clients.get(clientId);
    if (!client) return;
    this.#end(client);
    const { will } = client.options;
    if (will)
      this.#publish(clientId, will.topic, will.payload, {
        qos: 1,
        retain: true,
        ...(will.user && { user: will.user }),
      });
  }

  #begin(client: Client, onReady: (isKept: boolean) => void): void {
    const { clientId, subscriptions } = client.options;
    this.drop(clientId); // a client that comes again takes the place of its old session
    this.#clients.set(clientId, client);
    client.up = true;
    const isKept = this.keepsSessions && this.#known.has(clientId);
    this.#known.add(clientId);
    onReady(isKept);
    for (const message of this.#retained.values())
      if (wants(subscriptions, message.topic)) this.#deliver(client, message);
  }

  #end(client: Client): void {
    if (!client.up) return;
    client.up = false;
    this.#clients.delete(client.options.clientId);
    for (const done of client.waiting) done({ kind: "lost" });
    client.waiting.clear();
    client.over(this.#clock.monotonic() - client.began);
  }

  #sessionOf(client: Client, over: Promise<number | null>): Session {
    const hasRoom = () => {
      if (client.up && client.waiting.size < WINDOW) return true;
      client.full = true;
      return false;
    };
    const publish = (topic: string, payload: Uint8Array, delivery: Delivery, done: (ack: Ack) => void = () => {}) => {
      if (!hasRoom()) return false;
      this.#take(client, topic, payload, delivery, (ack) => done(ack));
      return true;
    };
    return {
      get connected() {
        return client.up;
      },
      over,
      reason: "the simulated broker is out of reach",
      hasRoom,
      get inFlight() {
        return client.waiting.size;
      },
      publish,
      farewell: async (topic, payload, delivery) => {
        if (client.up) this.#publish(client.options.clientId, topic, payload, delivery);
      },
      end: async () => this.#end(client),
    };
  }

  #take(client: Client, topic: string, payload: Uint8Array, delivery: Delivery, done: (ack: Ack) => void): void {
    const fate = this.fate(client.options.clientId, topic);
    const reaches = fate.kind === "taken" || (fate.kind === "cut" && fate.reached);
    if (reaches) this.#publish(client.options.clientId, topic, payload, delivery);
    client.waiting.add(done);
    const answer = (ack: Ack) => {
      if (!client.waiting.delete(done)) return;
      done(ack);
      if (!client.full || !client.up) return;
      client.full = false;
      client.options.onRoom();
    };
    if (fate.kind === "refused") queueMicrotask(() => answer({ kind: "refused", reason: fate.reason }));
    else if (fate.kind === "cut") queueMicrotask(() => client.up && this.drop(client.options.clientId));
    else if (fate.ackAfter === undefined) queueMicrotask(() => answer({ kind: "acknowledged" }));
    else void this.#clock.sleep(fate.ackAfter, "puback").then(() => answer({ kind: "acknowledged" }));
  }

  #publish(clientId: string, topic: string, payload: Uint8Array, delivery: Delivery): void {
    this.watch(clientId, topic, payload, delivery);
    const { retain, correlation, responseTopic, user = {} } = delivery;
    const message: Message = { topic, payload: payload.slice(), retain, correlation, responseTopic, user };
    if (retain && payload.length === 0) this.#retained.delete(topic);
    else if (retain) this.#retained.set(topic, message);
    for (const client of this.#clients.values())
      if (wants(client.options.subscriptions, topic)) this.#deliver(client, message);
      else if (wants(client.options.beside ?? [], topic)) this.#deliver(client, { ...message, retain: false });
  }

  #deliver(client: Client, message: Message): void {
    queueMicrotask(() => {
      if (client.up) client.options.onMessage(message);
    });
  }
}

const wants = (filters: readonly string[], topic: string): boolean => filters.some((filter) => matches(filter, topic));

/** Whether a topic fits a filter. MQTT 5, 4.7. */
function matches(filter: string, topic: string): boolean {
  const levels = topic.split("/");
  const wanted = filter.split("/");
  for (const [i, level] of wanted.entries()) {
    if (level === "#") return true;
    if (i >= levels.length || (level !== "+" && level !== levels[i])) return false;
  }
  return wanted.length === levels.length;
}
