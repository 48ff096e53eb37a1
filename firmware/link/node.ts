import { CABINET } from "../../controllers/alarms.ts";
import { hours } from "../../controllers/units.ts";
import type { Clock } from "../hal/clock.ts";
import type { Journal } from "../hal/journal.ts";
import type { Log } from "../hal/log.ts";
import type { Random } from "../hal/random.ts";
import type { Beside } from "./beside.ts";
import { problemFinder } from "./check.ts";
import { Authority } from "./commands/authority.ts";
import { CommandDesk } from "./commands/commands.ts";
import { RefusalAlarm } from "./commands/refusals.ts";
import type { CockpitLink } from "./link.ts";
import { offered, RSMP4_DRAFT } from "./modules.ts";
import { type Presence, valuesSchema } from "./payload.ts";
import { obeyAlarmCommands } from "./service/alarm-commands.ts";
import { History } from "./service/history.ts";
import { LiveGate, type LivePolicy } from "./service/live-gate.ts";
import { NodeAlarms } from "./service/node-alarms.ts";
import { NodeChannels } from "./service/node-channels.ts";
import type { Receipts } from "./service/outbox.ts";
import { Pace } from "./service/pace.ts";
import { Publisher } from "./service/publisher.ts";
import { alarmStream } from "./service/records.ts";
import { Replay } from "./service/replay.ts";
import { Results } from "./service/results.ts";
import { SelfAlarms } from "./service/self-alarms.ts";
import type { Status } from "./table.ts";
import { nodeProblem, parseTopic, topicOf } from "./topic.ts";
import { encode } from "./wire/cbor.ts";
import { type Broker, type Connection, type Delivery, keepConnected, type Message } from "./wire/connection.ts";
import { NODE_RATES, TokenBucket } from "./wire/limits.ts";

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
  /** What must reach the cockpit is kept here until it has. Whoever opened it closes it, after the link's end. */
  readonly journal: Journal;
  /** Who may command; where left out nobody whose command must be signed. */
  readonly authority?: Authority;
  /** The modules that it offers as services; those of a cabinet without a junction where left out. */
  readonly modules?: readonly string[];
  /** What it tells, and over which channels; all of its modules where left out. */
  readonly statuses?: Readonly<Record<string, Status>>;
  /** Topics of others that share the session. */
  readonly sideTopics?: Beside;
  /** Who may start what tells where people are; a signed command must allow it where left out. */
  readonly live?: LivePolicy;
  /** Aborting closes the link, as `close()` does. */
  readonly signal: AbortSignal;
}

const KEPT: Delivery = { qos: 1, retain: true };
const LONGEST_MESSAGE = 200;
/** The broker keeps commands of quality of service 1 for us over so long an outage. */
const SESSION_KEPT = hours(1);

/**
 * Starts the RSMP 4 node of a cabinet (the service end of its modules) and returns at once. Without a broker it goes on
 * trying for ever. What is journaled (channels that are replayed, alarm events, results) is told at least once, each stream in
 * order; of the rest only the latest state. Each session says presence, channel states, all alarms, then complete statuses at
 * once, and replays what was missed beside them. MQTT 5 only. A bad node id or broker address is a TypeError.
 */
