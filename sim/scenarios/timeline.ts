import type { Observation } from "./model.ts";

/** So many observations are kept from the beginning, and as many from the end. */
const MOST_EACH = 10_000;

/** What was observed, within bounds: of too much the middle is dropped and counted. */
export class Timeline {
  readonly #first: Observation[] = [];
  #last: Observation[] = [];
  #dropped = 0;

  add(observation: Observation): void {
    if (this.#first.length < MOST_EACH) {
      this.#first.push(observation);
      return;
    }
    this.#last.push(observation);
    if (this.#last.length < 2 * MOST_EACH) return;
    this.#last = this.#last.slice(MOST_EACH);
    this.#dropped += MOST_EACH;
  }

  get dropped(): number {
    return this.#dropped + Math.max(0, this.#last.length - MOST_EACH);
  }

  /** In order of time. */
  all(): readonly Observation[] {
    return [...this.#first, ...this.#last.slice(-MOST_EACH)].sort((a, b) => a.at - b.at);
  }
}
