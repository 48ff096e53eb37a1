import { after, type Duration, duration, type Instant, instant, minutes, seconds } from "../units.ts";
import type { Junction, JunctionEvent } from "./model.ts";
import {
  type Green,
  keyOf,
  type Live,
  MOST_A_MINUTE,
  MOST_REQUESTS,
  moved,
  type Requests,
  remembered,
  told,
} from "./request.ts";
import type { Arrival, PriorityRequest, VehicleWord } from "./request-model.ts";
import { wayOf } from "./request-movement.ts";

/** What is heard with the words. */
export interface Hearing {
  readonly junction: Junction;
  /** The estimates of the tracker, by the key of the request. */
  readonly arrivals: ReadonlyMap<string, Arrival>;
  /** Whether a request is of a vehicle whose positions are followed. */
  readonly isFollowed: (key: string) => boolean;
  /** The greens of a group without priority from now on; null: nobody knows. */
  readonly baseOf: (group: string) => readonly Green[] | null;
}

/** What the words made of the requests; `passed` and `cancelled` live on until their end is told. */
export interface Heard {
  readonly requests: Requests;
  readonly passed: readonly { readonly key: string; readonly at: Instant }[];
  readonly cancelled: readonly string[];
  readonly events: readonly JunctionEvent[];
}

type RequestWord = Extract<VehicleWord, { kind: "request" }>;

/** Words may be told ahead of our clock by so much. */
export const AHEAD = seconds(5);
/** M0022: 0 to 14. */
const USUAL_LEVEL = 7;
const MINUTE = minutes(1);
/** Two requests of different feeds for one movement that arrive so close are one vehicle. */
export const CLOSE = seconds(4);

/**
 * Words, each once, into requests. What was said before its request's newest word, or is older than a request lives, or is said
 * from the future, changes nothing.
 */
export function hearWords(hearing: Hearing, requests: Requests, words: readonly VehicleWord[], now: Instant): Heard {
  const { timeToLive } = hearing.junction.priority;
  const events: JunctionEvent[] = [];
  const passed: { key: string; at: Instant }[] = [];
  const cancelled: string[] = [];
  let next = requests;
  for (const word of words) {
    if (word.kind === "position") continue;
    if (word.at + timeToLive <= now || word.at > now + AHEAD) continue;
    const key = keyOf(word);
    const known = next.live.find((live) => live.key === key);
    if (known) {
      if (word.at <= known.said) continue;
      if (word.kind === "cancel") cancelled.push(key);
      else if (word.kind === "passed") passed.push({ key, at: word.at });
      next = { ...next, live: next.live.map((live) => (live === known ? renewed(hearing, known, word) : live)) };
    } else if (word.kind === "request") {
      const taken = received(hearing, next, word, now);
      if (!taken) continue;
      next = taken.requests;
      events.push(...taken.events);
    }
  }
  const live = next.live.map((one) => {
    const arrival = hearing.arrivals.get(one.key);
    return estimated(one, hearing.isFollowed(one.key) ? arrival : steadied(one, arrival, now));
  });
  return { requests: { ...next, live }, passed, cancelled, events };
}

function renewed(hearing: Hearing, live: Live, word: Exclude<VehicleWord, { kind: "position" }>): Live {
  const { request } = live;
  const said = word.at;
  if (word.kind === "cancel" || word.kind === "passed") return { ...live, said };
  const { timeToLive } = hearing.junction.priority;
  const facts = word.kind === "request" ? word.facts : {};
  return {
    ...live,
    said,
    ...(word.eta === undefined ? {} : learntOf(live, said, word.eta)),
    until: after(after(said, word.eta ?? duration(0)), timeToLive),
    request: {
      ...request,
      heard: said,
      ...(word.level === undefined ? {} : { level: word.level }),
      ...(word.eta === undefined ? {} : { arrival: { mean: after(said, word.eta), spread: spreadOf(word.eta) } }),
      ...(facts.lateness === undefined ? {} : { lateness: facts.lateness }),
      ...(facts.headway === undefined ? {} : { headway: facts.headway }),
      ...(facts.persons === undefined ? {} : { persons: facts.persons }),
    },
  };
}

/** What a vehicle says of its arrival wanders at first as much as a fifth of the time makes it, s2 a second for each second. */
const UNKNOWN = 0.04;
const LEARNS = 0.2;
/** Of its misses so much is of the last. */
const FORGETS = 0.1;

/** What a word that says `eta` at `said` teaches of its vehicle's words. */
function learntOf(live: Live, said: Instant, eta: Duration): Pick<Live, "wander" | "missed" | "held"> {
  const wander = wanderAfter(live, said, eta);
  // Who stands at the stop line is there.
  if (eta <= 0) return { wander, missed: live.missed, held: 0 };
  const miss = said + eta - live.request.arrival.mean;
  const [signed, size] = live.missed;
  const missed = [signed + FORGETS * (miss - signed), size + FORGETS * (Math.abs(miss) - size)] as const;
  // Trigg and Leach's adaptive smoothing: misses to one side are followed at once, those to and fro hardly.
  const follows = missed[1] > 0 ? Math.abs(missed[0]) / missed[1] : 1;
  return { wander, missed, held: Math.round((follows - 1) * miss) };
}

/** How much its words wander, after one that says `eta` at `said`. */
function wanderAfter(live: Live, said: Instant, eta: number): number | null {
  const time = (said - live.said) / 1000;
  if (time <= 0) return live.wander;
  const before = live.wander ?? (UNKNOWN * eta) / 1000;
  const moved = (said + eta - live.request.arrival.mean) / 1000;
  // Who stands at the stop line says every time that it is there.
  return eta <= 0 ? before : before + LEARNS * (moved ** 2 / time - before);
}

