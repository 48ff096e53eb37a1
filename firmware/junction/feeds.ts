/** How what feeds say comes to the cabinet: topics of a broker, pages asked for again and again, serial lines. No meaning. */
import type { VehicleWord } from "../../controllers/junction/request-model.ts";
import type { ComponentId, Reading } from "../../controllers/model.ts";
import { type Duration, seconds } from "../../controllers/units.ts";
import type { VehicleFeedConfig } from "../config/junctions-feeds.ts";
import type { Clock } from "../hal/clock.ts";
import { Fault } from "../hal/fault.ts";
import type { Log } from "../hal/log.ts";
import type { Ports } from "../hal/ports.ts";
import type { Random } from "../hal/random.ts";
import { keepOpen, keepWorking } from "../hal/reopen.ts";
import type { TopicFeed } from "../hal/topics.ts";
import { covers, type SideTopics } from "../link/beside.ts";
import { type Broker, type Connection, keepConnected } from "../link/wire/connection.ts";
import type { Feed, Message } from "../vehicles/feed.ts";

/** A page of a whole city's vehicles is some hundred kilobytes. */
const LARGEST_PAGE = 8_000_000;
/** A feed that is silent is looked at so often. */
const LOOK_EVERY = seconds(5);
/** An answer to a vehicle that nobody took by then is of no use. */
const ANSWER_KEPT = seconds(5);

/** A feed that runs: what it says is handed on, in the order in which it came. */
export interface RunningFeed {
  readonly id: ComponentId;
  run(
    hear: (words: readonly VehicleWord[]) => void,
    report: (reading: Reading) => void,
    signal: AbortSignal,
  ): Promise<void>;
  /** Says something back, where the feed has a way for that. */
  send(message: Message): void;
  tally(): Readonly<Record<string, number>>;
}

export interface FeedParts {
  readonly ports: Pick<Ports, "clock" | "random" | "bytes" | "page">;
  readonly topics: Pick<SideTopics, "feed" | "send">;
  /** Sessions with other brokers. Real time, and the cabinet's name there. */
  readonly others: { readonly wall: Clock; readonly clientId: string; readonly open?: Broker["open"] };
  readonly log: Log;
}

/** What decodes: by message where it comes so, else by chunk. */
export type Decoder =
  | { readonly by: "message"; readonly feed: Feed<Message> }
  | { readonly by: "bytes"; readonly feed: Feed<Uint8Array> };

