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
  /** Ask before the node starts: topics are subscribed with its sessions. Each topic once, else TypeError. */
  feed(topic: string): TopicFeed;
  /** False while there is no session, or too much in flight. */
  readonly send: TopicSender;
}

export function sideTopics(): SideTopics {
  const takers = new Map<string, ((payload: Uint8Array) => void) | null>();
  let publish: TopicSender = () => false;
  return {
    get topics() {
      return [...takers.keys()];
    },
    receive({ topic, payload }) {
      const take = takers.get(topic);
      if (take === undefined) return false;
      take?.(payload);
      return true;
    },
    sender(send) {
      publish = send;
    },
    feed(topic) {
      if (takers.has(topic)) throw new TypeError(`topic ${topic} has a feed: allowed is one`);
      takers.set(topic, null);
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
