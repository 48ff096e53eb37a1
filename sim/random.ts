import type { Random } from "../firmware/hal/random.ts";

/** A seeded source (mulberry32, public domain): the same seed, the same numbers, on every machine. */
export class SeededRandom implements Random {
  #state: number;
  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  }

  /** Time to the next arrival of a Poisson process with `rate` arrivals per unit; Infinity for rate 0. */
  exponential(rate: number): number {
    return -Math.log(1 - this.next()) / rate;
  }

  /** A source of its own for a part, so that adding a part does not move the others. */
  fork(part: string): SeededRandom {
    let h = 2166136261;
    for (const char of part) h = Math.imul(h ^ (char.codePointAt(0) as number), 16777619);
    return new SeededRandom((h ^ Math.floor(this.next() * 4294967296)) >>> 0);
  }
}
