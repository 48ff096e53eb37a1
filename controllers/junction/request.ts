import type { Duration, Instant } from "../units.ts";
import type { GroupId, JunctionEvent } from "./model.ts";
import type { PriorityRequest, RequestState } from "./request-model.ts";

/** When a group is green: from the begin of green to its end. */
export interface Green {
  readonly from: Instant;
  readonly to: Instant;
}

/** A request with what is kept of it beside what everybody is told. */
export interface Live {
  /** `${source} ${id}`. */
  readonly key: string;
  readonly request: PriorityRequest;
  /** When its newest word was said: older ones are replays. */
  readonly said: Instant;
  /** Nobody hears of it any more after. */
  readonly until: Instant;
  /** The request that stands for the same vehicle, told by another feed or under another name. */
  readonly twin: string | null;
  /** How much what it says of its arrival wanders, s2 a second; null: it said it once, or others know better. */
  readonly wander: number | null;
  /** By how much its words missed what was thought of its arrival before, ms: signed, and their size; lately, on average. */
  readonly missed: readonly [signed: number, size: number];
  /** What is thought of its arrival less what it said last, ms. */
  readonly held: number;
  /** When it would have crossed the stop line unhindered: the estimate of when it was close. */
  readonly due: Instant | null;
  /** The greens that its group would get without priority, as they were planned when it was activated; null: nobody knows. */
  readonly base: readonly Green[] | null;
}

/** What ended a while ago: its words may still come. */
export interface Ended {
  readonly key: string;
  readonly group: GroupId | null;
  readonly said: Instant;
  readonly at: Instant;
}

/** All requests of a junction. Plain data. */
export interface Requests {
  /** In order of receipt. */
  readonly live: readonly Live[];
  /** Oldest first, 256 at most. */
  readonly ended: readonly Ended[];
  /** New requests of the last minute, by who made them, and the movement of those that are another vehicle's. */
  readonly rate: readonly { readonly by: string; readonly group: GroupId | null; readonly at: Instant }[];
  /** When a movement last had priority. */
  readonly served: readonly { readonly group: GroupId; readonly at: Instant }[];
}

export const NO_REQUESTS: Requests = { live: [], ended: [], rate: [], served: [] };

/** RSMP 3: M0022's table holds so many. */
export const MOST_REQUESTS = 64;

/** Vehicles that can drive on one movement in a minute, whatever they call themselves. */
export const MOST_A_MINUTE = 20;

const MOST_ENDED = 256;

/** S0033: which states may follow which; those that nothing follows are told once. */
export const FOLLOWS: Readonly<Record<RequestState, readonly RequestState[]>> = {
  received: ["queued", "activated", "rejected", "cooldown", "cancelled"],
  queued: ["activated", "timeout", "cancelled"],
  activated: ["completed", "stale", "cancelled"],
  completed: [],
  cancelled: [],
  timeout: [],
  rejected: [],
  cooldown: [],
  stale: [],
};

/** `${source} ${id}`: the name of a request in its junction. */
export const keyOf = (word: { readonly source: string; readonly id: string }): string => `${word.source} ${word.id}`;

export const isEnd = (state: RequestState): boolean => FOLLOWS[state].length === 0;

/** The event of a request that came into a state. */
export function told(
  request: PriorityRequest,
  at: Instant,
  more: { readonly why?: string; readonly extension?: number; readonly reduction?: number } = {},
): JunctionEvent {
  return { kind: "request", request, ...more, at };
}

/** The same request in another state since `now`. TypeError where S0033 does not let that state follow. */
export function moved(live: Live, state: RequestState, now: Instant): Live {
  if (!FOLLOWS[live.request.state].includes(state))
    throw new TypeError(
      `request ${live.key} is ${live.request.state}: allowed next are ${FOLLOWS[live.request.state].join(", ") || "none"}`,
    );
  return { ...live, request: { ...live.request, state, since: now } };
}

/** Without the requests of these names; they are remembered, so that their words are not heard anew. */
export function without(requests: Requests, gone: readonly Live[], now: Instant): Requests {
  if (gone.length === 0) return requests;
  const keys = new Set(gone.map(({ key }) => key));
  const ended = gone.map(({ key, request, said }): Ended => ({ key, group: request.group, said, at: now }));
  return {
    ...requests,
    live: requests.live.filter(({ key }) => !keys.has(key)),
    ended: remembered(requests.ended, ended),
  };
}

export function remembered(before: readonly Ended[], more: readonly Ended[]): readonly Ended[] {
  const keys = new Set(more.map(({ key }) => key));
  return [...before.filter(({ key }) => !keys.has(key)), ...more].slice(-MOST_ENDED);
}

/** With priority that movements had: their lockout begins. */
export function withServed(requests: Requests, groups: readonly GroupId[], now: Instant): Requests {
  if (groups.length === 0) return requests;
  const others = requests.served.filter(({ group }) => !groups.includes(group));
  return { ...requests, served: [...others, ...groups.map((group) => ({ group, at: now }))] };
}

/** The vehicles that ask: each once, whoever else told of it. */
export const vehiclesOf = (requests: Requests): readonly Live[] => requests.live.filter(({ twin }) => twin === null);

/** Whole seconds as S0033 has them. */
export const told255 = (length: Duration | number): number => Math.min(255, Math.max(0, Math.round(length / 1000)));
