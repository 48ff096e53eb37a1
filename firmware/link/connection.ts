// The default import: the build for browsers exports no names.
import mqtt, { type IClientOptions, type IPublishPacket, type MqttClient } from "mqtt";
import { milliseconds } from "../../controllers/units.ts";
import type { Clock } from "../hal/clock.ts";
import type { Log } from "../hal/log.ts";
import type { Random } from "../hal/random.ts";
import { MOST_BYTES } from "./guard.ts";

/** First and longest wait before connecting again, ms; each is shortened by chance, by up to half. */
const FIRST_WAIT = 500;
const LONGEST_WAIT = 15_000;
/** A connection that held so long was a good one: the waits begin anew. ms. */
const GOOD_AFTER = 5000;
/** Most messages handed over and not yet acknowledged. Mosquitto takes 20 unless it is told otherwise. */
const WINDOW = 20;
/** Within this an ordered end is over, in ms: first for the last message's acknowledgement, then for the rest. */
const FAREWELL = 600;
const DISCONNECT = 200;

/** How a message travels: MQTT 5 quality of service, retention and properties. */
export interface Delivery {
  readonly qos: 0 | 1;
  readonly retain: boolean;
  readonly correlation?: Uint8Array;
  readonly responseTopic?: string;
  readonly user?: Readonly<Record<string, string>>;
}

/** A message as it came; `retain` as its publisher set it, or because the broker kept it. */
export interface Message {
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly retain: boolean;
  readonly responseTopic: string | undefined;
  readonly correlation: Uint8Array | undefined;
  readonly user: Readonly<Record<string, unknown>>;
}

export interface Broker {
  /** `mqtt://`, `mqtts://`, `ws://` or `wss://`. */
  readonly url: string;
  readonly username?: string;
  readonly password?: string;
  /** Certificate authority to believe, PEM; for mqtts and wss, outside a browser. */
  readonly ca?: string;
}

export interface ConnectionOptions extends Broker {
  readonly clientId: string;
  readonly will?: { readonly topic: string; readonly payload: Uint8Array; readonly user?: Delivery["user"] };
  /** Filters asked for on each connection, before anything is published. */
  readonly subscriptions: readonly string[];
  /** Real time: the network does not run faster because a demonstration does. */
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** A new session began and everything was subscribed. */
  readonly onConnect: () => void;
  /** The session ended; the next attempt follows by itself. */
  readonly onDisconnect?: () => void;
  readonly onMessage: (message: Message) => void;
  /** There is room again after `hasRoom` said no. */
  readonly onRoom: () => void;
}

/** One MQTT 5 session after another until it is closed. Never throws because of the network; holds no queue of its own. */
export interface Connection {
  readonly connected: boolean;
  /** Sessions so far. */
  readonly sessions: number;
  /** Whether a message can be handed over now. Where a session is full, `onRoom` tells the end of it. */
  hasRoom(): boolean;
  /** Hands a message over; false, and nothing kept, when there is no room. */
  publish(topic: string, payload: Uint8Array, delivery: Delivery): boolean;
  /** Publishes `last` where it can, disconnects, and ends within 1 s. May be called twice. */
  close(last?: { readonly topic: string; readonly payload: Uint8Array; readonly delivery: Delivery }): Promise<void>;
}

/** What is wrong with a broker's address, or null. */
export function brokerProblem(url: string): string | null {
  const allowed = ["mqtt:", "mqtts:", "ws:", "wss:"];
  const parsed = URL.canParse(url) ? new URL(url) : null;
  if (parsed && allowed.includes(parsed.protocol) && parsed.hostname) return null;
  return `url is "${url}": allowed is mqtt://, mqtts://, ws:// or wss:// with a host`;
}

/** Connects for ever: capped back-off with jitter, a fresh client each time, so that nothing of an old session survives. */
export function keepConnected(options: ConnectionOptions): Connection {
  const problem = brokerProblem(options.url);
  if (problem) throw new TypeError(problem);
  const { clock, log } = options;
  const ending = new AbortController();
  let session: Session | undefined;
  let sessions = 0;
  let closing: Promise<void> | undefined;

  const work = async () => {
    let wait = FIRST_WAIT;
    while (!ending.signal.aborted) {
      let held: number | null = null;
      let reason: string;
      try {
        session = new Session(options, () => {
          sessions++;
          log.info({ url: options.url, sessions }, "connected");
          options.onConnect();
        });
        held = await session.over;
        reason = session.reason;
      } catch (error) {
        // Some addresses are refused by the transport itself, before it tries (ws: a fragment in the URL).
        reason = String(error);
      }
      if (held !== null) options.onDisconnect?.();
      if (ending.signal.aborted) return;
      if (held !== null && held >= GOOD_AFTER) wait = FIRST_WAIT;
      const pause = milliseconds(wait * (1 - options.random.next() / 2));
      log.warn({ url: options.url, reason, retryIn: Math.round(pause) }, "no connection to the broker");
      wait = Math.min(wait * 2, LONGEST_WAIT);
      await clock.sleep(pause, "link reconnect", ending.signal).catch(() => {});
    }
  };
  const working = work();

  return {
    get connected() {
      return session?.connected ?? false;
    },
    get sessions() {
      return sessions;
    },
    hasRoom: () => session?.hasRoom() ?? false,
    publish: (topic, payload, delivery) => session?.publish(topic, payload, delivery) ?? false,
    close(last) {
      closing ??= (async () => {
        ending.abort(new Error("closed"));
        if (last && session?.connected) await session.farewell(last.topic, last.payload, last.delivery);
        await session?.end();
        await working;
      })();
      return closing;
    },
  };
}

