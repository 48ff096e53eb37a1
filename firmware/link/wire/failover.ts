import { type Duration, milliseconds, minutes } from "../../../controllers/units.ts";
import type { Random } from "../../hal/random.ts";

/** First and longest wait before connecting again, ms; each is shortened by chance, by up to half. */
const FIRST_WAIT = 500;
const LONGEST_WAIT = 15_000;
/** A connection that held so long was a good one: the waits begin anew. ms. */
const GOOD_AFTER = 5000;
/** With a broker that is not the first: the first is tried again after so long, and twice as long each time it fails. */
const FIRST_RETURN = minutes(10);
const LONGEST_RETURN = minutes(160);

/**
 * Which of several brokers is next, and when. One that fails is followed by the next; after all of them the wait doubles.
 * When a good session breaks the first is asked first. A session with a later one is left for the first now and then.
 */
export class Failover {
  readonly #urls: readonly string[];
  readonly #random: Random;
  #at = 0;
  #wait = FIRST_WAIT;
  #return: number = FIRST_RETURN;
  #returning = false;

  /** `urls`: at least one, in the order of preference. */
  constructor(urls: readonly string[], random: Random) {
    this.#urls = urls;
    this.#random = random;
  }

  get url(): string {
    return this.#urls[this.#at] as string;
  }

  /** After a session that we did not end: how long to wait. `held`: ms it was in use, null when it never was. */
  ended(held: number | null): Duration {
    const good = held !== null && held >= GOOD_AFTER;
    if (good) {
      if (this.#at === 0) this.#return = FIRST_RETURN;
      this.#returning = false;
      this.#at = 0;
      this.#wait = FIRST_WAIT;
    } else {
      if (this.#returning) this.#return = Math.min(this.#return * 2, LONGEST_RETURN);
      this.#returning = false;
      this.#at = (this.#at + 1) % this.#urls.length;
    }
    if (this.#at > 0) return this.#shortened(FIRST_WAIT);
    const wait = this.#wait;
    this.#wait = Math.min(wait * 2, LONGEST_WAIT);
    return this.#shortened(wait);
  }

  /** How long to stay with this broker before the first is tried again; null with the first. */
  get stay(): Duration | null {
    return this.#at === 0 ? null : this.#shortened(this.#return);
  }

  /** The session with a later broker was left: the first is next, at once. */
  goBack(): void {
    this.#at = 0;
    this.#returning = true;
  }

  /** Chance in it, so that a city does not come back in one moment. */
  #shortened(wait: number): Duration {
    return milliseconds(wait * (1 - this.#random.next() / 2));
  }
}
