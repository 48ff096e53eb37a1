/** Answers of several gear at once: they pull the same wire low. */
import { wireTime } from "../firmware/dali/frame.ts";

/** An answer on the wire: its byte, and when its first bit begins, monotonic ms. */
export interface Answering {
  readonly value: number;
  readonly start: number;
}

/** What is on the wire of all answers together. `value` null: no receiver can read it. */
export interface Mixed {
  readonly value: number | null;
  readonly start: number;
  readonly end: number;
}

/** Equal answers that start this close to each other, ms, read as one: a receiver takes half bits of 333 to 500 us. */
const AS_ONE = 0.08;

/** Mixes at least one answer: readable where all are equal and begin together, as long as from the first start to the last end. */
export function mixed(answers: readonly Answering[]): Mixed {
  let [start, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const answer of answers) {
    start = Math.min(start, answer.start);
    last = Math.max(last, answer.start);
  }
  const byte = answers[0]?.value ?? null;
  const alike = last - start < AS_ONE && answers.every(({ value }) => value === byte);
  return { value: alike ? byte : null, start, end: last + wireTime(8) };
}