interface Common {
  readonly config: VehicleFeedConfig;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

/** Ask before the link starts: its sessions subscribe the topics. */
export function runningFeed(config: VehicleFeedConfig, decoder: Decoder, parts: FeedParts): RunningFeed {
  const { ports, topics, others } = parts;
  const common: Common = {
    config,
    clock: ports.clock,
    random: ports.random,
    log: parts.log.child({ part: config.id }),
  };
  if ("topic" in config) {
    const { broker, topic } = config;
    if (broker === undefined) return onTopic(common, topics.feed(topic), decoder, topics.send);
    return onOtherBroker(common, { url: broker, topic, ...others }, decoder);
  }
  if ("url" in config) return onPage(common, config, decoder, ports.page);
  const { port, baud } = config;
  return onSerial(common, decoder, () => ports.bytes(port, { baud }));
}

const take = ({ by, feed }: Decoder, payload: Uint8Array, topic: string, clock: Clock): readonly VehicleWord[] =>
  by === "message" ? feed.take({ topic, payload }, clock.now()) : feed.take(payload, clock.now());

/** Tells silence as a fault of the feed, where the configuration says how long is too long. */
function silenceWatch({ config, clock }: Common) {
  let last = clock.monotonic();
  const { silentAfter } = config;
  return {
    heard() {
      last = clock.monotonic();
    },
    async run(report: (reading: Reading) => void, signal: AbortSignal): Promise<void> {
      if (silentAfter === undefined) return;
      let isSilent = false;
      while (!signal.aborted) {
        await clock.sleep(LOOK_EVERY, `silence of ${config.id}`, signal).catch(() => {});
        const silent = clock.monotonic() - last >= silentAfter;
        if (silent === isSilent || signal.aborted) continue;
        isSilent = silent;
        report({ kind: "fault", source: config.id, fault: silent ? "sensor-silent" : null, at: clock.now() });
      }
    },
  };
}

function onTopic(common: Common, feed: TopicFeed, decoder: Decoder, send: SideTopics["send"]): RunningFeed {
  const { config, clock } = common;
  const silence = silenceWatch(common);
  return {
    id: config.id,
    tally: decoder.feed.tally,
    send: ({ topic, payload }) => void send(topic, payload, ANSWER_KEPT),
    async run(hear, report, signal) {
      feed.listen((payload, topic = feed.topic) => {
        silence.heard();
        hear(take(decoder, payload, topic, clock));
      }, signal);
      await silence.run(report, signal);
    },
  };
}

function onOtherBroker(
  common: Common,
  { url, topic: filter, wall, clientId, open }: FeedParts["others"] & { readonly url: string; readonly topic: string },
  decoder: Decoder,
): RunningFeed {
  const { config, clock, random, log } = common;
  const silence = silenceWatch(common);
  let connection: Connection | undefined;
  return {
    id: config.id,
    tally: decoder.feed.tally,
    send: ({ topic, payload }) =>
      void connection?.publish(topic, payload, { qos: 0, retain: false, expiry: ANSWER_KEPT }),
    async run(hear, report, signal) {
      const over = Promise.withResolvers<void>();
      connection = keepConnected({
        url,
        clientId: `${clientId}/${config.id}`,
        subscriptions: [],
        beside: [filter],
        clock: wall,
        random,
        log,
        ...(open ? { open } : {}),
        onConnect: () => report({ kind: "fault", source: config.id, fault: null, at: clock.now() }),
        onDisconnect: () => report({ kind: "fault", source: config.id, fault: "port-lost", at: clock.now() }),
        onMessage({ topic, payload }) {
          if (!covers(filter, topic)) return;
          silence.heard();
          hear(take(decoder, payload, topic, clock));
        },
        onRoom() {},
      });
      const close = () => void connection?.close().then(over.resolve, over.reject);
      if (signal.aborted) close();
      else signal.addEventListener("abort", close, { once: true });
      await Promise.all([silence.run(report, signal), over.promise]);
    },
  };
}

function onPage(
  common: Common,
  { url, every }: { readonly url: string; readonly every: Duration },
  decoder: Decoder,
  page: Ports["page"],
): RunningFeed {
  const { config, clock, random, log } = common;
  const silence = silenceWatch(common);
  return {
    id: config.id,
    tally: decoder.feed.tally,
    send() {},
    async run(hear, report, signal) {
      const asking = keepWorking({ clock, random, log, source: config.id, report, signal }, async (works) => {
        const port = page?.(url);
        if (!port) throw new Fault("port-missing", url, "this machine has no way to the web");
        for (;;) {
          const began = clock.monotonic();
          const payload = await port.get(LARGEST_PAGE, signal);
          works();
          if (payload) {
            silence.heard();
            hear(take(decoder, payload, url, clock));
          }
          const rest = Math.max(0, began + every - clock.monotonic());
          await clock.sleep(rest as Duration, `next page of ${config.id}`, signal);
        }
      });
      await Promise.all([asking, silence.run(report, signal)]);
    },
  };
}

function onSerial(common: Common, decoder: Decoder, port: () => ReturnType<Ports["bytes"]>): RunningFeed {
  const { config, clock, random, log } = common;
  const silence = silenceWatch(common);
  return {
    id: config.id,
    tally: decoder.feed.tally,
    send() {},
    async run(hear, report, signal) {
      const keeping = { clock, random, log, source: config.id, report, signal };
      const reading = keepOpen({ ...keeping, port: port() }, async (stream, works) => {
        works();
        for await (const chunk of stream.chunks) {
          silence.heard();
          hear(take(decoder, chunk, config.id, clock));
        }
      });
      await Promise.all([reading, silence.run(report, signal)]);
    },
  };
}
