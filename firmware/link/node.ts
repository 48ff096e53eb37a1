import type { Clock } from "../hal/clock.ts";
import type { Log } from "../hal/log.ts";
import type { Random } from "../hal/random.ts";
import { AlarmBook } from "./alarm-book.ts";
import { decode, encode } from "./cbor.ts";
import { Channel } from "./channel.ts";
import { problemOf } from "./check.ts";
import { CommandDesk } from "./commands.ts";
import { type Broker, type Connection, type Delivery, keepConnected, type Message } from "./connection.ts";
import type { CockpitLink } from "./link.ts";
import { ALARMS, type AlarmCode, RSMP4_DRAFT, STATUSES } from "./modules.ts";
import { type Presence, THROTTLE, type ThrottlePayload, valuesSchema } from "./payload.ts";
import { type Outgoing, Publisher, type Source } from "./publisher.ts";
import type { ChannelSpec, Status } from "./table.ts";
import { nodeProblem, parseTopic, topicOf } from "./topic.ts";

export interface NodeOptions extends Broker {
  /** RSMP node id: `21231/cab-0117`. */
  readonly node: string;
  /** Version of the runtime, published with presence. */
  readonly version: string;
  /** The cabinet's time: time stamps, periodic updates, expiries. */
  readonly clock: Clock;
  /** Real time, for the network. The same clock on a cabinet; another where a demonstration runs faster. */
  readonly wallClock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** Aborting closes the link, as `close()` does. */
  readonly signal: AbortSignal;
}

const KEPT: Delivery = { qos: 1, retain: true };
const LONGEST_MESSAGE = 200;

/** A channel where it is published. */
interface Placed {
  readonly code: string;
  readonly spec: ChannelSpec;
  readonly channel: Channel;
}

/**
 * Starts the RSMP 4 node of a cabinet (the service end of its modules) and returns at once. Without a broker it goes on
 * trying for ever and keeps only the latest state; in each session it says presence, channel states, all alarms, then
 * complete statuses. MQTT 5 only. A bad node id or broker address is a TypeError.
 */
