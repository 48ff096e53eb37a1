/** What is expected: the 10, 50 and 90 % quantiles of a number of people. */
export interface Quantiles {
  readonly low: number;
  readonly middle: number;
  readonly high: number;
}

/** Part of the outcomes that an interval from `low` to `high` is to hold. */
export const COVERAGE = 0.8;

/** How much wider than learned an interval must be, as a logarithm: it follows what came true (adaptive conformal inference, Gibbs and Candes 2021). */
export type Width = number;
export const AS_LEARNED: Width = 0;
const PACE = 0.02;
const WIDEST = 3;

/** After an outcome was inside, or not: in the long run the part of `COVERAGE` is, on whatever street. */
export const learned = (width: Width, inside: boolean): Width =>
  Math.max(-WIDEST, Math.min(WIDEST, width + PACE * (COVERAGE - (inside ? 1 : 0))));

/** The width as it follows the outcomes of one street in the order of their hours. */
export interface Calibration {
  /** Of a forecast for hour `t`: only what came true by `t - horizon` is known then. Hours in rising order. */
  widthAt(t: number): Width;
  /** Whether the outcome of hour `t` was inside. */
  came(t: number, inside: boolean): void;
}

export function calibration(horizon: number): Calibration {
  let width = AS_LEARNED;
  let waiting: { readonly t: number; readonly inside: boolean }[] = [];
  return {
    widthAt(t) {
      const known = waiting.findIndex((outcome) => outcome.t > t - horizon);
      const now = known < 0 ? waiting : waiting.slice(0, known);
      for (const { inside } of now) width = learned(width, inside);
      waiting = waiting.slice(now.length);
      return width;
    },
    came: (t, inside) => void waiting.push({ t, inside }),
  };
}

/**
 * People from what a network answers: deviations, as logarithms, from what the weeks before let expect (`logBase`). In
 * order, never under 0.
 */
export function peopleOf(logBase: number, middle: number, low: number, high: number, width: Width): Quantiles {
  const by = Math.exp(width);
  const people = (deviation: number) => Math.max(0, Math.expm1(logBase + Math.max(-4, Math.min(4, deviation))));
  return {
    low: people(middle - by * Math.max(0, middle - low)),
    middle: people(middle),
    high: people(middle + by * Math.max(0, high - middle)),
  };
}

/** As logarithm: how far from a plain mean most outcomes are, before anything was learned. */
const PLAIN_SPREAD = 0.4;

/** Around an expectation that comes without an interval. */
export const around = (expected: number, width: Width): Quantiles =>
  peopleOf(Math.log1p(expected), 0, -PLAIN_SPREAD, PLAIN_SPREAD, width);

export const isInside = ({ low, high }: Quantiles, people: number): boolean => people >= low && people <= high;
