import { milliseconds } from "../../controllers/units.ts";
import type { Clock } from "../hal/clock.ts";
import type { Log } from "../hal/log.ts";
import type { Random } from "../hal/random.ts";
import { openMqtt } from "./mqtt-session.ts";

/** First and longest wait before connecting again, ms; each is shortened by chance, by up to half. */
const FIRST_WAIT = 500;
const LONGEST_WAIT = 15_000;
/** A connection that held so long was a good one: the waits begin anew. ms. */
const GOOD_AFTER = 5000;

/** How a message travels: MQTT 5 quality of service, retention and properties. */
export interface Delivery {
  readonly qos: 0 | 1;
  readonly retain: boolean;
  readonly correlation?: Uint8Array;
  readonly responseTopic?: string;
  readonly user?: Readonly<Record<string, string>>;
}

/** A message as it came; `retain` as its publisher set it, or because the broker kept it. */
export interface Message {
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly retain: boolean;
  readonly responseTopic: string | undefined;
  readonly correlation: Uint8Array | undefined;
  readonly user: Readonly<Record<string, unknown>>;
}

export interface Broker {
  /** `mqtt://`, `mqtts://`, `ws://` or `wss://`. */
  readonly url: string;
  readonly username?: string;
  readonly password?: string;
  /** Certificate authority to believe, PEM; for mqtts and wss, outside a browser. */
  readonly ca?: string;
  /** Another way to the broker than the network; for one that is simulated. */
  readonly open?: OpenSession;
}

export interface ConnectionOptions extends Broker {
  readonly clientId: string;
  readonly will?: { readonly topic: string; readonly payload: Uint8Array; readonly user?: Delivery["user"] };
  /** Filters asked for on each connection, before anything is published. */
  readonly subscriptions: readonly string[];
  /** Real time: the network does not run faster because a demonstration does. */
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** A new session began and everything was subscribed. */
  readonly onConnect: () => void;
  /** The session ended; the next attempt follows by itself. */
  readonly onDisconnect?: () => void;
  readonly onMessage: (message: Message) => void;
  /** There is room again after `hasRoom` said no. */
  readonly onRoom: () => void;
}

/** One session with a broker, from its connecting to its close. */
export interface Session {
  readonly connected: boolean;
  /** Resolves when it has ended, with how long it was in use (ms), or null when it never was. */
  readonly over: Promise<number | null>;
  /** Why it ended, for the log. */
  readonly reason: string;
  hasRoom(): boolean;
  publish(topic: string, payload: Uint8Array, delivery: Delivery): boolean;
  /** Publishes and waits for the acknowledgement, but not for long. */
  farewell(topic: string, payload: Uint8Array, delivery: Delivery): Promise<void>;
  /** Disconnects in order. Without an ordered end the broker publishes the last will. */
  end(): Promise<void>;
}

/** Begins a session; `onReady` once everything is subscribed. May throw. */
export type OpenSession = (options: ConnectionOptions, onReady: () => void) => Session;

/** One MQTT 5 session after another until it is closed. Never throws because of the network; holds no queue of its own. */
export interface Connection {
  readonly connected: boolean;
  /** Sessions so far. */
  readonly sessions: number;
  /** Whether a message can be handed over now. Where a session is full, `onRoom` tells the end of it. */
  hasRoom(): boolean;
  /** Hands a message over; false, and nothing kept, when there is no room. */
  publish(topic: string, payload: Uint8Array, delivery: Delivery): boolean;
  /** Publishes `last` where it can, disconnects, and ends within 1 s. May be called twice. */
  close(last?: { readonly topic: string; readonly payload: Uint8Array; readonly delivery: Delivery }): Promise<void>;
}

/** What is wrong with a broker's address, or null. */
export function brokerProblem(url: string): string | null {
  const allowed = ["mqtt:", "mqtts:", "ws:", "wss:"];
  const parsed = URL.canParse(url) ? new URL(url) : null;
  if (parsed && allowed.includes(parsed.protocol) && parsed.hostname) return null;
  return `url is "${url}": allowed is mqtt://, mqtts://, ws:// or wss:// with a host`;
}

/** Connects for ever: capped back-off with jitter, a fresh client each time, so that nothing of an old session survives. */
export function keepConnected(options: ConnectionOptions): Connection {
  const problem = brokerProblem(options.url);
  if (problem) throw new TypeError(problem);
  const { clock, log } = options;
  const ending = new AbortController();
  let session: Session | undefined;
  let sessions = 0;
  let closing: Promise<void> | undefined;

  const work = async () => {
    let wait = FIRST_WAIT;
    while (!ending.signal.aborted) {
      let held: number | null = null;
      let reason: string;
      try {
        session = (options.open ?? openMqtt)(options, () => {
          sessions++;
          log.info({ url: options.url, sessions }, "connected");
          options.onConnect();
        });
        held = await session.over;
        reason = session.reason;
      } catch (error) {
        // Some addresses are refused by the transport itself, before it tries (ws: a fragment in the URL).
        reason = String(error);
      }
      if (held !== null) options.onDisconnect?.();
      if (ending.signal.aborted) return;
      if (held !== null && held >= GOOD_AFTER) wait = FIRST_WAIT;
      const pause = milliseconds(wait * (1 - options.random.next() / 2));
      log.warn({ url: options.url, reason, retryIn: Math.round(pause) }, "no connection to the broker");
      wait = Math.min(wait * 2, LONGEST_WAIT);
      await clock.sleep(pause, "link reconnect", ending.signal).catch(() => {});
    }
  };
  const working = work();

  return {
    get connected() {
      return session?.connected ?? false;
    },
    get sessions() {
      return sessions;
    },
    hasRoom: () => session?.hasRoom() ?? false,
    publish: (topic, payload, delivery) => session?.publish(topic, payload, delivery) ?? false,
    close(last) {
      closing ??= (async () => {
        ending.abort(new Error("closed"));
        if (last && session?.connected) await session.farewell(last.topic, last.payload, last.delivery);
        await session?.end();
        await working;
      })();
      return closing;
    },
  };
}
