import type { ComponentId, Counter, Join } from "../controllers/model.ts";
import type { Instant } from "../controllers/units.ts";
import type { VirtualClock } from "./clock.ts";
import type { Walker } from "./control.ts";
import { HOUR_OF_WEEK } from "./hour-of-week.ts";
import type { SeededRandom } from "./random.ts";

export interface StreetLayout {
  readonly streets: readonly { readonly name: string; readonly length: number }[];
  readonly joins: readonly Join[];
  readonly counters: readonly Counter[];
  readonly timeZone: string;
}

/** A stretch walked at a steady pace: the position follows from the time, no ticking. */
interface Leg {
  readonly id: number;
  readonly street: string;
  readonly from: number;
  readonly direction: 1 | -1;
  /** m/s */
  readonly pace: number;
  readonly since: number;
}

/** Chance that a walker who comes to a corner turns into the other street. */
const TURNS = 0.35;

/** Walking speeds of adults: mean and spread in m/s, bounded to what is seen. */
const PACE = { mean: 1.34, spread: 0.26, least: 0.8, most: 2.2 };

/**
 * People on the streets: they arrive at the streets' ends as a Poisson process whose rate follows the hour of the week,
 * walk at a pace of their own, turn at corners, and set off each counter they pass.
 */
export class Street {
  readonly #clock: VirtualClock;
  readonly #random: SeededRandom;
  readonly #layout: StreetLayout;
  readonly #lengths: ReadonlyMap<string, number>;
  readonly #entrances: readonly { readonly street: string; readonly position: number; readonly direction: 1 | -1 }[];
  readonly #perHour: number;
  readonly #passed: (counter: ComponentId, direction: 1 | -1) => void;
  readonly #legs = new Map<number, Leg>();
  #nextId = 1;

  /** `perHour`: people who arrive in the week's mean hour, over all entrances. `passed`: somebody walks past a counter. */
  constructor(
    clock: VirtualClock,
    random: SeededRandom,
    layout: StreetLayout,
    perHour: number,
    passed: (counter: ComponentId, direction: 1 | -1) => void,
  ) {
    this.#clock = clock;
    this.#random = random;
    this.#layout = layout;
    this.#lengths = new Map(layout.streets.map((street) => [street.name, street.length]));
    this.#perHour = perHour;
    this.#passed = passed;
    this.#entrances = layout.streets.flatMap(({ name, length }) =>
      [
        { street: name, position: 0, direction: 1 as const },
        { street: name, position: length, direction: -1 as const },
      ].filter((end) => this.#cornersAt(end.street, end.position).length === 0),
    );
  }

  /** Opens the street: those who would be on the way are, and from now on people arrive. */
  open(): void {
    if (this.#perHour <= 0) return;
    const rate = () => this.#perHour * hourOfWeek(this.#clock.now(), this.#layout.timeZone);
    for (const { name, length } of this.#layout.streets) {
      const here = Math.round((rate() / this.#layout.streets.length) * (length / PACE.mean / 3600));
      for (let i = 0; i < here; i++) this.walk(name, this.#random.next() * length, this.#random.next() < 0.5 ? 1 : -1);
    }
    // Thinning (Lewis & Shedler 1979): candidates at the week's highest rate, kept in proportion to the rate of the hour.
    const top = this.#perHour * Math.max(...HOUR_OF_WEEK);
    const next = () => {
      this.#clock.after(this.#random.exponential(top) * 3_600_000, "arrival", () => {
        if (this.#random.next() * top < rate()) this.#arrive();
        next();
      });
    };
    next();
  }

  /** Somebody starts to walk here. Throws TypeError for a place that is not on a street. */
  walk(street: string, position: number, direction: 1 | -1): void {
    const length = this.#lengths.get(street);
    if (length === undefined)
      throw new TypeError(`street "${street}": allowed ${[...this.#lengths.keys()].join(", ")}`);
    if (!(position >= 0 && position <= length)) throw new TypeError(`position ${position}: allowed 0 to ${length}`);
    const { mean, spread, least, most } = PACE;
    // The sum of twelve uniforms less six is close enough to a normal deviate for walking.
    let deviate = -6;
    for (let i = 0; i < 12; i++) deviate += this.#random.next();
    const pace = Math.min(most, Math.max(least, mean + spread * deviate));
    this.#go({ id: this.#nextId++, street, from: position, direction, pace, since: this.#clock.monotonic() });
  }

  walkers(): Walker[] {
    const now = this.#clock.monotonic();
    return [...this.#legs.values()].map(({ id, street, from, direction, pace, since }) => ({
      id,
      street,
      position: from + (direction * pace * (now - since)) / 1000,
      direction,
    }));
  }

  #arrive(): void {
    const entrance = this.#entrances[Math.floor(this.#random.next() * this.#entrances.length)];
    if (entrance) this.walk(entrance.street, entrance.position, entrance.direction);
  }

