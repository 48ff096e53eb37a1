import { type Instant, instant, seconds } from "../units.ts";
import type { GroupId, Junction, Signal } from "./model.ts";
import type { Tracks } from "./track-model.ts";

/** A green of a group: it is still green where `to` is null. */
export interface LastGreen {
  readonly from: Instant;
  readonly to: Instant | null;
}

/** Greens of a group that are remembered: a vehicle is told of behind the exit only, when the next may have begun. */
const MOST = 2;

/** Last greens after a pass, by index of the group, newest first. Signals may not be known. */
export function greensAfter(
  before: readonly (readonly LastGreen[])[],
  signals: readonly (Signal | null)[],
  now: Instant,
): readonly (readonly LastGreen[])[] {
  return before.map((greens, g) => {
    const [last, ...older] = greens;
    const signal = signals[g];
    if (signal?.aspect === "green") {
      const { since } = signal;
      return last?.from === since && last.to === null
        ? greens
        : [{ from: since, to: null }, ...closed(greens, since)].slice(0, MOST);
    }
    return last?.to === null ? [{ from: last.from, to: signal ? signal.since : now }, ...older] : greens;
  });
}

const closed = (greens: readonly LastGreen[], at: Instant): readonly LastGreen[] =>
  greens.map((green) => (green.to === null ? { from: green.from, to: at } : green));

/**
 * The tracker sees a vehicle pass behind the exit. It crossed the stop line before: so much as the way from there takes at the
 * approach's speed.
 */
export function crossedAt(junction: Junction, approach: number | undefined, passedAt: Instant): Instant {
  const way = junction.approaches.find(({ id }) => id === approach);
  return way ? instant(Math.max(0, Math.round(passedAt - (way.exit / way.speed) * 1000))) : passedAt;
}

/** Who stands at the stop line is said to stand behind it as often as before it, m; who drives over it, m/s, less far. */
const STANDS_OFF = 12;
const DRIVES_OFF = 6;
const DRIVES = 4;

/** Whether a vehicle that is followed is over the stop line already: it needs no green any more. */
export function isOver(tracks: Tracks, key: string): boolean {
  const motion = tracks.vehicles.get(key)?.motion;
  return motion !== undefined && motion.distance < -(motion.speed > DRIVES ? DRIVES_OFF : STANDS_OFF);
}

/** A vehicle that crosses so shortly after the end of green went with it: its amber, and how well the time is known. */
const AFTER_GREEN = seconds(5);

/** When the green began in which somebody crossed at `at`; null: in none; undefined: none was seen yet. */
export function greenAt(
  greens: readonly (readonly LastGreen[])[],
  groupAt: ReadonlyMap<GroupId, number>,
  group: GroupId,
  at: Instant,
): Instant | null | undefined {
  const own = greens[groupAt.get(group) ?? -1] ?? [];
  if (own.length === 0) return undefined;
  return own.find(({ from, to }) => from <= at && (to === null || at < to + AFTER_GREEN))?.from ?? null;
}

/** Since when a group shows green; null: it does not. */
export function greenSince(
  signals: readonly (Signal | null)[],
  groupAt: ReadonlyMap<GroupId, number>,
  group: GroupId,
): Instant | null {
  const signal = signals[groupAt.get(group) ?? -1];
  return signal?.aspect === "green" ? signal.since : null;
}
