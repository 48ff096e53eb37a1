import type { LocalClock } from "../controllers/lighting/local-time.ts";
import type { ComponentId, Direction, Reading } from "../controllers/model.ts";
import { type Instant, instant } from "../controllers/units.ts";
import type { District, DistrictSensor } from "./district.ts";
import { shareOf } from "./district-people.ts";
import type { SeededRandom } from "./random.ts";
import { poisson } from "./year-day.ts";
import type { Failure } from "./year-failures.ts";

/** A counter says so often that it is alive; by day, how many it has seen. */
export const ALIVE = 15 * 60_000;
/** One that is stuck high sees somebody as often. */
export const STUCK = 60_000;

/** What the counters of a district say, the sound ones and those that failed. */
export class Sensors {
  readonly #district: District;
  readonly #failures: ReadonlyMap<number, Failure>;
  readonly #traffic: Float64Array;
  readonly #local: LocalClock;
  readonly #random: SeededRandom;

  /** `traffic`: how often each counter sees somebody for each way that is made. */
  constructor(
    district: District,
    failures: ReadonlyMap<number, Failure>,
    traffic: Float64Array,
    local: LocalClock,
    random: SeededRandom,
  ) {
    this.#district = district;
    this.#failures = failures;
    this.#traffic = traffic;
    this.#local = local;
    this.#random = random;
  }

  get failed(): ReadonlyMap<ComponentId, Failure> {
    return new Map([...this.#failures].map(([i, failure]) => [this.#id(i), failure]));
  }

  get someStuckHigh(): boolean {
    return [...this.#failures.values()].includes("stuck high");
  }

  /** Somebody passes: what that counter says; null where it failed. */
  passed(counter: number, direction: Direction, at: number): Reading | null {
    return this.#failures.has(counter) ? null : this.#count(counter, 1, direction, at);
  }

  /** What those say every `ALIVE` that are alive, but for those that are stuck high; `followed`: people are told one by one. */
  beats(followed: boolean, at: Instant): Reading[] {
    const ways = (this.#district.people.waysADay / 24) * shareOf(this.#local, at) * (ALIVE / 3_600_000);
    return this.#district.sensors.flatMap((_, i) => {
      const people = followed ? 0 : poisson(this.#random, ways * (this.#traffic[i] as number));
      const failure = this.#failures.get(i);
      if (failure === undefined) return [this.#count(i, people, "both", at)];
      return failure === "stuck low" ? [this.#count(i, 0, "both", at)] : [];
    });
  }

  /** What those say every `STUCK` that are stuck high. */
  stuckHigh(at: number): Reading[] {
    return [...this.#failures].flatMap(([i, failure]) =>
      failure === "stuck high" ? [this.#count(i, 1, "both", at)] : [],
    );
  }

  #count(counter: number, people: number, direction: Direction, at: number): Reading {
    return { kind: "count", source: this.#id(counter), people, direction, at: instant(at) };
  }

  #id(counter: number): ComponentId {
    return (this.#district.sensors[counter] as DistrictSensor).counter.id;
  }
}
