/** How long a vehicle stands at a stop: whether it halts at all, and a log-normal time if it does. */

import { expected, type Lesson, learn, NO_LESSON } from "./learn.ts";
import type { ApproachStop } from "./model.ts";

/** What is known of one stop. */
export interface DwellLesson {
  /** 1 for who halted, 0 for who drove by. */
  readonly halts: Lesson;
  /** Logarithm of the seconds that those stood who halted. */
  readonly log: Lesson;
}

export const NO_DWELL: DwellLesson = { halts: NO_LESSON, log: NO_LESSON };

/** A halt that may be ahead. */
export interface Dwell {
  /** That it halts, 0 to 1. */
  readonly halts: number;
  /** Of the logarithm of its seconds. */
  readonly mean: number;
  readonly deviation: number;
}

/** Seconds. */
export interface Seconds {
  readonly mean: number;
  readonly variance: number;
}

/** Where nobody has counted: most halt. */
const HALTS = 0.9;
/** Shorter halts are seen as this, s. */
const SHORTEST = 1;
/** Farther out the tail of a log-normal says nothing about vehicles. */
const TAIL = 3;

/** What to expect of a stop in that hour of the week. */
export function dwellOf(stop: ApproachStop, lesson: DwellLesson | undefined, hour: number): Dwell {
  const said = logOf(stop.dwell / 1000, stop.spread / 1000);
  const halts = expected(lesson?.halts, hour, { mean: HALTS, variance: 0 });
  const log = expected(lesson?.log, hour, said);
  return { halts: halts.mean, mean: log.mean, deviation: Math.max(0.05, Math.sqrt(log.variance)) };
}

/** Who stood so many seconds; 0: who drove by. */
export function learnDwell({ halts, log }: DwellLesson, hour: number, stood: number): DwellLesson {
  return {
    halts: learn(halts, hour, stood > 0 ? 1 : 0),
    log: stood > 0 ? learn(log, hour, Math.log(Math.max(SHORTEST, stood))) : log,
  };
}

/** The log-normal distribution of that mean and deviation. */
function logOf(mean: number, deviation: number): { readonly mean: number; readonly variance: number } {
  const middle = Math.max(SHORTEST, mean);
  const variance = Math.log(1 + (deviation / middle) ** 2);
  return { mean: Math.log(middle) - variance / 2, variance };
}

/** How long it will still stand, having stood `elapsed` seconds: the moments of a log-normal cut off there. */
export function remaining({ mean, deviation }: Dwell, elapsed: number): Seconds {
  const latest = Math.exp(mean + TAIL * deviation);
  const from = Math.min(Math.max(elapsed, 1e-3), latest);
  const z = (Math.log(from) - mean) / deviation;
  const left = normal(-z);
  const first = (Math.exp(mean + deviation ** 2 / 2) * normal(deviation - z)) / left;
  const second = (Math.exp(2 * mean + 2 * deviation ** 2) * normal(2 * deviation - z)) / left;
  return { mean: Math.max(0, first - from), variance: Math.max(0.25, second - first * first) };
}

/** Distribution function of the standard normal (Abramowitz and Stegun 26.2.17: error below 1e-7). */
export function normal(z: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(z));
  const series = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  const tail = (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * series;
  return z > 0 ? 1 - tail : tail;
}
