import { hourOfDay } from "../../controllers/footfall/hourly.ts";
import { isInside, type Quantiles } from "../../controllers/footfall/interval.ts";

/** How good forecasts were, at one sensor or all. Parts of 1. */
export interface Score {
  readonly hours: number;
  /** Sum of errors over sum of people. NaN where nobody came. */
  readonly wape: number;
  /** The same from 18 to 07 h. */
  readonly wapeNight: number;
  /** Mean error over the mean error of the week before, within the training. */
  readonly mase: number;
  /** Outcomes within the 80 % interval. */
  readonly coverage: number;
}

/** Sums of one sensor. */
export class Tally {
  #hours = 0;
  #error = 0;
  #people = 0;
  #nightError = 0;
  #nightPeople = 0;
  #inside = 0;

  /** Of the hour that the wall clock shows as `wall`. */
  add(wall: number, people: number, expected: Quantiles): void {
    const error = Math.abs(people - expected.middle);
    this.#hours++;
    this.#error += error;
    this.#people += people;
    if (isInside(expected, people)) this.#inside++;
    const hour = hourOfDay(wall);
    if (hour < 18 && hour >= 7) return;
    this.#nightError += error;
    this.#nightPeople += people;
  }

  /** `step`: mean change from week to week within the training. */
  score(step: number): Score {
    return {
      hours: this.#hours,
      wape: this.#error / this.#people,
      wapeNight: this.#nightError / this.#nightPeople,
      mase: this.#error / this.#hours / step,
      coverage: this.#inside / this.#hours,
    };
  }

  /** WAPE of several sensors' sums. */
  static pooled(tallies: readonly Tally[]): number {
    const sum = (of: (tally: Tally) => number) => tallies.reduce((all, tally) => all + of(tally), 0);
    return sum((tally) => tally.#error) / sum((tally) => tally.#people);
  }
}

/** The mean of the sensors' figures, each sensor alike; those that cannot have one are left out. */
export function meanScore(scores: readonly Score[]): Score {
  const mean = (of: (score: Score) => number) => {
    const known = scores.map(of).filter(Number.isFinite);
    return known.reduce((sum, value) => sum + value, 0) / known.length;
  };
  return {
    hours: scores.reduce((sum, { hours }) => sum + hours, 0),
    wape: mean(({ wape }) => wape),
    wapeNight: mean(({ wapeNight }) => wapeNight),
    mase: mean(({ mase }) => mase),
    coverage: mean(({ coverage }) => coverage),
  };
}
