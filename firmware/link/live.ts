/** Keeps channels running that stop by themselves: for whoever looks at live data, as long as they look. */
import { hours, milliseconds, minutes } from "../../controllers/units.ts";
import type { Clock } from "../hal/clock.ts";
import type { Remote } from "./manager/remote.ts";
import { STATUSES, statusOf } from "./modules.ts";
import type { ChannelState } from "./payload.ts";
import type { Supervisor, SupervisorMessage } from "./supervisor.ts";
import type { Status } from "./table.ts";

/** Twice within the shortest time-out of the catalogue. */
const RENEW = milliseconds(50_000);
const LIVE = "live";
/** For how long it is allowed each time, and how often that is said again. */
const ALLOWED = hours(1);
const ALLOW_EVERY = minutes(30);

export interface LiveOptions {
  readonly supervisor: Pick<Supervisor, "throttle"> & Partial<Pick<Supervisor, "command">>;
  readonly clock: Clock;
  /** Codes whose `live` channel is wanted, or the only one that they have; all that have a `live` one where left out. */
  readonly codes?: readonly string[];
  /** For how long to ask each time, s: where a node's clock runs faster than ours. The channel's own time-out where left out. */
  readonly timeout?: number;
  /**
   * Whether we may have live data allowed, asked each time: then `cabinet.live.allow` goes before the first start of a node's
   * channels, and every half hour. Never where left out: somebody else allows it, or the cabinet asks for no such word.
   */
  readonly mayAllow?: () => boolean;
  /** Aborting lets the channels stop in their own time. */
  readonly signal: AbortSignal;
}

export interface Live {
  /** Takes what the supervisor was told: a channel that is stopped is started. */
  take(message: SupervisorMessage): void;
  /** Takes what was told of a node before. */
  look(remote: Remote): void;
}

/** Starts the live channels of every node heard, starts them again when they stop, and renews them in time. */
export function keepLive({ supervisor, clock, codes = liveCodes(), timeout, mayAllow, signal }: LiveOptions): Live {
  const started = new Map<string, Set<string>>();
  /** By node, by the monotonic time. */
  const allowedAt = new Map<string, number>();
  const start = (node: string, code: string) => {
    allow(node);
    return supervisor.throttle(node, code, "start", channelOf(code), timeout);
  };
  const allow = (node: string) => {
    const now = clock.monotonic();
    if (!mayAllow?.() || now < (allowedAt.get(node) ?? Number.NEGATIVE_INFINITY) + ALLOW_EVERY) return;
    allowedAt.set(node, now);
    const until = new Date(clock.now() + ALLOWED).toISOString();
    const answered = supervisor.command?.(node, "cabinet.live.allow", { values: { until } });
    answered?.then(
      ({ ok }) => {
        // The channels' first start may have come before the word.
        if (ok && !signal.aborted) for (const code of started.get(node) ?? []) start(node, code);
      },
      () => {},
    );
  };
  const renew = async () => {
    while (!signal.aborted) {
      await clock.sleep(RENEW, "live channels", signal).catch(() => {});
      if (signal.aborted) return;
      for (const [node, wanted] of started) for (const code of wanted) start(node, code);
    }
  };
  void renew();
  const heard = (node: string, code: string, state: ChannelState) => {
    if (signal.aborted || !codes.includes(code)) return;
    const known = started.get(node) ?? new Set();
    // Who begins to look at what already runs asks for all of it at once: a signal of a minute ago is a wrong one.
    const isFirst = channelOf(code) === undefined && !known.has(code);
    started.set(node, known.add(code));
    if (state === "stopped" || isFirst) start(node, code);
  };
  return {
    take(message) {
      if (message.type === "channel" && message.channel === channelOf(message.code))
        heard(message.node, message.code, message.payload.state);
    },
    look({ node, channels }) {
      for (const code of codes) {
        const channel = channelOf(code);
        const state = channels.get(channel === undefined ? code : `${code}/${channel}`);
        if (state) heard(node, code, state);
      }
    },
  };
}

/** A status with one channel has no name for it. */
const channelOf = (code: string): string | undefined => (statusOf(code)?.channels.length === 1 ? undefined : LIVE);

/** Codes of statuses that have a channel `live`. */
export const liveCodes = (): readonly string[] =>
  Object.entries<Status>(STATUSES)
    .filter(([, status]) => status.channels.some(({ name }) => name === LIVE))
    .map(([code]) => code);
