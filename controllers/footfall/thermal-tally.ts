/** From opinions on warm things to whole people, right in the long run. */
import type { Evidence } from "./thermal-evidence.ts";

/** How many people a warm thing is: 0 for a dog, a car, or noise. */
export interface Opinion {
  readonly likeliest: number;
  /** Of all that it may be, by their chances: half way between one and two for what is as likely a pair as a person. */
  readonly mean: number;
}
export type Judge = (evidence: Evidence) => Opinion;

/** What is owed is not carried further than this: one odd hour must not spoil the next. */
const MOST_OWED = 1.5;

export interface Tally {
  /** People to count for a thing that crossed. */
  count(opinion: Opinion): number;
}

/**
 * Counts whole people so that their sum follows the sum of the means: what one count was too high or too low is made up for by
 * later ones. A thing that is most likely somebody is never counted as nobody: light waits for it.
 */
export function tally(): Tally {
  let owed = 0;
  return {
    count({ likeliest, mean }) {
      const people = Math.max(likeliest > 0 ? 1 : 0, Math.round(mean + owed));
      owed = Math.max(-MOST_OWED, Math.min(MOST_OWED, owed + mean - people));
      return people;
    },
  };
}
