/** The part of `cabinet.yaml` that says where buses come from: feeds of positions and of telegrams, for all junctions. */
import Type from "typebox";
import type { ComponentId } from "../../controllers/model.ts";
import { type Duration, seconds } from "../../controllers/units.ts";
import { DEFAULTS } from "./defaults.ts";
import { form, idOf, integer, list, map, number, port } from "./forms.ts";
import type { Problems } from "./problem.ts";
import { once } from "./references.ts";
import type { ConfigFile } from "./schema.ts";
import type { Draft } from "./shape.ts";
import { shown } from "./words.ts";

/** By what a feed comes: a topic of a broker, a page that is asked again and again, a serial line. */
export const FEED_KINDS = { hfp: ["topic"], "gtfs-rt": ["url", "topic"], r09: ["port"] } as const;
export type FeedKind = keyof typeof FEED_KINDS;
const WAYS = ["topic", "url", "port"] as const;

export const Vehicles = list(
  map("Where positions and requests of vehicles come from.", {
    id: idOf("feed"),
    kind: Type.Enum(Object.keys(FEED_KINDS) as FeedKind[], {
      description:
        "hfp: HFP version 2 (vp, tlr) on a topic; gtfs-rt: GTFS-Realtime vehicle positions at an address or on a topic; " +
        "r09: R09.14 and R09.16 telegrams from a radio modem on a serial line.",
    }),
    topic: Type.Optional(
      form(
        "^(?!\\$)[^\\s]{1,200}$",
        "a topic filter of MQTT such as /hfp/v2/journey/ongoing/+/bus/#",
        "Topic filter; the broker must let this cabinet read it.",
      ),
    ),
    broker: Type.Optional(
      form(
        "^(mqtts?|wss?)://[^\\s@/]+(/[^\\s@]*)?$",
        "mqtt://, mqtts://, ws:// or wss:// with host and port, and no password in it",
        "Broker of the topic (MQTT 5), for all feeds with the same address one session. Default: the cockpit's.",
      ),
    ),
    url: Type.Optional(
      form("^https?://[^\\s@/]+(/[^\\s@]*)?$", "an address with http:// or https://, and no password in it", "Page."),
    ),
    every: Type.Optional(
      number(1, 300, "The page is asked for so often, seconds.", { default: DEFAULTS.vehicleFeed.every }),
    ),
    port: Type.Optional(port),
    baud: Type.Optional(integer(1200, 115_200, "Bits per second.", { default: DEFAULTS.vehicleFeed.baud })),
    silentAfter: Type.Optional(
      number(10, 86_400, "Nothing for so long is a fault of the feed, seconds. Default: silence is none."),
    ),
  }),
  "Feeds of vehicles.",
);

export type VehicleFeedConfig = {
  readonly id: ComponentId;
  readonly kind: FeedKind;
  readonly silentAfter?: Duration;
} & (
  | { readonly topic: string; readonly broker?: string }
  | { readonly url: string; readonly every: Duration }
  | { readonly port: string; readonly baud: number }
);

type Entry = NonNullable<ConfigFile["vehicles"]>[number];

/** From an entry that passed every check. */
export function vehicleFeedOf({
  id,
  kind,
  topic,
  broker,
  url,
  every,
  port,
  baud,
  silentAfter,
}: Entry): VehicleFeedConfig {
  const { vehicleFeed: usual } = DEFAULTS;
  const way =
    topic !== undefined
      ? { topic, ...(broker === undefined ? {} : { broker }) }
      : url !== undefined
        ? { url, every: seconds(every ?? usual.every) }
        : { port: port as string, baud: baud ?? usual.baud };
  return { id, kind, ...(silentAfter === undefined ? {} : { silentAfter: seconds(silentAfter) }), ...way };
}

export function checkVehicles(file: Draft<ConfigFile>, problems: Problems): void {
  const { vehicles = [], junctions = [], node, counters = [] } = file;
  if (vehicles.length > 0 && junctions.length === 0)
    problems.add(["vehicles"], "feeds without a junction", "feeds where `junctions` has one: nobody else hears them");
  const idOnce = once(problems, "id");
  const topicOnce = once(problems, "topic");
  for (const counter of counters) topicOnce(counter?.feed?.topic, ["counters"]);
  for (const [i, feed] of vehicles.entries()) {
    if (!feed) continue;
    const at = (key: string) => ["vehicles", i, key] as const;
    idOnce(feed.id, at("id"));
    if (feed.kind === undefined) continue;
    const ways: readonly string[] = FEED_KINDS[feed.kind];
    const said = WAYS.filter((way) => Object.hasOwn(feed, way));
    for (const way of said)
      if (!ways.includes(way)) problems.add(at(way), shown(feed[way]), `${ways.join(" or ")} with kind ${feed.kind}`);
    if (said.length === 0) problems.add(["vehicles", i], "none of them", `${ways.join(" or ")} with kind ${feed.kind}`);
    if (said.length > 1 && said.every((way) => ways.includes(way)))
      problems.add(at(said[1] as string), shown(feed[said[1] as "url"]), "one way for a feed");
    if (feed.topic === undefined) {
      if (Object.hasOwn(feed, "broker")) problems.add(at("broker"), shown(feed.broker), "a topic with it");
      continue;
    }
    const wrong = filterProblem(feed.topic);
    if (wrong) problems.add(at("topic"), shown(feed.topic), wrong);
    if (feed.broker === undefined) topicOnce(feed.topic, at("topic"));
    if (feed.broker === undefined && node !== undefined && feed.topic.startsWith(`${node}/`))
      problems.add(
        at("topic"),
        shown(feed.topic),
        "a topic of another system: this cabinet's own are what it says itself",
      );
  }
}

/** MQTT 5, 4.7.1: `+` is a whole level, `#` the last. */
function filterProblem(filter: string): string | null {
  const levels = filter.split("/");
  if (levels.some((level, k) => level.includes("#") && (level !== "#" || k !== levels.length - 1)))
    return "# as the last level only";
  return levels.some((level) => level.includes("+") && level !== "+") ? "+ as a whole level only" : null;
}