export function startNode(options: NodeOptions): CockpitLink {
  const { node, clock, wallClock, log, signal } = options;
  const problem = nodeProblem(node);
  if (problem) throw new TypeError(problem);
  const presence = topicOf(node, "presence");
  const user = { rsmp4: RSMP4_DRAFT, version: options.version };
  let throttlesIgnored = 0;
  let closing: Promise<void> | undefined;

  const placed = channelsOf(STATUSES);
  const find = (code: string, name?: string) => placed.find((one) => one.code === code && one.spec.name === name);
  const schemas = new Map(Object.entries(STATUSES).map(([code, status]) => [code, valuesSchema(status)]));
  const alarms = new Map((Object.keys(ALARMS) as AlarmCode[]).map((code) => [code, new AlarmBook()]));

  const publisher = new Publisher({
    // In the order of a new session: alarms before live data. RSMP 4 draft, "Alarm" and "Channel".
    sources: [
      ...[...alarms].map(([code, book]) => alarmSource(topicOf(node, "alarm", code), book, clock)),
      ...placed.map((one) => channelSource(topicOf(node, "status", one.code, one.spec.name), one, clock)),
    ],
    connection: () => connection,
    clock,
    wallClock,
    log,
  });

  const stateOf = ({ code, spec, channel }: Placed): Outgoing => ({
    topic: topicOf(node, "channel", code, spec.name),
    payload: { state: channel.running ? "running" : "stopped" },
    delivery: KEPT,
  });

  const desk = new CommandDesk({
    clock,
    log,
    reply: (topic, payload, correlation) =>
      publisher.post({ topic, payload, delivery: { qos: 1, retain: false, correlation } }),
  });

  const throttle = (message: Message, code: string, name: string | undefined) => {
    const one = find(code, name);
    const decoded = decode(message.payload);
    if (message.retain || !one || !decoded.ok || problemOf(THROTTLE, decoded.value)) {
      throttlesIgnored++;
      log.warn({ topic: message.topic }, "throttle ignored");
      return;
    }
    if ((decoded.value as ThrottlePayload).action === "start") one.channel.start();
    else one.channel.stop();
    publisher.post(stateOf(one));
    // An empty retained message clears what the broker keeps, so that nobody takes it for live.
    const topic = topicOf(node, "status", code, name);
    if (!one.channel.running) publisher.post({ topic, payload: undefined, delivery: KEPT });
  };

  const connection: Connection = keepConnected({
    ...options,
    clock: wallClock,
    clientId: node,
    will: { topic: presence, payload: encode("offline" satisfies Presence), user },
    subscriptions: [`${node}/command/#`, `${node}/throttle/#`],
    onConnect: () =>
      publisher.begin([
        { topic: presence, payload: "online" satisfies Presence, delivery: { ...KEPT, user } },
        ...placed.map(stateOf),
      ]),
    onMessage: (message) => {
      const topic = parseTopic(message.topic);
      if (topic?.node !== node || topic.code === undefined) return;
      if (topic.type === "command") void desk.receive(topic.code, message);
      else if (topic.type === "throttle") throttle(message, topic.code, topic.channel);
    },
    onRoom: () => publisher.flush(),
  });
  void publisher.run();

  const close = () => {
    closing ??= (async () => {
      publisher.flush();
      publisher.end();
      const payload = encode("shutdown" satisfies Presence);
      await connection.close({ topic: presence, payload, delivery: { ...KEPT, user } });
    })();
    return closing;
  };
  if (signal.aborted) void close();
  else signal.addEventListener("abort", () => void close(), { once: true });

  return {
    update(code, values, at) {
      const schema = schemas.get(code);
      if (!schema) throw new TypeError(`status ${code}: allowed ${[...schemas.keys()].join(", ")}`);
      const wrong = problemOf(schema, values);
      if (wrong) throw new TypeError(`${code}: ${wrong.field} ${wrong.message}`);
      for (const one of placed) if (one.code === code) one.channel.update(values, at);
      publisher.flushSoon();
    },
    alarm(code, component, active, message, at) {
      const book = alarms.get(code);
      if (!book) throw new TypeError(`alarm ${code}: allowed ${[...alarms.keys()].join(", ")}`);
      book.record(component, active, message.slice(0, LONGEST_MESSAGE), at);
      publisher.flushSoon();
    },
    onCommand: (code, handler) => desk.handle(code, handler),
    setInventory: (components) => desk.setKnown(components),
    get connected() {
      return connection.connected;
    },
    counters: () => ({
      connections: connection.sessions,
      published: publisher.published,
      dropped: publisher.dropped,
      commands: desk.counters.commands,
      repeated: desk.counters.repeated,
      refused: { ...desk.counters.refused },
      ignored: desk.counters.ignored + throttlesIgnored,
    }),
    close,
  };
}

const channelsOf = (statuses: Readonly<Record<string, Status>>): readonly Placed[] =>
  Object.entries(statuses).flatMap(([code, status]) =>
    status.channels.map((spec) => ({ code, spec, channel: new Channel(status, spec) })),
  );

const channelSource = (topic: string, { channel, spec }: Placed, clock: Clock): Source => ({
  next() {
    const update = channel.due(clock.now());
    return update && { topic, payload: update.payload, delivery: { qos: spec.qos, retain: update.retain } };
  },
  wakeAt: () => channel.wakeAt,
  refresh: () => channel.refresh(),
});

const alarmSource = (topic: string, book: AlarmBook, clock: Clock): Source => ({
  next() {
    const update = book.due(clock.now());
    return update && { topic, payload: update, delivery: { qos: 1, retain: update.full === true } };
  },
  wakeAt: () => book.wakeAt,
  refresh: () => book.refresh(),
});
