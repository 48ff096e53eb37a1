/** Vehicles on their way to a junction: requests are made of positions, and every request has an arrival. */
import { type Duration, type Instant, milliseconds } from "../units.ts";
import { arrivalOf, saidArrival, travel } from "./arrival.ts";
import { learnt } from "./learn-approach.ts";
import type { Arrival, VehicleWord } from "./request-model.ts";
import { type Followed, follow, meet, type Position } from "./track-follow.ts";
import {
  type Arrivals,
  type Asked,
  keyOf,
  type Learnt,
  type PreparedApproaches,
  REFUSALS,
  type Track,
  type TrackRefusal,
  type Tracks,
} from "./track-model.ts";
import { outlookOf, type Queues } from "./track-outlook.ts";
import { AGAIN, isFresh, refusalOf } from "./track-trust.ts";

/** What a pass of the tracker says. */
export interface Tracked {
  readonly tracks: Tracks;
  /** Requests, updates, passages and withdrawals that are made of positions. Those that came as words are not said again. */
  readonly words: readonly VehicleWord[];
  /** By `keyOf(source, id)`: of every vehicle that is followed (its id is its pseudonym) and of every request that lives. */
  readonly arrivals: Arrivals;
}

const MINUTE = 60_000;

/** Nobody is there yet; what approaches taught before may be handed in. */
export const startTracks = (taught: Learnt = {}): Tracks => ({
  vehicles: new Map(),
  gone: new Map(),
  asked: new Map(),
  recent: [],
  learnt: taught,
  refused: Object.fromEntries(REFUSALS.map((why) => [why, 0])) as Record<TrackRefusal, number>,
});

/**
 * Takes the words of a pass and says what is known of every vehicle at `now`. Positions become a request within the horizon of
 * its estimated arrival, an update with each further position, and a passage behind the exit; who makes requests itself is not
 * asked for. Old, repeated and impossible words are counted and change nothing. `queues`: vehicles that wait at a group.
 */
export function track(
  prepared: PreparedApproaches,
  before: Tracks,
  words: readonly VehicleWord[],
  now: Instant,
  queues?: Queues,
): Tracked {
  const pass = new Pass(prepared, before, now, queues);
  for (const word of words) pass.hear(word);
  pass.forget();
  return pass.end();
}

/** One pass at work: it owns its copies, and what it hands out is not touched again. */
class Pass {
  readonly #prepared: PreparedApproaches;
  readonly #now: Instant;
  readonly #queues: Queues | undefined;
  readonly #vehicles: Map<string, Track>;
  readonly #gone: Map<string, Instant>;
  readonly #asked: Map<string, Asked>;
  readonly #recent: Instant[][];
  readonly #refused: Record<TrackRefusal, number>;
  readonly #words: VehicleWord[] = [];
  #learnt: Learnt;

  constructor(prepared: PreparedApproaches, before: Tracks, now: Instant, queues: Queues | undefined) {
    this.#prepared = prepared;
    this.#now = now;
    this.#queues = queues;
    this.#vehicles = new Map(before.vehicles);
    this.#gone = new Map(before.gone);
    this.#asked = new Map(before.asked);
    this.#recent = prepared.lines.map((_, i) => (before.recent[i] ?? []).filter((at) => now - at < MINUTE));
    this.#refused = { ...before.refused };
    this.#learnt = before.learnt;
  }

  hear(word: VehicleWord): void {
    switch (word.kind) {
      case "position":
        return this.#place(word);
      case "request":
      case "update":
        return this.#ask(word);
      case "cancel":
        this.#asked.delete(keyOf(word.source, word.id));
        return;
      case "passed":
        return this.#passedItself(word.source, word.id, word.at);
    }
  }

