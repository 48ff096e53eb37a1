import { type Instant, instant, seconds } from "../units.ts";
import type { GroupId, Junction, Signal } from "./model.ts";
import type { Tracks } from "./track-model.ts";

/** The last green of a group: it is still green where `to` is null. */
export interface LastGreen {
  readonly from: Instant;
  readonly to: Instant | null;
}

/** Last greens after a pass, by index of the group; null: it had none yet. */
export function greensAfter(
  before: readonly (LastGreen | null)[],
  signals: readonly Signal[],
  now: Instant,
): readonly (LastGreen | null)[] {
  return signals.map(({ aspect, since }, g) => {
    const last = before[g] ?? null;
    if (aspect === "green") return last?.from === since && last.to === null ? last : { from: since, to: null };
    return last?.to === null ? { from: last.from, to: now } : last;
  });
}

/**
 * The tracker sees a vehicle pass behind the exit. It crossed the stop line before: so much as the way from there takes at the
 * approach's speed.
 */
export function crossedAt(junction: Junction, approach: number | undefined, passedAt: Instant): Instant {
  const way = junction.approaches.find(({ id }) => id === approach);
  return way ? instant(Math.max(0, Math.round(passedAt - (way.exit / way.speed) * 1000))) : passedAt;
}

/** Who stands at the stop line is said to stand behind it as often as before it, m; who drives over it is not, m/s. */
const STANDS_OFF = 12;
const DRIVES = 4;

/** Whether a vehicle that is followed is over the stop line already: it needs no green any more. */
export function isOver(tracks: Tracks, key: string): boolean {
  const motion = tracks.vehicles.get(key)?.motion;
  return motion !== undefined && motion.distance < (motion.speed > DRIVES ? 0 : -STANDS_OFF);
}

/** A vehicle that crosses so shortly after the end of green went with it: its amber, and how well the time is known. */
const AFTER_GREEN = seconds(5);

/** When the green began in which somebody crossed at `at`; null: in none. */
export function greenAt(
  greens: readonly (LastGreen | null)[],
  groupAt: ReadonlyMap<GroupId, number>,
  group: GroupId,
  at: Instant,
): Instant | null {
  const last = greens[groupAt.get(group) ?? -1] ?? null;
  return last && last.from <= at && (last.to === null || at < last.to + AFTER_GREEN) ? last.from : null;
}

/** Since when a group shows green; null: it does not. */
export function greenSince(
  signals: readonly Signal[],
  groupAt: ReadonlyMap<GroupId, number>,
  group: GroupId,
): Instant | null {
  const signal = signals[groupAt.get(group) ?? -1];
  return signal?.aspect === "green" ? signal.since : null;
}
