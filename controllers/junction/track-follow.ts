/** One position more of one vehicle: where it is then, and what that shows of its approach. */
import { type ApproachLine, type Point, pointOf } from "./approach-line.ts";
import { VEHICLE } from "./arrival.ts";
import type { Sighting } from "./learn-approach.ts";
import type { VehicleWord } from "./request-model.ts";
import { correct, type Fix, predict, startMotion } from "./track-filter.ts";
import { match } from "./track-match.ts";
import type { PreparedApproaches, Track } from "./track-model.ts";

export type Position = Extract<VehicleWord, { kind: "position" }>;

/** What became of it. */
export interface Followed {
  readonly to: "elsewhere" | "follows" | "off" | "left" | "passed";
  /** Absent where nobody is followed any more. */
  readonly track?: Track;
  readonly sightings: readonly Sighting[];
}

/** Slower it stands, and from that speed on it goes again, m/s; where the speed is only guessed from positions, more. */
const STANDS = [0.5, 1.2] as const;
const GOES = [1.5, 2.5] as const;
/** A vehicle that stands so near to a stop, m, stands at it; with open doors it may be farther. */
const AT_STOP = 30;
const AT_STOP_OPEN = 60;
/** Who goes on so far before a stop, m, has not been there. */
const SHORT_OF_STOP = 12;
/** So far behind a stop, m, it is served. */
const BEHIND_STOP = 25;
/** Who has just served a stop is not in a queue, ms. */
const DEPARTS = 6000;
/** Who drives at least so fast, m/s, so far from stops and from the stop line, m, is held by nothing. */
const FREE_SPEED = 3;
const FREE_WAY = 60;
/** Speeds over less way say little, m; between positions that are farther apart in time, s, anything may have been. */
const LEAST_WAY = 80;
const LONGEST_GAP = 12;
/** More vehicles than that say nothing about what is usual. */
const LONGEST_QUEUE = 15;
/** The way it went says where it goes, from so many metres on. */
const HEADED = 8;
/** Slower a receiver's heading is noise, m/s. */
const HEADING_SPEED = 1.5;
/** Positions off the way in a row, after which it has left it. */
const LEFT = 2;

/** Follows a vehicle that is on an approach already. */
export function follow(prepared: PreparedApproaches, track: Track, word: Position): Followed {
  const line = prepared.lines[track.line] as ApproachLine;
  const dt = (word.at - track.at) / 1000;
  const placed = place(prepared, word, track);
  if (placed?.line !== line) {
    if (placed) return { to: "left", track: begin(prepared, placed, word), sightings: [] };
    if (hasGoneBy(prepared, track, line, word, dt))
      return { to: "passed", sightings: [...lastHalt(track, line), ...atEnd(track)] };
    const off = track.off + 1;
    return off >= LEFT ? { to: "left", sightings: [] } : { to: "off", track: { ...track, off }, sightings: [] };
  }
  const { approach } = line;
  const fix: Fix = { distance: placed.distance, speed: word.speed ?? null };
  const motion = correct(predict(track.motion, dt), fix, approach.speed);
  const moved = standing(track, { ...placed, motion }, word, approach);
  const next: Track = {
    ...track,
    ...moved.track,
    motion,
    point: placed.point,
    at: word.at,
    heading: placed.heading,
    facts: { ...track.facts, ...word.facts },
    free: freeWay(track, motion.distance, motion.speed, dt, line),
    off: 0,
  };
  const sightings = [...moved.sightings];
  if (next.queued && !track.hasQueued)
    sightings.push({ kind: "queue", vehicles: Math.max(0, Math.min(LONGEST_QUEUE, motion.distance / VEHICLE)) });
  if (motion.distance >= -approach.exit)
    return { to: "follows", track: { ...next, hasQueued: track.hasQueued || next.queued }, sightings };
  return { to: "passed", sightings: [...sightings, ...atEnd(next)] };
}

/** Begins to follow one that comes new, if it is on an approach. */
export function meet(prepared: PreparedApproaches, word: Position): Followed {
  const placed = place(prepared, word, null);
  return placed
    ? { to: "follows", track: begin(prepared, placed, word), sightings: [] }
    : { to: "elsewhere", sightings: [] };
}

interface Placed {
  readonly line: ApproachLine;
  readonly distance: number;
  readonly point: Point | null;
  readonly heading: number | null;
}

function place({ lines, plane }: PreparedApproaches, word: Position, before: Track | null): Placed | null {
  if ("approach" in word.place) {
    const { approach: id, distance } = word.place;
    const line = lines.find(({ approach }) => approach.id === id);
    if (!line || distance > line.length + FREE_WAY || (!before && distance < 0)) return null;
    return { line, distance, point: null, heading: null };
  }
  const point = pointOf(plane, word.place);
  const heading = headingOf(word, point, before);
  const found = match(lines, point, heading, before && (lines[before.line] as ApproachLine));
  return found && { line: found.line, distance: found.seen.distance, point, heading };
}

function headingOf(word: Position, point: Point, before: Track | null): number | null {
  const isSlow = (word.speed ?? before?.motion.speed ?? HEADING_SPEED) < HEADING_SPEED;
  if (word.heading !== undefined && !(isSlow && before?.heading !== null && before)) return word.heading;
  if (before?.point) {
    const [x, y] = [point.x - before.point.x, point.y - before.point.y];
    if (!isSlow && Math.hypot(x, y) >= HEADED) return ((Math.atan2(x, y) * 180) / Math.PI + 360) % 360;
  }
  return before?.heading ?? null;
}