  #place(word: Position): void {
    const key = keyOf(word.source, word.vehicle);
    const known = this.#vehicles.get(key);
    const why = refusalOf(this.#prepared, word, known, this.#gone.get(key), this.#now);
    if (why) return this.#refuse(why);
    const followed = known ? follow(this.#prepared, known, word) : meet(this.#prepared, word);
    this.#learn(known ?? followed.track, followed);
    const { to, track: next } = followed;
    if (!known) {
      if (!next || (this.#gone.has(key) && next.motion.distance < AGAIN)) return this.#refuse("elsewhere");
      if (this.#vehicles.size >= this.#prepared.settings.vehicles) return this.#refuse("too-many");
    } else if (to === "passed" || to === "left")
      this.#endRequests(known, to === "passed" ? "passed" : "cancel", word.at);
    if (next) this.#vehicles.set(key, to === "off" ? next : this.#tell(next));
    else this.#leave(key, word.at);
  }

  /** Asks for it, or says more of what was asked. */
  #tell(next: Track): Track {
    const { source, vehicle, facts, at } = next;
    const eta = this.#eta(next);
    if (next.asking === "tracker") {
      this.#words.push({ kind: "update", source, id: vehicle, eta, at });
      return next;
    }
    if (next.asking === "itself" || [...this.#asked.values()].some((one) => isOf(one, next)))
      return { ...next, asking: "itself" };
    // A position without a direction may be of somebody who drives the other way.
    const isHeaded = next.point === null || next.heading !== null;
    if (!isHeaded || eta > this.#prepared.horizon || next.motion.distance < 0) return next;
    const recent = this.#recent[next.line] as Instant[];
    if (recent.length >= this.#prepared.settings.vehiclesAMinute) {
      this.#refuse("too-many");
      return next;
    }
    recent.push(this.#now);
    const { approach } = this.#prepared.lines[next.line] as PreparedApproaches["lines"][number];
    this.#words.push({
      kind: "request",
      source,
      id: vehicle,
      movement: { approach: approach.id },
      eta,
      vehicle,
      facts,
      at,
    });
    return { ...next, asking: "tracker" };
  }

  #ask(word: Extract<VehicleWord, { kind: "request" | "update" }>): void {
    if (!isFresh(word.at, this.#now, this.#prepared.settings)) return this.#refuse("old");
    const key = keyOf(word.source, word.id);
    const known = this.#asked.get(key);
    if (word.kind === "update" && !known) return;
    if (known && word.at <= known.at) return this.#refuse("repeated");
    if (!known && this.#asked.size >= this.#prepared.settings.vehicles) return this.#refuse("too-many");
    const vehicle = (word.kind === "request" ? word.vehicle : undefined) ?? known?.vehicle ?? null;
    const eta = word.eta ?? (known?.eta == null ? null : Math.max(0, known.eta - (word.at - known.at)));
    const asked: Asked = { source: word.source, id: word.id, vehicle, eta, at: word.at };
    this.#asked.set(key, asked);
    if (vehicle === null) return;
    const followed = this.#vehicles.get(keyOf(word.source, vehicle));
    // What was asked for it before lives on beside its own: both end when it passes.
    if (followed?.asking !== "nobody") return;
    this.#vehicles.set(keyOf(word.source, vehicle), { ...followed, asking: "itself" });
  }

  #passedItself(source: string, id: string, at: Instant): void {
    const asked = this.#asked.get(keyOf(source, id));
    this.#asked.delete(keyOf(source, id));
    if (asked?.vehicle == null) return;
    const key = keyOf(source, asked.vehicle);
    if (this.#vehicles.has(key)) this.#leave(key, at);
  }

  /** Its own request and those that it made itself end. */
  #endRequests(track: Track, kind: "passed" | "cancel", at: Instant): void {
    const { source, vehicle: id } = track;
    if (track.asking === "tracker") this.#words.push({ kind, source, id, at });
    if (kind === "cancel") return;
    for (const [key, asked] of this.#asked) {
      if (!isOf(asked, track)) continue;
      this.#words.push({ kind, source, id: asked.id, at });
      this.#asked.delete(key);
    }
  }

  #leave(key: string, at: Instant): void {
    this.#vehicles.delete(key);
    this.#gone.set(key, at);
  }

  #refuse(why: TrackRefusal): void {
    this.#refused[why]++;
  }

  #learn(of: Track | undefined, { sightings }: Followed): void {
    if (!of) return;
    const { approach } = this.#prepared.lines[of.line] as PreparedApproaches["lines"][number];
    const hour = this.#prepared.settings.hourOfWeek(this.#now);
    for (const sighting of sightings) this.#learnt = learnt(this.#learnt, approach, hour, sighting);
  }

  #eta(of: Track): Duration {
    return milliseconds(Math.max(0, this.#arrival(of).mean - this.#now));
  }

  #arrival(of: Track): Arrival {
    const outlook = outlookOf(this.#prepared, of, this.#learnt, this.#queues, this.#now);
    // How long it still stands was reckoned from now on.
    return arrivalOf(travel(outlook), of.halt ? this.#now : of.at, this.#now, of.at);
  }

  /** Lets go who was not heard of for too long. */
  forget(): void {
    const { timeToLive, settings } = this.#prepared;
    for (const [key, { at }] of this.#vehicles) if (this.#now - at > timeToLive) this.#leave(key, at);
    for (const [key, at] of this.#gone) if (this.#now - at > settings.longestAge) this.#gone.delete(key);
    for (const [key, { at, eta }] of this.#asked)
      if (this.#now - at > (eta ?? 0) + 2 * timeToLive) this.#asked.delete(key);
  }

  end(): Tracked {
    const arrivals = new Map<string, Arrival>();
    for (const [key, one] of this.#vehicles) arrivals.set(key, this.#arrival(one));
    for (const [key, { source, vehicle, eta, at }] of this.#asked) {
      const seen = vehicle === null ? undefined : arrivals.get(keyOf(source, vehicle));
      arrivals.set(key, seen ?? saidArrival(eta, at, this.#now));
    }
    return {
      tracks: {
        vehicles: this.#vehicles,
        gone: this.#gone,
        asked: this.#asked,
        recent: this.#recent,
        learnt: this.#learnt,
        refused: this.#refused,
      },
      words: this.#words,
      arrivals,
    };
  }
}

const isOf = (asked: Asked, { source, vehicle }: Track): boolean =>
  asked.source === source && asked.vehicle === vehicle;
