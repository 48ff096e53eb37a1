import type { Random } from "../firmware/hal/random.ts";
import type { Nvm } from "./nvm.ts";

/** No random address yet; the search address after power-on. */
export const UNSET = 0xffffff;
const INITIALISED_FOR = 15 * 60_000;
const RANDOMISE_TIME = 100;

export interface SearchOptions {
  /** What its next RANDOMISE draws, one after the other, before chance decides: give two the same for a duplicate. */
  readonly draws?: readonly number[];
  /** It does not obey RANDOMISE. */
  readonly keepsRandomAddress?: boolean;
}

/**
 * What gear and control devices have alike to be found by (IEC 62386-102 9.14, 103 9.14): a random address, a search address,
 * and the 15 minutes of INITIALISE. `kept` holds the random address without mains.
 */
export class SearchTarget {
  searchAddress = UNSET;
  withdrawn = false;
  readonly #now: () => number;
  readonly #random: Random;
  readonly #nvm: Nvm;
  readonly #kept: { randomAddress: number };
  readonly #keeps: boolean;
  readonly #draws: number[];
  #until = Number.NEGATIVE_INFINITY;
  #fresh: { readonly address: number; readonly from: number } | undefined;

  constructor(
    now: () => number,
    random: Random,
    nvm: Nvm,
    kept: { randomAddress: number },
    { draws = [], keepsRandomAddress = false }: SearchOptions,
  ) {
    this.#now = now;
    this.#random = random;
    this.#nvm = nvm;
    this.#kept = kept;
    this.#draws = [...draws];
    this.#keeps = keepsRandomAddress;
  }

  get initialised(): boolean {
    return this.#now() < this.#until;
  }

  /** A random address drawn counts 100 ms later. */
  get randomAddress(): number {
    const fresh = this.#fresh;
    if (fresh && this.#now() >= fresh.from) {
      this.#fresh = undefined;
      this.#nvm.set(this.#kept, "randomAddress", fresh.address);
    }
    return this.#kept.randomAddress;
  }

  /** Whether the search address is on it. */
  get found(): boolean {
    return this.randomAddress === this.searchAddress;
  }

  /** What it says to COMPARE. */
  get compares(): boolean {
    return !this.withdrawn && this.randomAddress <= this.searchAddress;
  }

  initialise(): void {
    this.#until = this.#now() + INITIALISED_FOR;
    this.withdrawn = false;
  }

  terminate(): void {
    this.#until = Number.NEGATIVE_INFINITY;
    this.withdrawn = false;
  }

  randomise(): void {
    if (this.#keeps) return;
    const address = this.#draws.shift() ?? Math.floor(this.#random.next() * UNSET);
    this.#fresh = { address, from: this.#now() + RANDOMISE_TIME };
  }

  withdraw(): void {
    if (this.found) this.withdrawn = true;
  }

  /** One byte of the search address; `shift` 16, 8 or 0. */
  search(shift: number, byte: number): void {
    this.searchAddress = (this.searchAddress & ~(0xff << shift)) | (byte << shift);
  }

  powerCycle(): void {
    this.terminate();
    this.#fresh = undefined;
    this.searchAddress = UNSET;
  }
}
