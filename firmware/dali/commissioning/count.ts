/** More units than this share no bus of 64 addresses; a few more may hang there all the same. */
const MOST = 96;
const ADDRESSES = 64;
/** How much rarer each further unit past 64 is. */
const BEYOND = 0.7;
/** How much is believed of a count that somebody gave, and how much rarer it is to be wrong by one more. */
const BELIEVED = 0.96;
const OFF_BY_ONE = 0.6;

/**
 * How many units are still to be found: a probability for each number. They lie anywhere above the last one found, each on
 * its own. `survival(t)` is the probability that none lies below a point with the part `t` of that room above it.
 */
export class CountBelief {
  #weights: Float64Array;

  constructor(weights: Iterable<number>) {
    this.#weights = normal(Float64Array.from(weights));
  }

  /** Nobody counted: any number from 1 to 64 is as likely, more are rare. */
  static unknown(): CountBelief {
    const weight = (n: number) => (n === 0 ? 0.2 : n <= ADDRESSES ? 1 : BEYOND ** (n - ADDRESSES));
    return new CountBelief(Array.from({ length: MOST + 1 }, (_, n) => weight(n)));
  }

  /** Somebody counted `n`, and may have miscounted. */
  static counted(n: number): CountBelief {
    const off = (1 - BELIEVED) * (1 - OFF_BY_ONE);
    return new CountBelief(
      Array.from({ length: MOST + 1 }, (_, m) =>
        m === n ? BELIEVED : (off / 2) * OFF_BY_ONE ** (Math.abs(m - n) - 1),
      ),
    );
  }

  get nobody(): number {
    return this.#weights[0] ?? 0;
  }

  get mean(): number {
    let sum = 0;
    for (const [n, weight] of this.#weights.entries()) sum += n * weight;
    return sum;
  }

  survival(t: number): number {
    const weights = this.#weights;
    let sum = 0;
    for (let n = weights.length - 1; n >= 0; n--) sum = sum * t + (weights[n] as number);
    return sum;
  }

  /** One was found where nobody was thought to be any more. */
  foundBelow(): void {
    const [nobody = 0, ...more] = this.#weights;
    if (nobody < 1) this.#weights = normal(Float64Array.from([...more, 0]));
  }

  /** One was found, and it was the lowest: the part `t` of the room lies above it. */
  found(t: number): void {
    const weights = this.#weights;
    const next = new Float64Array(weights.length);
    let power = 1;
    for (let n = 1; n < weights.length; n++) {
      next[n - 1] = (weights[n] as number) * n * power;
      power *= t;
    }
    this.#weights = normal(next);
  }
}

/** Sums to 1. Where nothing is left of all that was believed, one more is as likely as none. */
function normal(weights: Float64Array): Float64Array {
  const sum = weights.reduce((all, weight) => all + weight, 0);
  if (sum > 0) return weights.map((weight) => weight / sum);
  return weights.map((_, n) => 0.5 ** (n + 1));
}
