import type { Duration } from "../../controllers/units.ts";

/** A topic, or a filter of topics, that others publish on at the cockpit's broker. Nothing of it is kept: who is away misses it. */
export interface TopicFeed {
  readonly topic: string;
  /** Hears each message, and the topic it came on, until the signal aborts; `take` returns at once. One listener at a time. */
  listen(take: (payload: Uint8Array, topic?: string) => void, signal: AbortSignal): void;
}

/** Publishes at the cockpit's broker, for whoever listens within `expiry`. False where it could not: it is lost then. */
export type TopicSender = (topic: string, payload: Uint8Array, expiry: Duration) => boolean;
