/** One hour in the books of energy. All energies are whole milliwatt-hours, so that sums are exact. */
import { type Instant, instant } from "../units.ts";

/** How an energy is known, best first: by a meter less what others take, told by the lamp (D4i), from its level. */
export const SOURCES = ["metered", "measured", "modelled"] as const;
export type EnergySource = (typeof SOURCES)[number];

export const HOUR = 3_600_000;
export const QUARTERS = 4;

/** Arrays are by lamp, in the order of the book; `quarters` by section, in the order of the book. */
export interface LedgerRow {
  /** Begin of the hour, UTC. */
  readonly hour: Instant;
  /** ms of it that were accounted for; more than an hour where the clock went back. */
  readonly span: number;
  /** mWh. */
  readonly energy: readonly number[];
  /** Index into `SOURCES`. */
  readonly source: readonly number[];
  /** Mean light, tenths of a percent; -1 where it was not known most of the time. */
  readonly light: readonly number[];
  /** Seconds alight. */
  readonly lit: readonly number[];
  /** mWh of each section in each quarter of the hour. */
  readonly quarters: readonly (readonly number[])[];
  /** mWh of the cabinet itself, and whether a meter told them. */
  readonly own: number;
  readonly ownSource: EnergySource;
  /** mWh that the meters of the lamps counted, whole hour; null where none did. */
  readonly metered: number | null;
}

/**
 * A whole number cut into whole parts as the weights are; the parts add up to it exactly. Equal parts where no weight is above 0.
 */
export function apportioned(total: number, weights: readonly number[]): number[] {
  const sum = weights.reduce((all, one) => all + one, 0);
  let [weight, given] = [0, 0];
  return weights.map((one, i) => {
    weight += sum > 0 ? one / sum : 1 / weights.length;
    const upTo = i === weights.length - 1 ? total : Math.round(total * Math.min(1, weight));
    const part = upTo - given;
    given = upTo;
    return part;
  });
}

/** Two rows of one hour as one: the clock went back, or the cabinet began anew within it. TypeError for rows of two hours. */
export function merged(a: LedgerRow, b: LedgerRow): LedgerRow {
  if (a.hour !== b.hour) throw new TypeError(`rows of ${a.hour} and ${b.hour}: allowed are rows of one hour`);
  const span = a.span + b.span;
  const both = (mine: readonly number[], other: readonly number[]) => mine.map((one, i) => one + (other[i] ?? 0));
  const light = a.light.map((mine, i) => {
    const other = b.light[i] ?? -1;
    if (mine < 0 || other < 0) return Math.max(mine, other);
    return span > 0 ? Math.round((mine * a.span + other * b.span) / span) : mine;
  });
  return {
    hour: a.hour,
    span,
    energy: both(a.energy, b.energy),
    source: a.source.map((mine, i) => Math.max(mine, b.source[i] ?? 0)),
    light,
    lit: both(a.lit, b.lit),
    quarters: a.quarters.map((mine, i) => both(mine, b.quarters[i] ?? [])),
    own: a.own + b.own,
    ownSource: a.ownSource === b.ownSource ? a.ownSource : "modelled",
    metered: a.metered === null || b.metered === null ? null : a.metered + b.metered,
  };
}

/** The hour that an instant lies in. */
export const hourOf = (at: Instant): Instant => instant(Math.floor(at / HOUR) * HOUR);
