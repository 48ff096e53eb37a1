/** Two approaches and vehicles on them, for tests of the tracker. Nothing that runs on a cabinet imports it. */
import { type Instant, instant, metres, seconds } from "../units.ts";
import { lineOf, placeOf, planeAround, pointAt } from "./approach-line.ts";
import type { Approach, Place } from "./model.ts";
import type { VehicleWord } from "./request-model.ts";
import { startTracks, type Tracked, track } from "./track.ts";
import { keyOf, prepareApproaches, type TrackSettings } from "./track-model.ts";

export const plane = planeAround({ latitude: 47.322, longitude: 5.0415 });
export const places = (...points: readonly (readonly [number, number])[]): Place[] =>
  points.map(([x, y]) => placeOf(plane, { x, y }));
export const approach = (id: number, line: readonly Place[], more: Partial<Approach> = {}): Approach => ({
  id,
  name: `${id}`,
  group: `A${id}`,
  line,
  exit: metres(15),
  speed: 10,
  stops: [],
  ...more,
});
/** From the west, and from the south; they cross at their stop lines. */
export const WEST = approach(1, places([-500, 0], [0, 0]));
export const SOUTH = approach(2, places([20, -500], [20, -20]));
export const STOP = { distance: metres(100), dwell: seconds(20), spread: seconds(8) };
export const priority = { timeToLive: seconds(20), horizon: seconds(40) } as Parameters<
  typeof prepareApproaches
>[0]["priority"];
const start = 1_800_000_000_000;
export const at = (s: number): Instant => instant(start + s * 1000);

export function sceneOf(approaches: readonly Approach[] = [WEST, SOUTH], settings: Partial<TrackSettings> = {}) {
  const prepared = prepareApproaches({ approaches, priority }, settings);
  let state = startTracks();
  const words: VehicleWord[] = [];
  const say = (s: number, ...said: readonly VehicleWord[]): Tracked => {
    const tracked = track(prepared, state, said, at(s));
    state = tracked.tracks;
    words.push(...tracked.words);
    return tracked;
  };
  return {
    say,
    /** What was made of positions since the last time. */
    made: () => words.splice(0).map((word) => word.kind),
    words,
    refused: () => state.refused,
    state: () => state,
  };
}

export type Position = Extract<VehicleWord, { kind: "position" }>;
export const position = (s: number, place: Position["place"], more: Partial<Position> = {}): Position => ({
  kind: "position",
  source: "f",
  vehicle: "v",
  place,
  facts: {},
  at: at(s),
  ...more,
});
/** So many metres before the stop line of the west. */
export const west = (s: number, distance: number, more: Partial<Position> = {}) =>
  position(s, placeOf(plane, pointAt(lineOf(plane, WEST), distance)), { heading: 90, speed: 10, ...more });
export const KEY = keyOf("f", "v");

/** Drives at 10 m/s from a distance on. */
export function drive(scene: ReturnType<typeof sceneOf>, from: number, to: number, begin = 0): number {
  let s = begin;
  for (let d = from; d >= to; d -= 10) scene.say(s, west(s++, d));
  return s;
}
