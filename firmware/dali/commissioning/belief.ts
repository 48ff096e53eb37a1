import type { CountBelief } from "./count.ts";

/** The highest random address. */
export const TOP = 0xffffff;

/** How often an answer is not what it should be. */
export interface Errors {
  /** A YES that nobody hears. */
  readonly lost: number;
  /** Noise where nobody answered, taken for a YES. */
  readonly false: number;
}

/** What was learnt: COMPARE at `at`; or the unit at exactly `at` did not say that it was there. */
export type Evidence =
  | { readonly kind: "compare"; readonly at: number; readonly yes: boolean }
  | { readonly kind: "absent"; readonly at: number };

/** Random addresses above the last segment's `to`, up to and with its own. */
interface Segment {
  readonly to: number;
  /** Probability that the lowest unit lies in it. */
  readonly mass: number;
  /** Sum of the masses up to this one. */
  readonly upTo: number;
  /** What the answers say: by how much the prior mass of the segment was multiplied. */
  readonly likelihood: number;
}

/** A unit that did not hear its WITHDRAW still answers; after each further one that it is told, it does so less likely. */
const STILL_THERE = 1e-3;
const DEAF_AGAIN = 0.03;
/** However often it was heard: a unit that missed one byte of the search address was silent to all questions after it. */
const OVERHEARD = 1e-4;
/** A unit that did not hear RANDOMISE lies at the top. */
const UNDRAWN = 0.005;
/** Answers "nobody" further below than this many others are certain enough. */
const KEPT = 6;

/**
 * Where the lowest unit that still answers lies: a probability for every random address, from what is believed of the number
 * of units and from answers that may each be wrong. Units are found from the lowest up, so that between two of them nothing
 * is left over to remember but how certain it is that nobody lies below.
 */
export class LowestBelief {
  readonly #count: CountBelief;
  #errors: Errors;
  #evidence: Evidence[] = [];
  /** Where nobody answered before the last one was found. */
  #silence: readonly number[] = [];
  /** How often the last one was found again. */
  #again = 0;
  /** The last unit found; -1 before the first. Units still to be found lie above it. */
  #base = -1;
  #found = 0;
  #segments: readonly Segment[] = [];
  #nobody = 0;

  constructor(count: CountBelief, errors: Errors) {
    this.#count = count;
    this.#errors = errors;
    this.#weigh();
  }

  /** Probability that nobody is left. */
  get nobody(): number {
    return this.#nobody;
  }

  /** How many are still to be found. */
  get remaining(): number {
    return this.#count.mean;
  }

  /** Where the search has come to: the last one found, or -1. */
  get base(): number {
    return this.#base;
  }

  learn(evidence: Evidence): void {
    this.#evidence.push(evidence);
    this.#weigh();
  }

  /**
   * The unit at `at` was found and withdrawn. `again`: it had been found before, so the number of those still to be found
   * stays. Gives how many YES were heard, and how many lost, on the way to it.
   */
  found(at: number, errors: Errors, again: boolean): { readonly heard: number; readonly lost: number } {
    this.#errors = errors;
    const compared = this.#evidence.filter((one) => one.kind === "compare");
    // what it answered, or should have answered, tells nothing of the others
    const above = compared.filter((one) => one.at >= at);
    const heard = above.filter(({ yes }) => yes).length;
    // who answered below, if it was anybody, answers again to whatever is asked next
    const silent = compared.filter((one) => one.at < at && !one.yes).map((one) => one.at);
    this.#silence = [...this.#silence.filter((one) => one < at), ...silent].sort((a, b) => a - b).slice(-KEPT);
    this.#evidence = [];
    if (at > this.#base) {
      if (!again) this.#count.found((TOP - at) / (TOP - this.#base));
      this.#base = at;
      this.#again = 0;
    } else {
      if (!again) this.#count.foundBelow();
      if (at === this.#base) this.#again++;
    }
    if (!again) this.#found++;
    this.#weigh();
    return { heard, lost: above.length - heard };
  }

  /** Probability that the lowest lies at `at` or below. */
  upTo(at: number): number {
    let from = -1;
    let before = 0;
    for (const { to, likelihood, upTo } of this.#segments) {
      if (at < to) return before + this.#prior(from, at) * likelihood * this.#scale;
      [from, before] = [to, upTo];
    }
    return before;
  }

  /** The lowest address where `upTo` reaches `part` of what is not "nobody". */
  quantile(part: number): number {
    let from = -1;
    let before = 0;
    for (const { to, mass, upTo, likelihood } of this.#segments) {
      if (upTo >= part && mass > 0) {
        let [low, high] = [from, to];
        while (high - low > 1) {
          const middle = Math.floor((low + high) / 2);
          if (before + this.#prior(from, middle) * likelihood * this.#scale >= part) high = middle;
          else low = middle;
        }
        return high;
      }
      [from, before] = [to, upTo];
    }
    return TOP;
  }

  /** The address where the lowest most probably lies, of those that are told apart already, and how probable that is. */
  likeliest(): { readonly at: number; readonly probability: number } {
    let from = -1;
    let best = { at: TOP, probability: 0 };
    for (const { to, mass } of this.#segments) {
      if (to - from === 1 && mass > best.probability) best = { at: to, probability: mass };
      from = to;
    }
    return best;
  }

  #scale = 1;

  #weigh(): void {
    const { lost, false: noise } = this.#errors;
    const bounds = new Set([TOP - 1, TOP]);
    if (this.#base >= 0) bounds.add(this.#base);
    if (this.#base > 0) bounds.add(this.#base - 1);
    let nobody = this.#count.nobody;
    for (const at of this.#silence) bounds.add(at);
    for (const one of this.#evidence) {
      bounds.add(one.at);
      if (one.kind === "absent") {
        if (one.at > 0) bounds.add(one.at - 1);
      } else nobody *= one.yes ? noise : 1 - noise;
    }
    const segments: { to: number; mass: number; upTo: number; likelihood: number }[] = [];
    let [from, sum] = [-1, 0];
    for (const to of [...bounds].sort((a, b) => a - b)) {
      const silent = this.#silence.filter((at) => to <= at).length;
      let likelihood = Math.max(lost ** silent, OVERHEARD);
      for (const one of this.#evidence) {
        if (one.kind === "absent") likelihood *= one.at === to ? lost : 1;
        else if (to <= one.at) likelihood *= one.yes ? 1 - lost : lost;
        else likelihood *= one.yes ? noise : 1 - noise;
      }
      const mass = this.#prior(from, to) * likelihood;
      sum += mass;
      segments.push({ to, mass, upTo: sum, likelihood });
      from = to;
    }
    this.#scale = 1 / (sum + nobody);
    for (const segment of segments) {
      segment.mass *= this.#scale;
      segment.upTo *= this.#scale;
    }
    this.#segments = segments;
    this.#nobody = nobody * this.#scale;
  }

  /** Before any answer: the mass above `from` up to and with `to`; both lie on the same side of the last one found. */
  #prior(from: number, to: number): number {
    const base = this.#base;
    if (from >= base) {
      const room = TOP - base;
      const drawn = this.#count.survival((TOP - from) / room) - this.#count.survival((TOP - to) / room);
      return to === TOP ? drawn + UNDRAWN * this.#count.nobody : drawn;
    }
    if (to === base) return STILL_THERE * DEAF_AGAIN ** this.#again;
    return ((to - from) * (this.#found + this.#count.mean)) / (TOP + 1);
  }
}
