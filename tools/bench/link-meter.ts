/** Counts what a session costs on the wire: every MQTT 5 packet is written out, both ways, TLS excluded. */
import { generate, type Packet } from "mqtt-packet";
import { statusOf } from "../../firmware/link/modules.ts";
import type { AlarmPayload, StatusPayload } from "../../firmware/link/payload.ts";
import { sourceOf } from "../../firmware/link/table.ts";
import { parseTopic } from "../../firmware/link/topic.ts";
import { decode } from "../../firmware/link/wire/cbor.ts";
import type { Delivery, Message, OpenSession } from "../../firmware/link/wire/connection.ts";

/** As `mqtt-session.ts` asks for. ms. */
const KEEPALIVE = 60_000;
const MQTT5 = { protocolVersion: 5 } as const;

const bytesOf = (packet: Packet): number => generate(packet, MQTT5).length;
const PUBACK = bytesOf({ cmd: "puback", messageId: 1 });
const PING = bytesOf({ cmd: "pingreq" }) + bytesOf({ cmd: "pingresp" });

function publishBytes(
  topic: string,
  payload: Uint8Array | string,
  { qos, retain, user, correlation, responseTopic }: Pick<Delivery, "qos" | "retain"> & Partial<Message>,
): number {
  const bytes = bytesOf({
    cmd: "publish",
    topic,
    payload: typeof payload === "string" ? payload : Buffer.from(payload),
    qos,
    retain,
    dup: false,
    ...(qos > 0 ? { messageId: 1 } : {}),
    properties: {
      // An empty list would be counted as nothing at all.
      ...(Object.keys(user ?? {}).length > 0 ? { userProperties: { ...(user as Delivery["user"]) } } : {}),
      ...(correlation ? { correlationData: Buffer.from(correlation) } : {}),
      ...(responseTopic ? { responseTopic } : {}),
    },
  });
  return bytes + (qos > 0 ? PUBACK : 0);
}

/** Bytes, both ways, of everything that a client's sessions say and hear. Topic aliases, which a broker may offer, are not counted on. */
export class Meter {
  readonly byCode = new Map<string, number>();
  json = 0;
  messages = 0;
  #lastSent = 0;
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  get total(): number {
    return this.byCode.values().reduce((sum, one) => sum + one, 0);
  }

  /** A session that counts. */
  readonly wrap =
    (open: OpenSession): OpenSession =>
    (options, onReady) => {
      const { clientId, subscriptions, will } = options;
      const session = open(
        {
          ...options,
          onMessage: (message) => {
            const { topic, payload } = message;
            const about = `received/${parseTopic(topic)?.type ?? "other"}`;
            this.#add(about, publishBytes(topic, payload, { qos: 1, ...message }));
            options.onMessage(message);
          },
        },
        (isKept) => {
          const connect = bytesOf({
            cmd: "connect",
            ...MQTT5,
            clientId,
            clean: false,
            keepalive: KEEPALIVE / 1000,
            ...(will && { will: { topic: will.topic, payload: Buffer.from(will.payload), qos: 1, retain: true } }),
            properties: { sessionExpiryInterval: 3600, maximumPacketSize: 66_560, receiveMaximum: 64 },
          });
          const accepted = bytesOf({ cmd: "connack", reasonCode: 0, sessionPresent: isKept });
          const wanted = subscriptions.map((topic) => ({ topic, qos: 1 as const, rap: true }));
          const asked = bytesOf({ cmd: "subscribe", messageId: 1, subscriptions: wanted });
          const granted = bytesOf({ cmd: "suback", messageId: 1, granted: wanted.map(() => 1) });
          this.#add("session", connect + accepted + asked + granted);
          onReady(isKept);
        },
      );
      return {
        get connected() {
          return session.connected;
        },
        over: session.over,
        get reason() {
          return session.reason;
        },
        hasRoom: () => session.hasRoom(),
        get inFlight() {
          return session.inFlight;
        },
        publish: (topic, payload, delivery, done) => {
          if (!session.publish(topic, payload, delivery, done)) return false;
          this.#publish(topic, payload, delivery);
          return true;
        },
        farewell: (topic, payload, delivery) => session.farewell(topic, payload, delivery),
        end: (within) => session.end(within),
      };
    };

  #publish(topic: string, payload: Uint8Array, delivery: Delivery): void {
    const { type = "other", code, channel } = parseTopic(topic) ?? {};
    const about = [type, type === "status" ? code : undefined, channel].filter((one) => one !== undefined);
    const bytes = publishBytes(topic, payload, delivery);
    this.messages++;
    this.#add(about.join("/"), bytes);
    this.json += jsonBytes(topic, payload, delivery) ?? bytes;
  }

  #add(about: string, bytes: number): void {
    // A client that is quiet for its keep-alive pings; what it sends starts that time anew.
    const now = this.#now();
    const pings = this.#lastSent === 0 ? 0 : Math.floor((now - this.#lastSent) / KEEPALIVE);
    this.#lastSent = now;
    this.byCode.set("pings", (this.byCode.get("pings") ?? 0) + pings * PING);
    this.byCode.set(about, (this.byCode.get(about) ?? 0) + bytes);
    if (about.startsWith("received/") || about === "session") this.json += bytes;
    this.json += pings * PING;
  }
}

/**
 * The same content as JSON, a message a component: what an entry says of a component is one message of quality of service 1 on
 * `<node>/<component>/status` (`.../alarm`), with the time, the number and the attributes by name; what it says of the node as
 * a whole is one on `<node>/<code>`. Null for what is no status and no alarm.
 */
function jsonBytes(topic: string, payload: Uint8Array, { qos, retain }: Delivery): number | null {
  const { node, type, code = "" } = parseTopic(topic) ?? {};
  const decoded = decode(payload);
  if (!decoded.ok || (type !== "status" && type !== "alarm")) return null;
  const bytes = (about: string, said: object) =>
    publishBytes(`${node}/${about}`, JSON.stringify(said), { qos, retain });
  if (type === "alarm") {
    const { entries } = decoded.value as AlarmPayload;
    return entries.reduce(
      (sum, { component = code, ...said }) => sum + bytes(`${component}/alarm`, { code, ...said }),
      0,
    );
  }
  const status = statusOf(code);
  let sum = 0;
  for (const { ts, seq, values } of (decoded.value as StatusPayload).entries) {
    const said = new Map<string, Record<string, unknown>>();
    const say = (about: string, name: string, value: unknown) =>
      said.set(about, { ...(said.get(about) ?? { ts, seq }), [name]: value });
    for (const [name, value] of Object.entries(values)) {
      if (!status || !sourceOf(status, name)?.attribute.each) say(code, name, value);
      else for (const [id, one] of Object.entries(value as object)) say(`${id}/status`, name, one);
    }
    for (const [about, fields] of said) sum += bytes(about, fields);
  }
  return sum;
}