/** One client, from its connecting to its close. */
class Session {
  readonly #client: MqttClient;
  readonly #options: ConnectionOptions;
  #window = WINDOW;
  #inFlight = 0;
  #full = false;
  #ready = false;
  #readyAt = 0;
  #closed = false;
  /** Why it ended, for the log. */
  reason = "closed by the other side";
  /** Resolves when it has ended, with how long it was in use (ms), or null when it never was. */
  readonly over: Promise<number | null>;

  constructor(options: ConnectionOptions, onReady: () => void) {
    this.#options = options;
    this.#client = mqtt.connect(options.url, clientOptions(options));
    const client = this.#client;
    client.on("error", (error) => {
      this.reason = error.message || String((error as { code?: unknown }).code ?? error);
    });
    client.on("disconnect", (packet) => {
      this.reason = `disconnected by the broker, reason ${packet.reasonCode}`;
    });
    client.on("connect", (packet) => {
      this.#window = Math.max(1, Math.min(WINDOW, packet.properties?.receiveMaximum ?? WINDOW));
      const filters = Object.fromEntries(
        options.subscriptions.map((filter) => [filter, { qos: 1 as const, rap: true }]),
      );
      client.subscribe(filters, (error) => {
        if (this.#closed) return;
        if (error) {
          this.reason = `subscription refused: ${error.message}`;
          client.end(true);
          return;
        }
        this.#ready = true;
        this.#readyAt = options.clock.monotonic();
        onReady();
      });
    });
    client.on("message", (topic, payload, packet) => {
      if (!this.#closed) options.onMessage(messageOf(topic, payload, packet));
    });
    this.over = new Promise((resolve) => {
      client.on("close", () => {
        if (this.#closed) return;
        this.#closed = true;
        const held = this.#ready ? options.clock.monotonic() - this.#readyAt : null;
        this.#ready = false;
        client.end(true);
        resolve(held);
      });
    });
  }

  get connected(): boolean {
    return this.#ready && this.#client.connected;
  }

  hasRoom(): boolean {
    if (this.connected && this.#inFlight < this.#window) return true;
    this.#full = true;
    return false;
  }

  publish(topic: string, payload: Uint8Array, delivery: Delivery): boolean {
    if (!this.hasRoom()) return false;
    this.#send(topic, payload, delivery, () => {});
    return true;
  }

  #send(topic: string, payload: Uint8Array, delivery: Delivery, done: () => void): void {
    this.#inFlight++;
    this.#client.publish(topic, buffer(payload), publishOptions(delivery), (error) => {
      this.#inFlight--;
      done();
      if (error && this.connected) this.#options.log.error({ topic, reason: error.message }, "publish refused");
      if (!this.#full || this.#inFlight >= this.#window || !this.connected) return;
      this.#full = false;
      this.#options.onRoom();
    });
  }

  /** Publishes and waits for the acknowledgement, but not for long. */
  async farewell(topic: string, payload: Uint8Array, delivery: Delivery): Promise<void> {
    const done = new AbortController();
    this.#send(topic, payload, delivery, () => done.abort());
    void this.over.then(() => done.abort());
    await this.#options.clock.sleep(milliseconds(FAREWELL), "link farewell", done.signal).catch(() => {});
  }

  /** Disconnects in order; cuts where that takes too long. Without an ordered end the broker publishes the last will. */
  async end(): Promise<void> {
    if (this.#closed) return;
    const done = new AbortController();
    this.reason = "ended by us";
    this.#client.end(!this.#client.connected, () => done.abort());
    void this.over.then(() => done.abort());
    await this.#options.clock.sleep(milliseconds(DISCONNECT), "link disconnect", done.signal).catch(() => {});
    if (this.#closed) return;
    this.#client.stream.destroy();
    await this.over;
  }
}

function clientOptions(options: ConnectionOptions): IClientOptions {
  return {
    clientId: options.clientId,
    protocolVersion: 5,
    clean: true,
    reconnectPeriod: 0,
    queueQoSZero: false,
    resubscribe: false,
    connectTimeout: 5000,
    keepalive: 15,
    properties: { maximumPacketSize: MOST_BYTES + 1024, receiveMaximum: 64 },
    ...(options.username === undefined ? {} : { username: options.username }),
    ...(options.password === undefined ? {} : { password: options.password }),
    ...(options.ca === undefined ? {} : { ca: options.ca }),
    ...(options.will && {
      will: {
        topic: options.will.topic,
        payload: buffer(options.will.payload),
        qos: 1,
        retain: true,
        ...(options.will.user && { properties: { userProperties: { ...options.will.user } } }),
      },
    }),
  };
}

const publishOptions = (delivery: Delivery) => ({
  qos: delivery.qos,
  retain: delivery.retain,
  properties: {
    ...(delivery.correlation && { correlationData: buffer(delivery.correlation) }),
    ...(delivery.responseTopic !== undefined && { responseTopic: delivery.responseTopic }),
    ...(delivery.user && { userProperties: { ...delivery.user } }),
  },
});

const messageOf = (topic: string, payload: Uint8Array, packet: IPublishPacket): Message => ({
  topic,
  payload,
  retain: packet.retain,
  responseTopic: packet.properties?.responseTopic,
  correlation: packet.properties?.correlationData,
  user: packet.properties?.userProperties ?? {},
});

/** mqtt.js asks for a Buffer in its types and takes any Uint8Array: a browser has no Buffer. */
const buffer = (bytes: Uint8Array): Buffer => bytes as Buffer;
