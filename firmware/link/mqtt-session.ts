// The default import: the build for browsers exports no names.
import mqtt, { type IClientOptions, type IPublishPacket, type MqttClient } from "mqtt";
import { milliseconds } from "../../controllers/units.ts";
import type { ConnectionOptions, Delivery, Message, Session } from "./connection.ts";
import { MOST_BYTES } from "./guard.ts";

/** Most messages handed over and not yet acknowledged. Mosquitto takes 20 unless it is told otherwise. */
const WINDOW = 20;
/** Within this an ordered end is over, in ms: first for the last message's acknowledgement, then for the rest. */
const FAREWELL = 600;
const DISCONNECT = 200;

/** Begins an MQTT 5 session over the network. Throws where the transport itself refuses the address. */
export const openMqtt = (options: ConnectionOptions, onReady: () => void): Session => new MqttSession(options, onReady);

/** One client, from its connecting to its close. */
class MqttSession implements Session {
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
