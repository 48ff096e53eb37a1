/** Which words about vehicles are believed: nobody gains by saying old ones again, or impossible ones. */
import type { Instant } from "../units.ts";
import { type Point, pointOf } from "./approach-line.ts";
import type { Position } from "./track-follow.ts";
import type { PreparedApproaches, Track, TrackRefusal, TrackSettings } from "./track-model.ts";

/** Positions are no better, m. */
const SLACK = 30;
/** Who has just passed or left is there anew only so far before the stop line, m: a scattered position is no second ride. */
export const AGAIN = 50;

/** Whether something was said lately enough. */
export const isFresh = (at: Instant, now: Instant, settings: TrackSettings): boolean =>
  now - at <= settings.longestAge && at - now <= settings.aheadOfTime;

/** Why a position is left aside; null where it is believed. `until`: what was said up to then is known already. */
export function refusalOf(
  prepared: PreparedApproaches,
  word: Position,
  track: Track | undefined,
  until: Instant | undefined,
  now: Instant,
): TrackRefusal | null {
  if (!isPossible(word, prepared.settings)) return "nonsense";
  if (!isFresh(word.at, now, prepared.settings)) return "old";
  if (word.at <= (track?.at ?? until ?? -1)) return "repeated";
  if ("approach" in word.place) return track && isJump(prepared, word, track) ? "too-fast" : null;
  const point = pointOf(prepared.plane, word.place);
  if (track) return isJump(prepared, word, track) ? "too-fast" : null;
  return isInArea(prepared, point) ? null : "elsewhere";
}

function isPossible({ place, speed = 0, heading = 0, at, vehicle }: Position, { fastest }: TrackSettings): boolean {
  if (vehicle === "" || !Number.isFinite(at) || !(speed >= 0 && speed <= fastest) || !(heading >= 0 && heading <= 360))
    return false;
  if ("approach" in place) return Math.abs(place.distance) <= 1e5;
  return Math.abs(place.latitude) <= 90 && Math.abs(place.longitude) <= 180;
}

function isJump(
  { plane, settings }: PreparedApproaches,
  { place, at }: Position,
  { motion, point, at: before }: Track,
): boolean {
  const reach = (settings.fastest * (at - before)) / 1000 + SLACK;
  if ("approach" in place) return Math.abs(place.distance - motion.distance) > reach;
  if (!point) return false;
  const there = pointOf(plane, place);
  return Math.hypot(there.x - point.x, there.y - point.y) > reach;
}

const isInArea = ({ area }: PreparedApproaches, { x, y }: Point): boolean =>
  area.some(([cx, cy, radius]) => Math.hypot(x - cx, y - cy) <= radius);
