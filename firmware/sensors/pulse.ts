import type { Duration } from "../../controllers/units.ts";
import type { Edge } from "../hal/pin.ts";

/** A contact that closes more often within a second is worn, wet or torn: each closing may bounce a few times. */
const MOST_CLOSINGS = 100;
const SECOND = 1000;

/** What an edge turned out to be the end of. `none`: of nothing yet. */
export type Pulse = "none" | "counted" | "noise" | "dead" | "chatter";

export interface PulseFilter {
  readonly activeWhen: "high" | "low";
  /** A level that holds shorter is noise or bounce: it neither makes a pulse nor parts one in two. */
  readonly shortest: Duration;
  /** From the beginning of a counted pulse so long no other one counts. 0: all count. */
  readonly dead: Duration;
  /** More counted pulses within a second are no people. */
  readonly crowd: number;
}

/**
 * Tells pulses from the edges of a dry contact. A pulse counts at its end, once; one that had begun before the first edge
 * was seen belongs to whoever counted before. Pure: time is what the edges say.
 */
export class Pulses {
  readonly #filter: PulseFilter;
  #active: boolean;
  /** The level that held long enough to be believed. */
  #believed: boolean;
  #since = Number.NEGATIVE_INFINITY;
  #deadUntil = Number.NEGATIVE_INFINITY;
  #closings: number[] = [];
  #counted: number[] = [];

  constructor(filter: PulseFilter, high: boolean) {
    this.#filter = filter;
    this.#active = this.#believed = high === (filter.activeWhen === "high");
  }

  /** Whether the contact is closed now. */
  get active(): boolean {
    return this.#active;
  }

  /** Two edges the same way say that one between them was missed: the level before it has no known length, and is not believed. */
  edge({ high, at }: Edge): Pulse {
    const active = high === (this.#filter.activeWhen === "high");
    const held = active === this.#active ? 0 : at - this.#since;
    const before = this.#active;
    this.#active = active;
    this.#since = at;
    if (active && tooMany(this.#closings, at, MOST_CLOSINGS)) return "chatter";
    if (held >= this.#filter.shortest && this.#believed !== before) {
      this.#believed = before;
      if (before) return this.#end(at - held);
    } else if (before && !active && !this.#believed) return "noise";
    return "none";
  }

  #end(began: number): Pulse {
    if (began < this.#deadUntil) return "dead";
    this.#deadUntil = began + this.#filter.dead;
    return tooMany(this.#counted, began, this.#filter.crowd) ? "chatter" : "counted";
  }
}

/** Adds a moment; whether more than `most` are within a second of it. */
function tooMany(moments: number[], at: number, most: number): boolean {
  moments.push(at);
  while ((moments[0] as number) <= at - SECOND) moments.shift();
  return moments.length > most;
}