function begin(prepared: PreparedApproaches, { line, distance, point, heading }: Placed, word: Position): Track {
  const { approach } = line;
  const motion = startMotion({ distance, speed: word.speed ?? null }, approach.speed);
  const bare: Track = {
    source: word.source,
    vehicle: word.vehicle,
    line: prepared.lines.indexOf(line),
    motion,
    point,
    at: word.at,
    heading,
    facts: word.facts,
    served: approach.stops.flatMap((stop, i) => (distance < stop.distance - BEHIND_STOP ? [i] : [])),
    halt: null,
    departed: null,
    queued: false,
    hasQueued: false,
    free: { metres: 0, seconds: 0 },
    off: 0,
    began: word.at,
    asking: "nobody",
  };
  return { ...bare, ...standing(bare, { motion }, word, approach).track };
}

/** Whether it stands, and at which stop. */
function standing(
  track: Track,
  { motion }: Pick<Track, "motion">,
  word: Position,
  { stops }: ApproachLine["approach"],
): { readonly track: Pick<Track, "halt" | "departed" | "served" | "queued">; readonly sightings: readonly Sighting[] } {
  const sightings: Sighting[] = [];
  const { distance } = motion;
  const served = [...track.served];
  let { halt, departed } = track;
  const guessed = word.speed === undefined ? 1 : 0;
  const limit = halt || track.queued ? GOES[guessed] : STANDS[guessed];
  const stands = (word.speed ?? motion.speed) < limit;
  const isAtStop = word.atStop ?? stands;
  if (halt && !isAtStop) {
    // Who stood well before the stop, for all that is known, was in a queue, and comes to it yet.
    const wasBefore = word.atStop === undefined && distance > (stops[halt.stop]?.distance ?? Infinity) + SHORT_OF_STOP;
    if (!wasBefore) {
      if (halt.since > track.began)
        sightings.push({ kind: "dwell", stop: halt.stop, stood: (word.at - halt.since) / 1000 });
      served.push(halt.stop);
    }
    halt = null;
    departed = word.at;
  }
  for (const [stop, { distance: there }] of stops.entries()) {
    if (served.includes(stop) || halt?.stop === stop || distance >= there - BEHIND_STOP) continue;
    served.push(stop);
    sightings.push({ kind: "dwell", stop, stood: 0 });
  }
  if (!halt && isAtStop) {
    const reach = word.atStop ? AT_STOP_OPEN : AT_STOP;
    const stop = nearest(stops.map((one, i) => (served.includes(i) ? Infinity : Math.abs(one.distance - distance))));
    if (stop !== null && Math.abs((stops[stop] as (typeof stops)[number]).distance - distance) <= reach)
      halt = { stop, since: word.at };
  }
  // Doors are closed before it moves.
  const departs = departed !== null && word.at - departed < DEPARTS;
  return { track: { halt, departed, served, queued: stands && !halt && !departs }, sightings };
}

function nearest(gaps: readonly number[]): number | null {
  const least = Math.min(...gaps);
  return Number.isFinite(least) ? gaps.indexOf(least) : null;
}

function freeWay(
  track: Track,
  distance: number,
  speed: number,
  dt: number,
  { approach, length }: ApproachLine,
): Track["free"] {
  const { free, motion } = track;
  const metres = motion.distance - distance;
  const isFree =
    dt <= LONGEST_GAP &&
    metres > 0 &&
    Math.min(speed, motion.speed) > FREE_SPEED &&
    distance > FREE_WAY &&
    distance <= length &&
    approach.stops.every((stop) => Math.abs(stop.distance - distance) > FREE_WAY);
  return isFree ? { metres: free.metres + metres, seconds: free.seconds + dt } : free;
}

/** Off the line, but behind the stop line, and it could be there: it has turned. */
function hasGoneBy(
  { plane }: PreparedApproaches,
  track: Track,
  line: ApproachLine,
  word: Position,
  dt: number,
): boolean {
  if ("approach" in word.place) return false;
  const { x, y } = pointOf(plane, word.place);
  const from = line.points.at(-2) as Point;
  const stop = line.points.at(-1) as Point;
  const length = Math.hypot(stop.x - from.x, stop.y - from.y);
  const along = ((x - stop.x) * (stop.x - from.x) + (y - stop.y) * (stop.y - from.y)) / length;
  const away = Math.hypot(x - stop.x, y - stop.y);
  const reach = Math.max(track.motion.speed, line.approach.speed) * dt * 1.5 + BEHIND_STOP;
  return along > -HEADED && away > line.approach.exit && track.motion.distance + line.approach.exit < reach;
}

/** The stop at which it was when it was last seen. */
function lastHalt(track: Track, { approach }: ApproachLine): Sighting[] {
  const { halt } = track;
  return halt && halt.since > track.began && approach.stops[halt.stop]
    ? [{ kind: "dwell", stop: halt.stop, stood: (track.at - halt.since) / 1000 }]
    : [];
}

/** What a whole way along an approach has shown. */
function atEnd({ free, hasQueued, queued }: Track): Sighting[] {
  return [
    ...(free.metres >= LEAST_WAY ? [{ kind: "cruise" as const, speed: free.metres / free.seconds }] : []),
    ...(hasQueued || queued ? [] : [{ kind: "queue" as const, vehicles: 0 }]),
  ];
}
