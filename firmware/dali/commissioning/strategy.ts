import { type Errors, LowestBelief, TOP } from "./belief.ts";
import type { CountBelief } from "./count.ts";

/** What to do next: COMPARE at an address, take the unit at exactly this address for found and see, or end: nobody is left. */
export type Question =
  | { readonly kind: "compare"; readonly at: number }
  | { readonly kind: "claim"; readonly at: number; readonly probability: number }
  | { readonly kind: "done" };

/** Time on the wire, ms: a forward frame with its settling time, and how much longer it takes when answered. */
const FRAME = 30;
const REPLY = 15.5;
/** The address that is this likely is tried. */
const CLAIM = 0.6;
/** Somebody left with less than this probability: the search ends. */
const NOBODY_LEFT = 1e-3;
/** How many YES count as heard before the first, and how many of them as lost. */
const HEARD_BEFORE = 100;
const LOST_BEFORE = 1;
const MOST_LOST = 0.3;
/** Noise is seldom taken for an answer. */
const FALSE = 0.002;

/** The bytes of the search address that may change at once: the bits, and how many SEARCHADDR it takes. */
const CHANGES = [
  { mask: 0xff0000, shift: 16, bytes: 1 },
  { mask: 0x00ff00, shift: 8, bytes: 1 },
  { mask: 0x0000ff, shift: 0, bytes: 1 },
  { mask: 0xffff00, shift: 8, bytes: 2 },
  { mask: 0x00ffff, shift: 0, bytes: 2 },
  { mask: 0xffffff, shift: 0, bytes: 3 },
] as const;

const bits = (p: number): number => (p <= 0 || p >= 1 ? 0 : -p * Math.log2(p) - (1 - p) * Math.log2(1 - p));

/**
 * Finds units by their random addresses, the lowest first: each question is the one that tells most per millisecond, counting
 * the bytes of the search address that must change and the longer time of an answer. Answers may be wrong: a lost YES shows
 * in what does not fit together later, and the places where it could have been are asked again as far as they matter.
 */
export class Search {
  readonly #belief: LowestBelief;
  /** What the units hold as search address; undefined: not known. */
  #address: number | undefined;
  #heard = HEARD_BEFORE;
  #lost = LOST_BEFORE;
  /** By bytes that change: at which probability of a YES a question tells most per millisecond. */
  #best: readonly number[] = [];

  constructor(count: CountBelief) {
    this.#belief = new LowestBelief(count, this.#errors);
    this.#aim();
  }

  /** How many are still to be found, as far as it can be told. */
  get remaining(): number {
    return this.#belief.remaining;
  }

  /** How many addresses are not searched yet. */
  get room(): number {
    return TOP - this.#belief.base;
  }

  /** The search address was set; undefined: it may be anything. */
  set address(address: number | undefined) {
    this.#address = address;
  }

  next(): Question {
    const belief = this.#belief;
    if (belief.nobody > 1 - NOBODY_LEFT) return { kind: "done" };
    const likeliest = belief.likeliest();
    if (likeliest.probability > CLAIM) return { kind: "claim", ...likeliest };
    let best = { at: TOP, worth: Number.NEGATIVE_INFINITY };
    const consider = (at: number, bytes: number) => {
      const worth = this.#worth(belief.upTo(at), bytes);
      if (worth > best.worth) best = { at, worth };
    };
    const address = this.#address;
    if (address === undefined) consider(belief.quantile(this.#best[3] ?? 0.5), 3);
    else {
      consider(address, 0);
      const wanted = this.#best.map((part) => belief.quantile(part));
      for (const { mask, shift, bytes } of CHANGES) {
        const kept = address & ~mask;
        const steps = Math.floor(((wanted[bytes] ?? TOP) - kept) / 2 ** shift);
        for (const step of [steps - 1, steps, steps + 1]) {
          if (step >= 0 && step <= mask >>> shift) consider(kept + step * 2 ** shift, bytes);
        }
      }
    }
    return { kind: "compare", at: best.at };
  }

  /** The answer to a COMPARE. */
  compared(at: number, yes: boolean): void {
    this.#belief.learn({ kind: "compare", at, yes });
  }

  /** Nobody answered to a claim. */
  absent(at: number): void {
    this.#belief.learn({ kind: "absent", at });
  }

  /**
   * The unit at `at` was found and told to withdraw; `again`: not for the first time. Gives how many answers on the way to it
   * cannot have been right.
   */
  found(at: number, again = false): number {
    const { heard, lost } = this.#belief.found(at, this.#errors, again);
    this.#heard += heard + lost;
    this.#lost += lost;
    this.#aim();
    return lost;
  }

  get #errors(): Errors {
    return { lost: Math.min(MOST_LOST, this.#lost / this.#heard), false: FALSE };
  }

  /** What a COMPARE tells, bits per ms, where YES would be right with probability `p`. */
  #worth(p: number, bytes: number): number {
    const { lost, false: noise } = this.#errors;
    const yes = p * (1 - lost) + (1 - p) * noise;
    const tells = bits(yes) - p * bits(lost) - (1 - p) * bits(noise);
    return tells / ((bytes + 1) * FRAME + yes * REPLY);
  }

  #aim(): void {
    this.#best = [0, 1, 2, 3].map((bytes) => {
      let [low, high] = [0.05, 0.95];
      while (high - low > 0.002) {
        const third = (high - low) / 3;
        if (this.#worth(low + third, bytes) < this.#worth(high - third, bytes)) low += third;
        else high -= third;
      }
      return (low + high) / 2;
    });
  }
}
