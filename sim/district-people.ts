import type { LocalClock } from "../controllers/lighting/local-time.ts";
import type { Instant } from "../controllers/units.ts";
import { type DistrictStreet, OUTSIDE } from "./district-streets.ts";
import type { Leg, Spot, Ways } from "./district-ways.ts";
import { HOUR_OF_WEEK } from "./hour-of-week.ts";
import type { SeededRandom } from "./random.ts";

/** How many people go about, and how. All but the profile of the week are assumptions: choose your own. */
export interface PeopleOptions {
  /** Ways on foot or by bicycle, all day and night, over the whole district. */
  readonly waysADay: number;
  /** Of these, those that only pass through; the others begin or end at a door somewhere along a street. */
  readonly through: number;
  /** Of the ways of a resident, those that begin at the door: by day's part (local hours 4-12, 12-18, 18-4). */
  readonly leaving: { readonly morning: number; readonly afternoon: number; readonly night: number };
  /** Of all, those who cycle. */
  readonly cyclists: number;
  /** Of the doors, those behind a front garden; the others open onto the street. How deep it is, in metres. */
  readonly gardens: number;
  readonly garden: number;
}

/** 3,300 people live under 512 lamps (France: 6.4 to a lamp); each makes some 0.8 ways a day on foot or by bicycle. */
export const RESIDENTIAL: PeopleOptions = {
  waysADay: 2600,
  through: 0.2,
  leaving: { morning: 0.7, afternoon: 0.5, night: 0.3 },
  cyclists: 0.12,
  gardens: 0.5,
  garden: 4,
};

/** m/s: mean and spread, bounded to what is seen. */
const WALKING = { mean: 1.34, spread: 0.26, least: 0.8, most: 2.2 };
const CYCLING = { mean: 4.2, spread: 0.9, least: 2.5, most: 6.5 };
/** Out of the district by a street of this class, in proportion. */
const WEIGHT: Readonly<Record<string, number>> = { P3: 5, P4: 2, P5: 1 };

export interface Way {
  /** When they set off. */
  readonly at: Instant;
  /** m/s */
  readonly speed: number;
  /** Metres to go before they are on the street, in sight of its sensors. */
  readonly garden: number;
  readonly legs: readonly Leg[];
}

/** The share of the mean hour's people at an instant: Monday 0 h local time first. */
export const shareOf = (local: LocalClock, at: Instant): number =>
  HOUR_OF_WEEK[((local.day(at) + 3) % 7) * 24 + Math.floor(local.minutes(at) / 60)] as number;

const HOUR = 3_600_000;

/**
 * People of a district, one after the other: a Poisson process whose rate follows the hour of the week. They leave home,
 * come home, or pass through, each by the shortest way at a speed of their own. The same random source, the same people.
 */
export class People {
  readonly #options: PeopleOptions;
  readonly #ways: Ways;
  readonly #local: LocalClock;
  readonly #random: SeededRandom;
  readonly #gates: readonly { readonly spot: Spot; readonly weight: number }[];
  readonly #streets: readonly DistrictStreet[];

  constructor(
    options: PeopleOptions,
    streets: readonly DistrictStreet[],
    ways: Ways,
    local: LocalClock,
    random: SeededRandom,
  ) {
    this.#options = options;
    this.#streets = streets;
    this.#ways = ways;
    this.#local = local;
    this.#random = random;
    this.#gates = streets.flatMap(({ name, class: class_, length, open }) => {
      const weight = WEIGHT[class_] ?? 1;
      return [
        ...(open.low ? [{ spot: { street: name, at: -OUTSIDE }, weight }] : []),
        ...(open.high ? [{ spot: { street: name, at: length + OUTSIDE }, weight }] : []),
      ];
    });
  }

  /** The first who sets off after `at`; null where nobody ever does. */
  next(at: Instant): Way | null {
    const { waysADay } = this.#options;
    if (!(waysADay > 0)) return null;
    for (let now: number = at; ; ) {
      const rate = (waysADay / 24) * shareOf(this.#local, now as Instant);
      const hourEnds = (Math.floor(now / HOUR) + 1) * HOUR;
      const then = now + this.#random.exponential(rate) * HOUR;
      // what is left of an exponential time is as long as ever: draw anew where the rate changes
      if (then < hourEnds) return this.#way(Math.floor(then) as Instant);
      now = hourEnds;
    }
  }

  #way(at: Instant): Way {
    const { through, cyclists, gardens, garden } = this.#options;
    const random = this.#random;
    const speed = this.#speed(random.next() < cyclists ? CYCLING : WALKING);
    const gate = this.#gate();
    const passes = random.next() < through;
    const leaves = random.next() < this.#leaving(at);
    const other = passes ? this.#gate() : this.#door();
    const behind = random.next() < gardens && leaves && !passes ? garden : 0;
    const legs = leaves ? this.#ways.between(other, gate) : this.#ways.between(gate, other);
    return { at, speed, garden: behind, legs };
  }

  #leaving(at: Instant): number {
    const { morning, afternoon, night } = this.#options.leaving;
    const hour = this.#local.minutes(at) / 60;
    return hour >= 4 && hour < 12 ? morning : hour >= 12 && hour < 18 ? afternoon : night;
  }

  #gate(): Spot {
    const all = this.#gates.reduce((sum, { weight }) => sum + weight, 0);
    let left = this.#random.next() * all;
    for (const { spot, weight } of this.#gates) {
      left -= weight;
      if (left < 0) return spot;
    }
    return this.#door();
  }

  /** A door anywhere along any street. */
  #door(): Spot {
    const all = this.#streets.reduce((sum, { length }) => sum + length, 0);
    let left = this.#random.next() * all;
    for (const { name, length } of this.#streets) {
      if (left < length) return { street: name, at: left };
      left -= length;
    }
    throw new TypeError("a district has at least one street");
  }

  #speed({ mean, spread, least, most }: typeof WALKING): number {
    // The sum of twelve uniforms less six is close enough to a normal deviate.
    let deviate = -6;
    for (let i = 0; i < 12; i++) deviate += this.#random.next();
    return Math.min(most, Math.max(least, mean + spread * deviate));
  }
}
