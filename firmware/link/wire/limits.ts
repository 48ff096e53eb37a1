/** How much of what comes in is worked on: token buckets, with time as an argument. */

/** So many a second for ever, and so many at once after a rest. */
export interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

/** Requests that a node takes from all supervisors together. Ten may come up at once, each asking once for each stream. */
export const NODE_RATES = {
  throttle: { perSecond: 5, burst: 100 },
  fetch: { perSecond: 2, burst: 400 },
} as const satisfies Readonly<Record<string, Rate>>;

/**
 * What a supervisor works on of one node, messages: a replay at full speed of a fast link passes, a flood does not. What is
 * dropped of a channel shows as a gap and is fetched.
 */
export const FROM_A_NODE: Rate = { perSecond: 200, burst: 2000 };

/** A message costs one token and one more for each of these bytes: work goes by bytes. */
const BYTES_A_TOKEN = 4096;

/** Tokens that a message of so many bytes costs. */
export const costOf = (bytes: number): number => 1 + Math.floor(bytes / BYTES_A_TOKEN);

/** One allowance. It begins full. */
export class TokenBucket {
  readonly #rate: Rate;
  #tokens: number;
  #at: number | null = null;
  /** Takes that were refused. */
  refused = 0;

  constructor(rate: Rate) {
    if (!(rate.perSecond > 0 && rate.burst >= 1)) {
      throw new TypeError(`rate is ${rate.perSecond}/s, burst ${rate.burst}: allowed is more than 0/s, burst from 1`);
    }
    this.#rate = rate;
    this.#tokens = rate.burst;
  }

  /**
   * Takes tokens if there are enough, else none. `now` is in ms of a monotonic clock; one that goes back fills nothing. What
   * costs more than the burst may be taken from a full bucket and leaves it in debt.
   */
  take(now: number, cost = 1): boolean {
    this.#fill(now);
    if (this.#tokens < Math.min(cost, this.#rate.burst)) {
      this.refused++;
      return false;
    }
    this.#tokens -= cost;
    return true;
  }

  #fill(now: number): void {
    const passed = this.#at === null ? 0 : Math.max(0, now - this.#at);
    this.#at = now;
    this.#tokens = Math.min(this.#rate.burst, this.#tokens + (passed * this.#rate.perSecond) / 1000);
  }
}

/**
 * An allowance for each key (a node, a topic type), so that one that floods takes nothing from the others. Holds at most
 * `most` keys: past that the one that was used least lately goes, so a key that floods stays.
 */
export class TokenBuckets {
  readonly #rate: Rate;
  readonly #most: number;
  readonly #buckets = new Map<string, TokenBucket>();
  /** Takes that were refused, of all keys. */
  refused = 0;

  constructor(rate: Rate, most: number) {
    this.#rate = rate;
    this.#most = most;
  }

  get size(): number {
    return this.#buckets.size;
  }

  /** As `TokenBucket.take`, of the key's own. */
  take(key: string, now: number, cost = 1): boolean {
    const bucket = this.#buckets.get(key) ?? new TokenBucket(this.#rate);
    // The last in a map's order is the one used last.
    this.#buckets.delete(key);
    this.#buckets.set(key, bucket);
    if (this.#buckets.size > this.#most) {
      for (const oldest of this.#buckets.keys()) {
        this.#buckets.delete(oldest);
        break;
      }
    }
    const taken = bucket.take(now, cost);
    if (!taken) this.refused++;
    return taken;
  }
}
