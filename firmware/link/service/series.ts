import type { Aggregate } from "../table.ts";

/** Most different values whose times are kept for a median; past it neighbours are taken together. */
const MOST_SHARES = 1024;

/**
 * One value over a window, as it was told and as it was held. `sum` and `count` are of what was told in the window. The others
 * are of the held value, also where it was told before the window began: `avg`, `median` and `std` weigh each value by how
 * long it held, `min` and `max` name every value that was. Times in ms, in any zero.
 */
export class Series {
  readonly #shares: Map<number, number> | null;
  #held: number | null = null;
  #since = 0;
  #count = 0;
  #sum = 0;
  #min = Number.POSITIVE_INFINITY;
  #max = Number.NEGATIVE_INFINITY;
  /** Weighted mean and sum of squares: West 1979. */
  #span = 0;
  #mean = 0;
  #squares = 0;

  constructor(wanted: readonly Aggregate[]) {
    this.#shares = wanted.includes("median") ? new Map() : null;
  }

  /** A window begins. */
  begin(at: number): void {
    this.#since = at;
    this.#count = 0;
    this.#sum = 0;
    this.#min = this.#held ?? Number.POSITIVE_INFINITY;
    this.#max = this.#held ?? Number.NEGATIVE_INFINITY;
    this.#span = 0;
    this.#mean = 0;
    this.#squares = 0;
    this.#shares?.clear();
  }

  /** A value is told; one that is no number counts and no more. */
  tell(value: unknown, at: number): void {
    this.#count++;
    if (typeof value !== "number") return;
    this.settle(at);
    this.#held = value;
    this.#sum += value;
    this.#min = Math.min(this.#min, value);
    this.#max = Math.max(this.#max, value);
  }

  /** The held value held until then. */
  settle(at: number): void {
    const held = this.#held;
    const lasted = Math.max(0, at - this.#since);
    this.#since = Math.max(at, this.#since);
    if (held === null || lasted === 0) return;
    this.#span += lasted;
    const off = held - this.#mean;
    this.#mean += (off * lasted) / this.#span;
    this.#squares += lasted * off * (held - this.#mean);
    if (!this.#shares) return;
    this.#shares.set(held, (this.#shares.get(held) ?? 0) + lasted);
    if (this.#shares.size > MOST_SHARES) this.#thin(this.#shares);
  }

  /** null where there was no value. */
  of(aggregate: Aggregate): number | null {
    const held = this.#held;
    switch (aggregate) {
      case "count":
        return this.#count;
      case "sum":
        return this.#sum;
      case "avg":
        return this.#span > 0 ? this.#mean : held;
      case "std":
        return held === null ? null : Math.sqrt(this.#squares / Math.max(1, this.#span));
      case "median":
        return this.#median() ?? held;
      case "min":
        return held === null ? null : this.#min;
      case "max":
        return held === null ? null : this.#max;
    }
  }

  #median(): number | null {
    const shares = [...(this.#shares ?? [])].sort(([a], [b]) => a - b);
    let passed = 0;
    for (const [i, [value, lasted]] of shares.entries()) {
      passed += lasted;
      if (passed * 2 > this.#span) return value;
      const next = shares[i + 1];
      if (passed * 2 === this.#span && next) return (value + next[0]) / 2;
    }
    return null;
  }

  /** Every second value joins its lower neighbour. */
  #thin(shares: Map<number, number>): void {
    const sorted = [...shares].sort(([a], [b]) => a - b);
    shares.clear();
    for (let i = 0; i < sorted.length; i += 2) {
      const [value, lasted] = sorted[i] as [number, number];
      shares.set(value, lasted + (sorted[i + 1]?.[1] ?? 0));
    }
  }
}
