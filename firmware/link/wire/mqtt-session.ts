// The default import: the build for browsers exports no names.
import mqtt, { type IClientOptions, type IPublishPacket, type MqttClient } from "mqtt";
import { type Duration, milliseconds } from "../../../controllers/units.ts";
import type { Ack, Delivery, Message, Session, SessionOptions } from "./connection.ts";
import { MOST_BYTES } from "./guard.ts";

/** Most messages handed over and not yet acknowledged. Mosquitto takes 20 unless it is told otherwise. */
const WINDOW = 20;
/** Within this an ordered end is over, in ms: first for the last message's acknowledgement, then for the rest. */
const FAREWELL = 600;
const DISCONNECT = milliseconds(200);
/** Most messages that the broker may have in flight to us. */
const RECEIVE_MAXIMUM = 64;
/** Most that come before their session is ready: those of a resumed one may be there in the same breath. */
const MOST_EARLY = 256;
/** What a PUBLISH has beside topic, payload and properties: at most its header, the topic's length, its id. */
const PUBLISH_FRAME = 16;
/** MQTT 5, 2.4: the packet is larger than the receiver takes. */
const PACKET_TOO_LARGE = 0x95;
/** Without us for so long means offline, s: a session that is taken up again within it makes no noise. */
const WILL_DELAY = 5;

/** Begins an MQTT 5 session over the network. Throws where the transport itself refuses the address. */
export const openMqtt = (options: SessionOptions, onReady: (isKept: boolean) => void): Session =>
  new MqttSession(options, onReady);

/** One client, from its connecting to its close. */
class MqttSession implements Session {
  readonly #client: MqttClient;
  readonly #options: SessionOptions;
  #window = WINDOW;
  /** Largest packet that the broker takes, bytes. */
  #largest = Number.POSITIVE_INFINITY;
  /** What is told to those whose acknowledgement is outstanding. */
  readonly #waiting = new Set<(ack: Ack) => void>();
  #full = false;
  #ready = false;
  #readyAt = 0;
  #closed = false;
  /** Messages of a resumed session that came before it was ready. */
  #early: Message[] = [];
  /** Why it ended, for the log. */
  reason = "closed by the other side";
  /** Resolves when it has ended, with how long it was in use (ms), or null when it never was. */
  readonly over: Promise<number | null>;

