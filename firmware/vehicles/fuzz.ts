/** Hostile messages into every feed that hears strangers, and what a junction gives to who repeats or forges. Part of no product. */
import { decideJunction, prepareJunction, startJunction } from "../../controllers/junction/junction.ts";
import type { Junction, JunctionInputs } from "../../controllers/junction/model.ts";
import type { VehicleWord } from "../../controllers/junction/request-model.ts";
import { TRACKING } from "../../controllers/junction/track-model.ts";
import { type Instant, instant, metres } from "../../controllers/units.ts";
import type { Random } from "../hal/random.ts";
import { fuzzGtfs } from "./fuzz-gtfs.ts";
import { fuzzHfp } from "./fuzz-hfp.ts";
import { fuzzM0022 } from "./fuzz-m0022.ts";
import { below, type FuzzFeed } from "./fuzz-message.ts";
import { fuzzR09 } from "./fuzz-r09.ts";
import { dailyPseudonyms } from "./pseudonym.ts";

export interface FuzzRow {
  readonly messages: number;
  readonly crashes: number;
  /** Words that no valid message says. */
  readonly invented: number;
  /** Words that were taken: from what was whole, or repaired. */
  readonly words: number;
  /** By feed: messages and words. */
  readonly feeds: Readonly<Record<string, { readonly messages: number; readonly words: number }>>;
  /** What the first of those that went wrong were. */
  readonly examples: readonly string[];
}

const START = 1_800_000_000_000;
const EXAMPLES = 5;

/** The feeds that fuzzing goes through, each anew. */
export function fuzzFeeds(random: Random): readonly FuzzFeed[] {
  const pseudonyms = dailyPseudonyms({
    key: () => Uint8Array.from({ length: 32 }, () => below(random, 256)),
    day: (at) => Math.floor(at / 86_400_000),
  });
  return [fuzzR09(pseudonyms), fuzzHfp(pseudonyms), fuzzGtfs(pseudonyms), fuzzM0022()];
}

/** So many messages in all, in turn to each feed, 1 to 40 ms apart. The same random numbers, the same row. */
export function fuzzRow(messages: number, random: Random): FuzzRow {
  const feeds = fuzzFeeds(random).map((feed) => ({ feed, messages: 0, words: 0 }));
  const examples: string[] = [];
  let [crashes, invented, now] = [0, 0, START];
  for (let i = 0; i < messages; i++) {
    const one = feeds[i % feeds.length] as (typeof feeds)[number];
    now += 1 + below(random, 40);
    one.messages++;
    try {
      const came = one.feed.attempt(random, instant(now));
      one.words += came.words.length;
      invented += came.invented;
      if (came.invented > 0 && examples.length < EXAMPLES)
        examples.push(`${one.feed.name}: ${JSON.stringify(came.words)}`);
    } catch (error) {
      crashes++;
      if (examples.length < EXAMPLES)
        examples.push(`${one.feed.name}: ${error instanceof Error ? error.stack : String(error)}`);
    }
  }
  return {
    messages,
    crashes,
    invented,
    words: feeds.reduce((sum, { words }) => sum + words, 0),
    feeds: Object.fromEntries(feeds.map(({ feed, messages: sent, words }) => [feed.name, { messages: sent, words }])),
    examples,
  };
}

export interface ForgeryRow {
  /** Requests that the junction heard in its worst minute, by how they came. */
  readonly oneVehicle: number;
  readonly allowed: number;
  /** Requests that words said again made: after their request's end, or an hour old. */
  readonly replayed: number;
  /** Requests that positions said again, of an hour ago or out of nowhere, made. */
  readonly jumped: number;
  /** Requests of ever new vehicles on one approach in the worst minute, by positions or by requests; what an approach may have. */
  readonly crowd: number;
  readonly crowdAllowed: number;
}

/**
 * What a junction gives to one that asks each second in ever new names of one vehicle, to one that says again all that was said, to one
 * whose vehicle leaps about, and to one who makes up ten vehicles a second, by positions and by requests. Several minutes each.
 */
export function forgeryRow(junction: Junction, minutes: number, random: Random): ForgeryRow {
  const group = junction.groups[0]?.id ?? "";
  const request = (id: string, at: Instant): VehicleWord => ({
    kind: "request",
    source: "f",
    id,
    vehicle: "v",
    movement: { group },
    facts: {},
    at,
  });
  const flood = heardBy(junction, minutes, (now, tick) => (tick % 10 === 0 ? [request(`r${now}`, now)] : []));
  const first = request("r", instant(START));
  const passed: VehicleWord = { kind: "passed", source: "f", id: "r", at: instant(START + 5000) };
  const replay = heardBy(junction, minutes, (now) => (now < START + 5000 ? [first] : [first, passed]));
  const jumps = heardBy(junction, minutes, (now) => leaps(junction, now, random));
  const crowd = heardBy(junction, minutes, (now) =>
    junction.approaches.slice(0, 1).map(({ id }) => ({
      kind: "position",
      source: "f",
      vehicle: `c${now}`,
      place: { approach: id, distance: metres(60) },
      speed: 10,
      facts: {},
      at: now,
    })),
  );
  const names = heardBy(junction, minutes, (now) => [
    { ...request(`n${now}`, now), vehicle: `n${now}` } as VehicleWord,
  ]);
  return {
    oneVehicle: worstMinute(flood),
    allowed: junction.priority.requestsAMinute,
    replayed: Math.max(0, replay.length - 1),
    jumped: jumps.length,
    crowd: Math.max(worstMinute(crowd), worstMinute(names)),
    crowdAllowed: TRACKING.vehiclesAMinute,
  };
}

/** Positions that no vehicle has had: now here, now there, or an hour old. */
function leaps({ approaches }: Junction, now: Instant, random: Random): VehicleWord[] {
  return approaches.flatMap(({ line }) => {
    const place = line[below(random, line.length)];
    if (!place) return [];
    const at = random.next() < 0.5 ? instant(now - 3_600_000) : now;
    // Always as far from where it was as its area is wide, in the time of one pass.
    const far = { latitude: place.latitude + (now % 200 === 0 ? 0.05 : -0.05), longitude: place.longitude };
    return [
      { kind: "position", source: "f", vehicle: "leaper", place: far, heading: 0, speed: 10, facts: {}, at } as const,
    ];
  });
}

/** When requests were received, each 100 ms a pass. */
function heardBy(
  junction: Junction,
  minutes: number,
  say: (now: Instant, tick: number) => readonly VehicleWord[],
): number[] {
  const prepared = prepareJunction(junction);
  let state = startJunction(prepared, instant(START));
  const received: number[] = [];
  for (let tick = 0; tick < minutes * 600; tick++) {
    const now = instant(START + tick * 100);
    const inputs: JunctionInputs = { words: say(now, tick), detectors: [], clockSet: true };
    const decision = decideJunction(prepared, state, inputs, now);
    state = decision.state;
    const fresh = decision.requests.filter((one) => one.received === now && one.state !== "rejected");
    for (const _ of fresh) received.push(now);
  }
  return received;
}

const worstMinute = (times: readonly number[]): number =>
  Math.max(0, ...times.map((from) => times.filter((at) => at >= from && at < from + 60_000).length));