/** A vehicle that says the same again and again is believed more, and one that says now this, now that, is not followed each time. */
function steadied({ wander, held }: Live, told: Arrival | undefined, now: Instant): Arrival | undefined {
  if (!told) return told;
  const arrival = held === 0 ? told : heldBack(told, held, now);
  if (wander === null) return arrival;
  const ahead = Math.max(0, arrival.mean - now) / 1000;
  const spread = Math.round(1000 * Math.sqrt(LEAST ** 2 + wander * ahead));
  return spread < arrival.spread ? { ...arrival, spread: duration(spread) } : arrival;
}

/** An arrival that is so much later, and as much less sure as it is further away. */
function heldBack({ mean, spread }: Arrival, held: number, now: Instant): Arrival {
  const there = instant(Math.max(0, mean + held));
  const factor = mean > now ? Math.max(0, there - now) / (mean - now) : 1;
  return { mean: there, spread: duration(Math.max(LEAST * 1000, Math.round(spread * factor))) };
}

/** s; nobody knows it better. */
const LEAST = 0.5;

const estimated = (live: Live, arrival: Arrival | undefined): Live =>
  arrival && (arrival.mean !== live.request.arrival.mean || arrival.spread !== live.request.arrival.spread)
    ? { ...live, request: { ...live.request, arrival } }
    : live;

/** Of a vehicle that only says when it thinks to come: a tenth of the time, never under a second. */
const spreadOf = (eta: number) => duration(Math.max(1000, eta / 10));

function received(
  hearing: Hearing,
  requests: Requests,
  word: RequestWord,
  now: Instant,
): { requests: Requests; events: readonly JunctionEvent[] } | null {
  const { junction } = hearing;
  const { priority } = junction;
  const key = keyOf(word);
  const ended = requests.ended.find((one) => one.key === key);
  const way = wayOf(junction, word.movement);
  // The same name for the same movement, so soon: its feed has not heard yet that it ended.
  if (
    ended &&
    (word.at <= ended.said || (ended.group === (way?.group ?? null) && now < ended.at + priority.timeToLive))
  )
    return null;

  const by = word.vehicle ?? word.source;
  const rate = requests.rate.filter(({ at }) => at > now - MINUTE);
  const arrival = hearing.arrivals.get(key) ?? {
    mean: after(word.at, word.eta ?? duration(0)),
    spread: spreadOf(word.eta ?? 0),
  };
  const type = word.facts.type ?? "bus";
  const request: PriorityRequest = {
    source: word.source,
    id: word.id,
    group: way?.group ?? "",
    ...(way?.approach === undefined ? {} : { approach: way.approach }),
    level: Math.min(14, Math.max(0, word.level ?? USUAL_LEVEL)),
    type,
    ...(word.vehicle === undefined ? {} : { vehicle: word.vehicle }),
    ...(word.facts.line === undefined ? {} : { line: word.facts.line }),
    ...(word.facts.lateness === undefined ? {} : { lateness: word.facts.lateness }),
    ...(word.facts.headway === undefined ? {} : { headway: word.facts.headway }),
    persons: word.facts.persons ?? priority.persons[type],
    arrival,
    state: "received",
    since: now,
    received: now,
    heard: word.at,
  };
  const live: Live = {
    key,
    request,
    said: word.at,
    until: after(after(word.at, word.eta ?? duration(0)), priority.timeToLive),
    twin: null,
    wander: null,
    missed: [0, 0],
    held: 0,
    due: null,
    base: way ? hearing.baseOf(way.group) : [],
  };

  const refuse = (state: "rejected" | "cooldown", why: string) => ({
    requests: {
      ...requests,
      rate,
      ended: remembered(requests.ended, [{ key, group: way?.group ?? null, said: word.at, at: now }]),
    },
    events: [told(request, now), told(moved(live, state, now).request, now, { why })],
  });
  if (!way) return refuse("rejected", "no such movement here");
  if (rate.filter((one) => one.by === by).length >= priority.requestsAMinute)
    return refuse("rejected", `more than ${priority.requestsAMinute} requests a minute`);
  if (requests.live.length >= MOST_REQUESTS) return refuse("rejected", `${MOST_REQUESTS} requests live already`);
  const twin = twinOf(requests, live);
  if (!twin && rate.filter(({ group }) => group === way.group).length >= MOST_A_MINUTE)
    return refuse("rejected", `more than ${MOST_A_MINUTE} vehicles a minute on one movement`);
  const locked = requests.served.find(({ group }) => group === way.group);
  const free = locked ? locked.at + priority.lockout : 0;
  const shared = requests.live.some(({ request: other }) => other.group === way.group && other.state === "activated");
  if (!twin && !shared && type !== "emergency" && arrival.mean < free)
    return refuse("cooldown", "this movement had priority just now");
  return {
    requests: {
      ...requests,
      rate: [...rate, { by, group: twin ? null : way.group, at: now }],
      live: [...requests.live, { ...live, twin: twin?.key ?? null }],
    },
    events: [told(request, now)],
  };
}

/** The request that the same vehicle lives under already. */
function twinOf(requests: Requests, live: Live): Live | undefined {
  const { request } = live;
  return requests.live.find(({ request: other, twin }) => {
    if (twin !== null || other.group !== request.group) return false;
    if (other.vehicle !== undefined && other.vehicle === request.vehicle) return true;
    // Two names of one feed are two vehicles, and so are two pseudonyms.
    if (other.source === request.source || (other.vehicle !== undefined && request.vehicle !== undefined)) return false;
    return Math.abs(other.arrival.mean - request.arrival.mean) <= CLOSE;
  });
}
