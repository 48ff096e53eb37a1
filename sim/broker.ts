import type { Clock } from "../firmware/hal/clock.ts";
import type { ConnectionOptions, Delivery, Message, OpenSession, Session } from "../firmware/link/connection.ts";

interface Client {
  readonly options: ConnectionOptions;
  readonly began: number;
  readonly over: (held: number | null) => void;
  up: boolean;
}

/**
 * An MQTT 5 broker in memory, as far as RSMP needs one: retained messages, last wills, filters with `+` and `#`. A message
 * is with its receivers before virtual time goes on. Hand `open` to a node or a supervisor, and it speaks to this broker.
 */
export class MemoryBroker {
  readonly #clock: Clock;
  readonly #clients = new Map<string, Client>();
  readonly #retained = new Map<string, Message>();
  readonly #refused = new Set<string>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  readonly open: OpenSession = (options, onReady) => {
    const { promise, resolve } = Promise.withResolvers<number | null>();
    const client: Client = { options, began: this.#clock.monotonic(), over: resolve, up: false };
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
    if (will) this.#publish(will.topic, will.payload, { qos: 1, retain: true, ...(will.user && { user: will.user }) });
  }

  #begin(client: Client, onReady: () => void): void {
    const { clientId, subscriptions } = client.options;
    this.drop(clientId); // a client that comes again takes the place of its old session
    this.#clients.set(clientId, client);
    client.up = true;
    onReady();
    for (const message of this.#retained.values())
      if (wants(subscriptions, message.topic)) this.#deliver(client, message);
  }

  #end(client: Client): void {
    if (!client.up) return;
    client.up = false;
    this.#clients.delete(client.options.clientId);
    client.over(this.#clock.monotonic() - client.began);
  }

  #sessionOf(client: Client, over: Promise<number | null>): Session {
    const publish = (topic: string, payload: Uint8Array, delivery: Delivery) => {
      if (client.up) this.#publish(topic, payload, delivery);
      return client.up;
    };
    return {
      get connected() {
        return client.up;
      },
      over,
      reason: "the simulated broker is out of reach",
      hasRoom: () => client.up,
      publish,
      async farewell(topic, payload, delivery) {
        publish(topic, payload, delivery);
      },
      end: async () => this.#end(client),
    };
  }

  #publish(topic: string, payload: Uint8Array, { retain, correlation, responseTopic, user = {} }: Delivery): void {
    const message: Message = { topic, payload: payload.slice(), retain, correlation, responseTopic, user };
    if (retain && payload.length === 0) this.#retained.delete(topic);
    else if (retain) this.#retained.set(topic, message);
    for (const client of this.#clients.values())
      if (wants(client.options.subscriptions, topic)) this.#deliver(client, message);
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