export function startNode(options: NodeOptions): CockpitLink {
  const { node, clock, wallClock, log, journal, signal } = options;
  const problem = nodeProblem(node);
  if (problem) throw new TypeError(problem);
  const presence = topicOf(node, "presence");
  const user = { rsmp4: RSMP4_DRAFT, version: options.version };
  const offer = offered(options.modules);
  const statuses = options.statuses ?? offer.statuses;
  const finders = new Map(
    Object.entries(statuses).map(([code, status]) => [code, problemFinder(valuesSchema(status))]),
  );
  const ended = new AbortController();
  let flooded = 0;
  let closing: Promise<void> | undefined;

  const receipts: Receipts = {
    settle(records, ack) {
      if (ack.kind === "acknowledged") journal.delivered(records.map(({ id }) => id));
      if (ack.kind !== "refused") return;
      for (const { id } of records) journal.quarantine(id, ack.reason);
      log.error({ stream: records[0]?.stream, reason: ack.reason, records: records.length }, "refused by the broker");
      self.refused(ack.reason);
    },
  };
  const onReady = () => publisher.flushSoon();
  const common = { node, journal, clock, log, receipts, onReady };

  const alarms = new NodeAlarms({ ...common, codes: Object.keys(offer.alarms) });
  const gate = new LiveGate({ policy: options.live ?? "signed", clock });
  const channels = new NodeChannels({
    ...common,
    statuses,
    gate,
    onLeft: (stream) => {
      replay.left(stream);
      pace.poke();
    },
    post: (letter) => publisher.post(letter),
  });
  const results = new Results({ ...common, post: (letter) => publisher.post(letter) });
  const replay = new Replay(journal, receipts, channels.replayed);
  const history = new History({
    journal,
    clock: wallClock,
    log,
    streamOf: (code, channel) =>
      channel === undefined && alarms.book(code) ? alarmStream(code) : channels.streamOf(code, channel),
  });
  const publisher: Publisher = new Publisher({
    // In the order of a new session: alarms before live data. RSMP 4 draft, "Alarm" and "Channel".
    sources: [...alarms.sources, results, ...channels.sources],
    connection: () => connection,
    clock,
    wallClock,
    log,
    onIdle: () => pace.poke(),
  });
  const pace = new Pace({
    replay,
    history,
    clock: wallClock,
    idle: () => connection.connected && connection.hasRoom() && publisher.idle,
    send: (message) => publisher.send(message),
    signal: ended.signal,
  });
  /** About itself; a node that does not offer the module of the cabinet has no such alarm. */
  const raise = (code: "cabinet.link" | "cabinet.journal" | "cabinet.command", active: boolean, message: string) => {
    if (alarms.book(code)) alarm(code, CABINET, active, message, clock.now());
  };
  const self = new SelfAlarms({
    journal,
    clock: wallClock,
    raise,
    signal: ended.signal,
  });

  const refusals = new RefusalAlarm({
    clock: wallClock,
    tell: (active, message) => raise("cabinet.command", active, message),
    signal: ended.signal,
  });
  const desk = new CommandDesk({
    clock,
    log,
    journal,
    authority: options.authority ?? new Authority({ clock }),
    reply: (topic, result, correlation) => results.reply(topic, result, correlation),
    onRefused: (why, issuer) => refusals.refused(why, issuer),
  });
  obeyAlarmCommands({
    handle: (code, handler) => desk.handle(code, handler),
    book: (code) => alarms.book(code),
    now: () => clock.now(),
  });
  desk.handle("cabinet.live.allow", async (command) => {
    const result = await gate.obey(command);
    publisher.flushSoon();
    return result;
  });

  const rates = { throttle: new TokenBucket(NODE_RATES.throttle), fetch: new TokenBucket(NODE_RATES.fetch) };
  const receive = (message: Message) => {
    if (options.sideTopics?.receive(message)) return;
    const topic = parseTopic(message.topic);
    if (topic?.node !== node || topic.code === undefined) return;
    const { type, code, channel } = topic;
    if (type === "command") return void desk.receive(code, message);
    if (type !== "throttle" && type !== "fetch") return;
    if (!rates[type].take(wallClock.monotonic())) {
      flooded++;
      return;
    }
    if (type === "throttle") return channels.throttle(code, channel, message);
    history.receive(code, channel, message);
    pace.poke();
  };

  const connection: Connection = keepConnected({
    ...options,
    clock: wallClock,
    clientId: node,
    keep: SESSION_KEPT,
    will: { topic: presence, payload: encode("offline" satisfies Presence), user },
    subscriptions: ["command", "throttle", "fetch"].map((type) => `${node}/${type}/#`),
    ...(options.sideTopics ? { beside: options.sideTopics.topics } : {}),
    onConnect: (goesOn) => {
      replay.begin();
      history.begin();
      publisher.begin(
        [{ topic: presence, payload: "online" satisfies Presence, delivery: { ...KEPT, user } }, ...channels.states()],
        goesOn,
      );
      pace.begin();
    },
    onMessage: receive,
    onRoom: () => publisher.flush(),
  });
  options.sideTopics?.sender((topic, payload, expiry) =>
    connection.publish(topic, payload, { qos: 0, retain: false, expiry }),
  );
  void publisher.run();
  void pace.run();

  const close = () => {
    closing ??= (async () => {
      publisher.flush();
      publisher.end();
      ended.abort();
      const payload = encode("shutdown" satisfies Presence);
      await connection.close({ topic: presence, payload, delivery: { ...KEPT, user } });
    })();
    return closing;
  };

  const alarm: CockpitLink["alarm"] = (code, component, active, message, at) => {
    const book = alarms.book(code);
    if (!book) throw new TypeError(`alarm ${code}: allowed ${alarms.codes.join(", ")}`);
    book.record(component, active, message.slice(0, LONGEST_MESSAGE), at);
    publisher.flushSoon();
  };
  if (signal.aborted) void close();
  else signal.addEventListener("abort", () => void close(), { once: true });

  return {
    update(code, values, at) {
      const find = finders.get(code);
      if (!find) throw new TypeError(`status ${code}: allowed ${[...finders.keys()].join(", ")}`);
      const wrong = find(values);
      if (wrong) throw new TypeError(`${code}: ${wrong.field} ${wrong.message}`);
      channels.update(code, values, at);
      publisher.flushSoon();
    },
    alarm,
    onCommand: (code, handler) => desk.handle(code, handler),
    setInventory: (components, groups) => desk.setKnown(components, groups),
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
      ignored: desk.counters.ignored + channels.ignored + history.counters.ignored + flooded,
      pending: journal.health.pending,
      quarantined: journal.health.quarantined,
      replayed: replay.replayed,
      fetches: history.counters.fetches,
      inFlight: connection.inFlight,
      quality: publisher.quality,
    }),
    close,
  };
}