  constructor(options: SessionOptions, onReady: (isKept: boolean) => void) {
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
      this.#largest = packet.properties?.maximumPacketSize ?? this.#largest;
      const ready = () => {
        this.#ready = true;
        this.#readyAt = options.clock.monotonic();
        onReady(packet.sessionPresent);
        for (const message of this.#early.splice(0)) options.onMessage(message);
      };
      // Asked for in a resumed session too: another version of us may have had others.
      const filters = Object.fromEntries(
        options.subscriptions.map((filter) => [filter, { qos: 1 as const, rap: true }]),
      );
      if (options.subscriptions.length > 0)
        client.subscribe(filters, (error) => {
          if (this.#closed) return;
          if (error) {
            this.reason = `subscription refused: ${error.message}`;
            client.end(true);
          } else if (!this.#ready) ready();
        });
      if (packet.sessionPresent || options.subscriptions.length === 0) ready();
      this.#askBeside();
    });
    client.on("message", (topic, payload, packet) => this.#take(messageOf(topic, payload, packet)));
    this.over = new Promise((resolve) => {
      client.on("close", () => {
        if (this.#closed) return;
        this.#closed = true;
        const held = this.#ready ? options.clock.monotonic() - this.#readyAt : null;
        this.#ready = false;
        client.end(true);
        // MQTT.js tells nobody in a session that the broker keeps: it means to send them again itself.
        for (const done of this.#waiting) done({ kind: "lost" });
        this.#waiting.clear();
        resolve(held);
      });
    });
  }

  /** Each by itself, so that one refusal is no other's. MQTT.js tells a refusal as an error. */
  #askBeside(): void {
    for (const topic of this.#options.beside ?? []) {
      this.#client.subscribe(topic, { qos: 0, rh: 2 }, (error) => {
        if (error && !this.#closed) this.#options.log.warn({ topic, reason: error.message }, "not allowed to read");
      });
    }
  }

  #take(message: Message): void {
    if (this.#closed) return;
    if (this.#ready) {
      this.#options.onMessage(message);
      return;
    }
    this.#early.push(message);
    if (this.#early.length <= MOST_EARLY) return;
    this.reason = `more than ${MOST_EARLY} messages before the session began`;
    this.#client.stream.destroy();
  }

  get connected(): boolean {
    return this.#ready && this.#client.connected;
  }

  hasRoom(): boolean {
    if (this.connected && this.inFlight < this.#window) return true;
    this.#full = true;
    return false;
  }

  get inFlight(): number {
    return this.#waiting.size;
  }

  publish(topic: string, payload: Uint8Array, delivery: Delivery, done: (ack: Ack) => void = () => {}): boolean {
    if (!this.hasRoom()) return false;
    this.#send(topic, payload, delivery, done);
    return true;
  }

  #send(topic: string, payload: Uint8Array, delivery: Delivery, done: (ack: Ack) => void): void {
    if (sizeOf(topic, payload, delivery) > this.#largest) {
      // MQTT 5, 3.2.2.3.6: never sent. A broker that gets it cuts the connection.
      this.#options.log.error({ topic, bytes: payload.length, largest: this.#largest }, "publish refused");
      queueMicrotask(() => done({ kind: "refused", reason: PACKET_TOO_LARGE }));
      return;
    }
    // Each in a closure of its own, so that one callback given twice counts twice.
    const told = (ack: Ack) => done(ack);
    this.#waiting.add(told);
    this.#client.publish(topic, buffer(payload), publishOptions(delivery), (error) => {
      if (!this.#waiting.delete(told)) return;
      told(ackOf(error));
      if (error && this.connected) this.#options.log.error({ topic, reason: error.message }, "publish refused");
      if (!this.#full || this.inFlight >= this.#window || !this.connected) return;
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
  async end(within: Duration = DISCONNECT): Promise<void> {
    if (this.#closed) return;
    const done = new AbortController();
    this.reason = "ended by us";
    this.#client.end(!this.#client.connected, () => done.abort());
    void this.over.then(() => done.abort());
    await this.#options.clock.sleep(within, "link disconnect", done.signal).catch(() => {});
    if (this.#closed) return;
    this.#client.stream.destroy();
    await this.over;
  }
}

/** MQTT.js rejects a PUBACK of 0x80 and above with its reason as the error's code, and a broken session without one. */
function ackOf(error: unknown): Ack {
  if (!error) return { kind: "acknowledged" };
  const { code } = error as { code?: unknown };
  return typeof code === "number" && code >= 0x80 ? { kind: "refused", reason: code } : { kind: "lost" };
}

/**
 * MQTT.js opens a session that is kept with `clean` off, and that is all it does for it: its own store dies with the
 * client, so nothing of it is ever sent again by itself (mqttjs/MQTT.js#2015).
 */
function clientOptions(options: SessionOptions): IClientOptions {
  const { keep } = options;
  return {
    ...tlsOptions(options),
    clientId: options.clientId,
    protocolVersion: 5,
    clean: keep === undefined,
    reconnectPeriod: 0,
    queueQoSZero: false,
    resubscribe: false,
    connectTimeout: 5000,
    keepalive: 60,
    // Used only as far as the broker offers: a topic goes over the wire once.
    autoAssignTopicAlias: true,
    properties: {
      maximumPacketSize: MOST_BYTES + 1024,
      receiveMaximum: RECEIVE_MAXIMUM,
      ...(keep === undefined ? {} : { sessionExpiryInterval: Math.ceil(keep / 1000) }),
    },
    ...(options.username === undefined ? {} : { username: options.username }),
    ...(options.password === undefined ? {} : { password: options.password }),
    ...(options.will && {
      will: {
        topic: options.will.topic,
        payload: buffer(options.will.payload),
        qos: 1,
        retain: true,
        properties: {
          ...(keep === undefined ? {} : { willDelayInterval: WILL_DELAY }),
          ...(options.will.user && { userProperties: { ...options.will.user } }),
        },
      },
    }),
  };
}

/** TLS 1.3, and a broker whose certificate one of our authorities signed for the name in its address. */
function tlsOptions({ url, tls }: SessionOptions): IClientOptions {
  if (!/^(mqtts|wss):/.test(url)) return {};
  const { ca, cert, key, token } = tls ?? {};
  const options = {
    minVersion: "TLSv1.3" as const,
    rejectUnauthorized: true,
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    ...(token && { privateKeyEngine: token.engine, privateKeyIdentifier: token.id }),
  };
  // A browser has its own rules and takes none of ours.
  return url.startsWith("wss:") ? { wsOptions: options } : options;
}

/** Bytes of a PUBLISH, or a few more. MQTT 5, 3.3. */
function sizeOf(topic: string, payload: Uint8Array, { correlation, responseTopic = "", user = {} }: Delivery): number {
  const properties = Object.entries(user).flat().concat(responseTopic);
  return [topic, ...properties].reduce(
    (sum, text) => sum + 3 * text.length + 3,
    PUBLISH_FRAME + payload.length + (correlation?.length ?? 0),
  );
}

const publishOptions = (delivery: Delivery) => ({
  qos: delivery.qos,
  retain: delivery.retain,
  properties: {
    ...(delivery.correlation && { correlationData: buffer(delivery.correlation) }),
    ...(delivery.responseTopic !== undefined && { responseTopic: delivery.responseTopic }),
    ...(delivery.user && { userProperties: { ...delivery.user } }),
    ...(delivery.expiry === undefined ? {} : { messageExpiryInterval: Math.ceil(delivery.expiry / 1000) }),
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
