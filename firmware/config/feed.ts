/** Counters whose people another system tells on a topic of the broker. */
import Type, { type Static } from "typebox";
import { DEFAULTS } from "./defaults.ts";
import { form, map } from "./forms.ts";
import type { Problems } from "./problem.ts";
import { once } from "./references.ts";
import type { ConfigFile } from "./schema.ts";
import type { Draft } from "./shape.ts";
import { shown } from "./words.ts";

const PATH = "^(\\.|[^.\\s]+(\\.[^.\\s]+){0,7})$";
const path = (description: string, fallback: string) =>
  Type.Optional(form(PATH, "names parted by dots, such as data.people", description, { default: fallback }));

export const Feed = map("Where another system tells who passed: a message for each look, of nobody too.", {
  topic: form(
    "^(?!\\$)[^+#\\s]{1,200}$",
    "a topic of the broker without + and #",
    "Topic; the broker must let this cabinet read it (hulotte provision broker --reads).",
  ),
  format: Type.Optional(
    Type.Enum(["json", "cbor"], { default: DEFAULTS.feed.format, description: "How messages are written." }),
  ),
  people: path("Field of the number of people; . where the message is the number.", DEFAULTS.feed.people),
  direction: path(
    "Field that says up, down or both: growing or falling metres. Absent in a message: both.",
    DEFAULTS.feed.direction,
  ),
  cumulated: Type.Optional(
    Type.Boolean({
      default: DEFAULTS.feed.cumulated,
      description: "Whether the number grows from message to message, such as TALQ's accumulatedRoadUserNumber.",
    }),
  ),
});

export interface FeedConfig {
  readonly topic: string;
  readonly format: "json" | "cbor";
  readonly people: string;
  readonly direction: string;
  readonly cumulated: boolean;
}

export const feedOf = (entry: Static<typeof Feed>): FeedConfig => ({ ...DEFAULTS.feed, ...entry });

export function checkFeeds({ node, counters = [] }: Draft<ConfigFile>, problems: Problems): void {
  const topicOnce = once(problems, "topic");
  for (const [i, counter] of counters.entries()) {
    const topic = counter?.feed?.topic;
    if (topic === undefined) continue;
    const at = ["counters", i, "feed", "topic"] as const;
    topicOnce(topic, at);
    if (node !== undefined && topic.startsWith(`${node}/`))
      problems.add(at, shown(topic), "a topic of another system: this cabinet's own are what it says itself");
  }
}
