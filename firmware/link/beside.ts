import type { TopicFeed, TopicSender } from "../hal/topics.ts";
import type { Message } from "./wire/connection.ts";

/** Topics that are no part of RSMP 4 and share the node's session: a broker lets a certificate have one session only. */
export interface Beside {
  /** Those that somebody asked a feed of. */
  readonly topics: readonly string[];
  /** Whether the message was for one of them. */
  receive(message: Pick<Message, "topic" | "payload">): boolean;
  /** Told by the node how to publish. */
  sender(send: TopicSender): void;
}

/** The other end of it: what the parts of a cabinet are given. */
export interface SideTopics extends Beside {
  /** Ask before the node starts: topics and filters are subscribed with its sessions. Each once, else TypeError. */
  feed(topic: string): TopicFeed;
  /** False while there is no session, or too much in flight. */
  readonly send: TopicSender;
}

export function sideTopics(): SideTopics {
  const takers = new Map<string, ((payload: Uint8Array, topic?: string) => void) | null>();
  const filters = new Set<string>();
  let publish: TopicSender = () => false;
  return {
    get topics() {
      return [...takers.keys()];
    },
    receive({ topic, payload }) {
      const take = takers.get(topic);
      if (take !== undefined) {
        take?.(payload, topic);
        return true;
      }
      let isTaken = false;
      for (const filter of filters) {
        if (!covers(filter, topic)) continue;
        isTaken = true;
        takers.get(filter)?.(payload, topic);
      }
      return isTaken;
    },
    sender(send) {
      publish = send;
    },
    feed(topic) {
      if (takers.has(topic)) throw new TypeError(`topic ${topic} has a feed: allowed is one`);
      takers.set(topic, null);
      if (/[+#]/.test(topic)) filters.add(topic);
      return {
        topic,
        listen(take, signal) {
          if (signal.aborted) return;
          takers.set(topic, take);
          signal.addEventListener("abort", () => takers.set(topic, null), { once: true });
        },
      };
    },
    send: (topic, payload, expiry) => publish(topic, payload, expiry),
  };
}

/** Whether a filter asks for a topic. MQTT 5, 4.7.1: `+` is any level, `#` all that are left, none of them too. */
export function covers(filter: string, topic: string): boolean {
  // 4.7.2: what begins with $ is asked for by its name only.
  if (topic.startsWith("$") && !filter.startsWith("$")) return false;
  const wanted = filter.split("/");
  const levels = topic.split("/");
  const rest = wanted.indexOf("#");
  if (rest < 0 ? wanted.length !== levels.length : levels.length < rest) return false;
  return wanted.slice(0, rest < 0 ? wanted.length : rest).every((level, i) => level === "+" || level === levels[i]);
}
