import { minutes } from "../units.ts";

/** What a meter hangs on: all that the cabinet takes, its lamps alone, or the cabinet itself alone. */
export type Measures = "all" | "lamps" | "own";

/** A meter counts for an hour when it spoke so near to both ends of it. */
const NEAR = minutes(3);
/** W ms in a mWh. */
export const MILLI = 3600;

interface Stand {
  /** mWh. */
  readonly energy: number;
  readonly mono: number;
}

/** What one meter counted since the hour began: by its counter where it has one, else by its power added up. */
export class MeterBook {
  #power: number | null = null;
  #since: number;
  #wattMs = 0;
  /** ms of this hour in which its power was known. */
  #knownMs = 0;
  #first: Stand | null = null;
  #last: Stand | null = null;

  constructor(mono: number) {
    this.#since = mono;
  }

  /** W from now on; null: it does not work. */
  power(power: number | null, mono: number): void {
    this.#settle(mono);
    this.#power = power;
  }

  /** Wh of its counter. */
  energy(energy: number, mono: number): void {
    this.#last = { energy: Math.round(energy * 1000), mono };
    this.#first ??= this.#last;
  }

  /** mWh since `began`; null where it was silent at one of the ends, or for some minutes of them, or its counter went back. */
  since(began: number, mono: number): number | null {
    this.#settle(mono);
    const [first, last] = [this.#first, this.#last];
    if (!first || !last) return mono - began - this.#knownMs <= NEAR && mono > began ? this.#whole() : null;
    const near = Math.abs(first.mono - began) <= NEAR && mono - last.mono <= NEAR;
    return near && last.energy >= first.energy ? last.energy - first.energy : null;
  }

  /** An hour is over. */
  close(mono: number): void {
    this.#settle(mono);
    this.#wattMs -= this.#whole() * MILLI;
    this.#knownMs = 0;
    this.#first = this.#last;
  }

  #whole(): number {
    return Math.floor(this.#wattMs / MILLI);
  }

  #settle(mono: number): void {
    const passed = Math.max(0, mono - this.#since);
    this.#since = Math.max(mono, this.#since);
    if (this.#power === null) return;
    this.#wattMs += this.#power * passed;
    this.#knownMs += passed;
  }
}
