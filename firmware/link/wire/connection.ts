import { type Duration, milliseconds } from "../../../controllers/units.ts";
import type { Clock } from "../../hal/clock.ts";
import type { Credentials } from "../../hal/credentials.ts";
import type { Log } from "../../hal/log.ts";
import type { Random } from "../../hal/random.ts";
import { Failover } from "./failover.ts";
import { openMqtt } from "./mqtt-session.ts";

/** A session that is left gets so long for what is in flight, ms. */
const LEAVE_WITHIN = milliseconds(2000);

export type { Credentials } from "../../hal/credentials.ts";

/** How a message travels: MQTT 5 quality of service, retention and properties. */
export interface Delivery {
  readonly qos: 0 | 1;
  readonly retain: boolean;
  readonly correlation?: Uint8Array;
  readonly responseTopic?: string;
  readonly user?: Readonly<Record<string, string>>;
  /** The broker hands it on within so long or not at all, in whole seconds. MQTT 5, 3.3.2.3.3. */
  readonly expiry?: Duration;
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

/** What became of a message of quality of service 1; one of 0 is acknowledged once it is handed over. */
export type Ack =
  /** The broker has it: PUBACK with a reason below 0x80. */
  | { readonly kind: "acknowledged" }
  /** The broker does not take it: PUBACK with this reason, 0x80 or above. */
  | { readonly kind: "refused"; readonly reason: number }
  /** The session ended first: it may have arrived or not. */
  | { readonly kind: "lost" };

export interface Broker {
  /** `mqtt://`, `mqtts://`, `ws://` or `wss://`; several in the order of preference. */
  readonly url: string | readonly string[];
  readonly username?: string;
  readonly password?: string;
  /** Asked for each new session with a broker: certificates are renewed. A rejection is a session that failed. */
  readonly credentials?: (url: string) => Promise<Credentials>;
  /** Told once how to begin a new session in order: see `Connection.renew`. */
  readonly renewals?: (renew: () => void) => void;
  /** Another way to the broker than the network; for one that is simulated. */
  readonly open?: OpenSession;
}

export interface ConnectionOptions extends Broker {
  readonly clientId: string;
  readonly will?: { readonly topic: string; readonly payload: Uint8Array; readonly user?: Delivery["user"] };
  /**
   * How long the broker keeps our subscriptions and what they bring (quality of service 1) between two sessions; it keeps
   * nothing where left out. MQTT 5, 3.1.2.11.2.
   */
  readonly keep?: Duration;
  /** Filters asked for on each connection, before anything is published. */
  readonly subscriptions: readonly string[];
  /**
   * Topics asked for beside them, quality of service 0, without what the broker has retained of them. Where it refuses one that is
   * logged, and the session goes on.
   */
  readonly beside?: readonly string[];
  /** Real time: the network does not run faster because a demonstration does. */
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /**
   * A new session began and everything was subscribed. What the broker kept for us comes after it. `goesOn`: the broker, which is the one
   * of our last session, has kept the state of that one. MQTT 5, 3.2.2.1.1.
   */
  readonly onConnect: (goesOn: boolean) => void;
  /** The session ended; the next attempt follows by itself. */
  readonly onDisconnect?: () => void;
  readonly onMessage: (message: Message) => void;
  /** There is room again after `hasRoom` said no. */
  readonly onRoom: () => void;
}

/** What one session needs. */
export interface SessionOptions extends ConnectionOptions {
  /** The one of this session. */
  readonly url: string;
  readonly tls?: Credentials;
}

/** One session with a broker, from its connecting to its close. */
export interface Session {
  readonly connected: boolean;
  /** Resolves when it has ended, with how long it was in use (ms), or null when it never was. */
  readonly over: Promise<number | null>;
  /** Why it ended, for the log. */
  readonly reason: string;
  hasRoom(): boolean;
  /** Messages handed over whose PUBACK is outstanding. */
  readonly inFlight: number;
  publish(topic: string, payload: Uint8Array, delivery: Delivery, done?: (ack: Ack) => void): boolean;
  /** Publishes and waits for the acknowledgement, but not for long. */
  farewell(topic: string, payload: Uint8Array, delivery: Delivery): Promise<void>;
  /** Disconnects in order, what is in flight first. Without an ordered end the broker publishes the last will. */
  end(within?: Duration): Promise<void>;
}

/** Begins a session; `onReady` once everything is subscribed, with whether the broker had kept one of ours. May throw. */
export type OpenSession = (options: SessionOptions, onReady: (isKept: boolean) => void) => Session;

/** One MQTT 5 session after another until it is closed. Never throws because of the network; holds no queue of its own. */
export interface Connection {
  readonly connected: boolean;
  /** Sessions so far. */
  readonly sessions: number;
  /** Whether a message can be handed over now. Where a session is full, `onRoom` tells the end of it. */
  hasRoom(): boolean;
  /** Messages handed over whose PUBACK is outstanding. */
  readonly inFlight: number;
  /** Hands a message over; false, and nothing kept, when there is no room. `done` is told once what became of it. */
  publish(topic: string, payload: Uint8Array, delivery: Delivery, done?: (ack: Ack) => void): boolean;
  /**
   * Ends the session in order and begins a new one at once, with credentials asked for anew. Nothing is lost: what is in
   * flight is waited for, up to 2 s, and the broker keeps what comes between the two, as `keep` says.
   */
  renew(): void;
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

/** An address without what it may hold of user and password, for logs. */
function shown(url: string): string {
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname}`;
}

/** Connects for ever: capped back-off with jitter, a fresh client each time, so that nothing of an old session survives. */
export function keepConnected(options: ConnectionOptions): Connection {
  const urls = typeof options.url === "string" ? [options.url] : options.url;
  const problem =
    urls.length === 0
      ? "url is an empty list: allowed is one address or several"
      : urls.map(brokerProblem).find((one) => one !== null);
  if (problem) throw new TypeError(problem);
  const { clock, log } = options;
  const failover = new Failover(urls, options.random);
  const ending = new AbortController();
  const gaveUp = new Promise<never>((_, reject) => {
    ending.signal.addEventListener("abort", () => reject(ending.signal.reason), { once: true });
  });
  gaveUp.catch(() => {});
  let session: Session | undefined;
  /** A session that is left takes no more. */
  let leaving = false;
  /** Credentials changed since the session in hand asked for them. */
  let stale = false;
  let sessions = 0;
  /** Of the last session. */
  let lastUrl: string | undefined;
  let closing: Promise<void> | undefined;

  const leave = async (why: string) => {
    if (leaving || !session?.connected) return;
    leaving = true;
    log.info({ reason: why }, "leaving the session");
    await session.end(LEAVE_WITHIN);
  };

  /** One session, from the credentials to its end. Resolves with how long it was in use, and why it ended. */
  const hold = async (url: string): Promise<{ held: number | null; reason: string }> => {
    let began = false;
    let tls: Credentials | undefined;
    const over = new AbortController();
    stale = false;
    try {
      if (options.credentials) tls = await Promise.race([options.credentials(url), gaveUp]);
      ending.signal.throwIfAborted();
      session = (options.open ?? openMqtt)({ ...options, url, ...(tls && { tls }) }, (isKept) => {
        sessions++;
        began = true;
        log.info({ url: shown(url), sessions }, "connected");
        tls?.outcome?.(true);
        const goesOn = isKept && url === lastUrl;
        lastUrl = url;
        options.onConnect(goesOn);
        if (stale) void leave("a new one was wanted");
      });
      const { stay } = failover;
      if (stay !== null)
        clock.sleep(stay, "link return", AbortSignal.any([ending.signal, over.signal])).then(
          () => {
            if (!session?.connected) return;
            failover.goBack();
            return leave("the first broker is tried again");
          },
          () => {},
        );
      const held = await session.over;
      if (!began && !ending.signal.aborted) tls?.outcome?.(false);
      return { held, reason: session.reason };
    } catch (error) {
      // Some addresses are refused by the transport itself, before it tries (ws: a fragment in the URL); so are bad keys.
      if (!ending.signal.aborted) tls?.outcome?.(false);
      return { held: null, reason: error instanceof Error ? error.message : String(error) };
    } finally {
      over.abort();
    }
  };

  const work = async () => {
    while (!ending.signal.aborted) {
      const { url } = failover;
      leaving = false;
      const { held, reason } = await hold(url);
      if (held !== null) options.onDisconnect?.();
      if (ending.signal.aborted) return;
      if (leaving) continue;
      const pause = failover.ended(held);
      const next = failover.url === url ? {} : { next: shown(failover.url) };
      log.warn({ url: shown(url), reason, retryIn: Math.round(pause), ...next }, "no connection to the broker");
      await clock.sleep(pause, "link reconnect", ending.signal).catch(() => {});
    }
  };
  const working = work();

  const connection: Connection = {
    get connected() {
      return session?.connected ?? false;
    },
    get sessions() {
      return sessions;
    },
    get inFlight() {
      return session?.inFlight ?? 0;
    },
    hasRoom: () => !leaving && (session?.hasRoom() ?? false),
    publish: (topic, payload, delivery, done) =>
      !leaving && (session?.publish(topic, payload, delivery, done) ?? false),
    renew() {
      stale = true;
      void leave("a new one is wanted");
    },
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
  options.renewals?.(connection.renew);
  return connection;
}
