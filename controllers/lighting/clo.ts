/** Constant light output: a lamp that is new or clean is held back, so that the street is as bright as at the end of its life. */
import type { Lamp } from "../model.ts";
import { type Instant, type Level, level } from "../units.ts";
import { toArc } from "./curve.ts";
import { notUnder } from "./lighting-class.ts";

/** Light that a lamp still gives of its first light after so many burn hours, percent (lamp lumen maintenance factor). */
export interface Maintained {
  readonly hours: number;
  readonly percent: number;
}

/** How a luminaire's glass is cleaned. */
export interface Cleaning {
  /** Months between two cleanings. */
  readonly months: number;
  /** Light that is left just before one, percent of the clean luminaire's (luminaire maintenance factor). */
  readonly percent: number;
  /** When it was cleaned last. */
  readonly last: Instant;
}

/** How a lamp loses light: with its burn hours, with dirt, or with both. */
export interface Upkeep {
  /** By growing hours, never growing light; none: the light source loses nothing. */
  readonly curve: readonly Maintained[];
  readonly cleaning?: Cleaning;
}

const MONTH = (365.25 / 12) * 86_400_000;

/** Why points are no curve of maintenance, in words; null where they are one. */
export function curveProblem(points: readonly Maintained[]): string | null {
  for (const [i, { hours, percent }] of points.entries()) {
    const before = points[i - 1];
    if (before && hours <= before.hours) return `${hours} h follows ${before.hours} h`;
    if (before && percent > before.percent) return `${percent} % at ${hours} h is more than ${before.percent} % before`;
  }
  return null;
}

/**
 * What a lamp still gives of its first light, 0 to 1: straight lines between the points of its curve, the outermost points
 * beyond them; dirt in proportion to the time since the last cleaning. Whoever does not know the time (`null`) takes the
 * dirtiest: light is never under what was planned.
 */
export function maintenance({ curve, cleaning }: Upkeep, burnt: number, now: Instant | null): number {
  if (!cleaning) return lumens(curve, burnt);
  const soiled = now === null ? 1 : Math.min(1, Math.max(0, now - cleaning.last) / (cleaning.months * MONTH));
  return lumens(curve, burnt) * (1 - soiled * (1 - cleaning.percent / 100));
}

/** The least that it ever gives: what the street was planned with. */
export const planned = ({ curve, cleaning }: Upkeep): number =>
  ((curve.at(-1)?.percent ?? 100) / 100) * ((cleaning?.percent ?? 100) / 100);

/**
 * The level to send to the gear so that the street has `light`: percent of what the lamp gives at full when it is at the end of
 * its life and dirty. Never above full; raised to the next arc power level, so that the street never has less.
 */
export function gearLevel(
  lamp: Pick<Lamp, "curve">,
  upkeep: Upkeep,
  light: Level,
  burnt: number,
  now: Instant | null,
): Level {
  const part = planned(upkeep) / maintenance(upkeep, burnt, now);
  if (light === 0 || part >= 1) return light;
  return notUnder(level(light * part), lamp.curve);
}

/** Light on the street, percent as above, of gear at a level; a lamp beyond its plan gives more than full, which is told as full. */
export function lightOf(upkeep: Upkeep, gear: Level, burnt: number, now: Instant | null): Level {
  return level(Math.min(100, (gear * maintenance(upkeep, burnt, now)) / planned(upkeep)));
}

/** Whether two levels are one to the gear. */
export const sameArc = ({ curve }: Pick<Lamp, "curve">, a: Level, b: Level): boolean =>
  toArc(a, curve) === toArc(b, curve);

function lumens(curve: readonly Maintained[], burnt: number): number {
  const next = curve.findIndex(({ hours }) => hours >= burnt);
  const to = curve[next];
  const from = curve[next - 1];
  if (next < 0) return (curve.at(-1)?.percent ?? 100) / 100;
  if (!to || !from) return (to?.percent ?? 100) / 100;
  return (from.percent + ((to.percent - from.percent) * (burnt - from.hours)) / (to.hours - from.hours)) / 100;
}