  /** Walks to the next thing on the way: a counter, a corner or the street's end. */
  #go(leg: Leg): void {
    this.#legs.set(leg.id, leg);
    const length = this.#lengths.get(leg.street) as number;
    const ahead = (position: number) => (position - leg.from) * leg.direction;
    const end = leg.direction === 1 ? length : 0;
    const things = [
      ...this.#layout.counters
        .filter((counter) => counter.street === leg.street && ahead(counter.position) > 0)
        .map((counter) => ({ position: counter.position as number, counter: counter.id })),
      ...this.#corners(leg.street)
        .filter((corner) => ahead(corner.here) > 0)
        .map((corner) => ({ position: corner.here, counter: undefined })),
      { position: end, counter: undefined },
    ].sort((a, b) => ahead(a.position) - ahead(b.position));
    const thing = things[0] as (typeof things)[number];
    this.#clock.after((ahead(thing.position) / leg.pace) * 1000, "walker", () => {
      if (thing.counter) this.#passed(thing.counter, leg.direction);
      this.#arrived({ ...leg, from: thing.position, since: this.#clock.monotonic() }, end);
    });
  }

  #arrived(leg: Leg, end: number): void {
    const corners = this.#cornersAt(leg.street, leg.from);
    const atEnd = leg.from === end;
    const corner = corners[Math.floor(this.#random.next() * corners.length)];
    if (corner && (atEnd || this.#random.next() < TURNS)) {
      const length = this.#lengths.get(corner.street) as number;
      const direction = corner.there <= 0 ? 1 : corner.there >= length ? -1 : this.#random.next() < 0.5 ? 1 : -1;
      this.#go({ ...leg, street: corner.street, from: corner.there, direction });
    } else if (atEnd) this.#legs.delete(leg.id);
    else this.#go(leg);
  }

  #corners(street: string): { here: number; street: string; there: number }[] {
    return this.#layout.joins.flatMap(({ a, b }) => [
      ...(a.street === street ? [{ here: a.position as number, street: b.street, there: b.position as number }] : []),
      ...(b.street === street ? [{ here: b.position as number, street: a.street, there: a.position as number }] : []),
    ]);
  }

  #cornersAt(street: string, position: number) {
    return this.#corners(street).filter((corner) => corner.here === position);
  }
}

/** The profile's factor for an instant at a place: 1 is the week's mean hour. */
export function hourOfWeek(at: Instant, timeZone: string): number {
  // "Wed 20": the weekday's name and the hour.
  const [day, hour] = new Intl.DateTimeFormat("en-US", {
    timeZone,
    weekday: "short",
    hour: "2-digit",
    hourCycle: "h23",
  })
    .format(at)
    .split(/[ ,]+/);
  const weekday = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"].indexOf(day as string);
  return HOUR_OF_WEEK[weekday * 24 + Number(hour)] as number;
}
