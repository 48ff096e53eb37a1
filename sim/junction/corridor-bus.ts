import type { VehicleWord } from "../../controllers/junction/request-model.ts";
import type { Instant } from "../../controllers/units.ts";
import type { SeededRandom } from "../random.ts";
import { HEADING, LINK, placeBefore, type Way } from "./corridor-junction.ts";
import { normal } from "./normal.ts";
import { type SignalQueue, SPACING } from "./queue.ts";

/** A bus line along one way. */
export interface BusLine {
  readonly name: string;
  readonly way: Way;
  /** The junctions that it comes to, in order. */
  readonly junctions: readonly number[];
  /** s: between buses, and its spread. */
  readonly headway: number;
  readonly spread: number;
  /** Stops: so far before the stop line of a junction. */
  readonly stops: Readonly<
    Record<number, { readonly distance: number; readonly dwell: number; readonly spread: number }>
  >;
}

/** How vehicles say where they are. */
export interface Positioning {
  /** m: along and across the street. */
  readonly noise: number;
  /** Part of the messages that is lost. */
  readonly loss: number;
  /** Seconds until a message is there. */
  readonly latency: number;
}

export const POSITIONING: Positioning = { noise: 4, loss: 0.05, latency: 1 };

/** Part of the buses for which nobody waits at a stop. */
const UNWANTED = 0.15;
const SHORTEST_DWELL = 5;
/** Way that one of a dissolving queue drives while one vehicle crosses the stop line, m: 7 m/s. */
const STARTING = 14;

/** One crossing of a stop line, measured. */
export interface BusPassage {
  readonly junction: number;
  readonly line: string;
  /** Held at the signal, queue ahead included, s. */
  readonly delay: number;
  readonly persons: number;
}

/** One bus: drives, stops for its passengers, stands in the queues, says each second where it is. */
export class CorridorBus {
  readonly kind = "bus";
  readonly persons: number;
  readonly line: BusLine;
  readonly id: string;
  readonly #random: SeededRandom;
  readonly #cruise: number;
  readonly #dwells: readonly number[];
  #lateness: number;
  #leg = 0;
  #distance: number;
  #speed = 0;
  #drift = 0;
  #dwell: number | null;
  #joined: number | null = null;

  constructor(random: SeededRandom, line: BusLine, id: string) {
    this.#random = random;
    this.line = line;
    this.id = id;
    this.persons = Math.round(15 + 50 * random.next());
    this.#cruise = Math.max(8, normal(random, 11, 0.8));
    this.#lateness = normal(random, 60, 90);
    // Drawn at once, so that they are the same whatever the signals do.
    this.#dwells = line.junctions.map((junction) => {
      const stop = line.stops[junction];
      const wanted = random.next() >= UNWANTED;
      const dwell = stop ? normal(random, stop.dwell, stop.spread) : 0;
      return stop && wanted ? Math.max(SHORTEST_DWELL, dwell) : 0;
    });
    this.#distance = LINK;
    this.#dwell = this.#dwells[0] as number;
  }

  /** The junction that it comes to; null when it has passed its last. */
  get junction(): number | null {
    return this.line.junctions[this.#leg] ?? null;
  }

  /** Drives for the second that ends at `now`; comes to the end of the queue of its way. */
  move(now: number, queue: SignalQueue<unknown>): void {
    if (this.#joined !== null) {
      const place = queue.placeOf(this) ?? 0;
      const stands = place * SPACING;
      // Who stands far back in a queue that dissolves stands until the wave of those who start has come to it.
      const waits = queue.dissolves ? Math.max(stands, Math.min(this.#distance, STARTING * (place + 1))) : stands;
      const to = Math.max(waits, this.#distance - this.#cruise);
      this.#speed = this.#distance - to;
      this.#distance = to;
      return;
    }
    this.#drift = 0.8 * this.#drift + normal(this.#random, 0, 0.4);
    const wish = Math.max(3, this.#cruise + this.#drift);
    const stop = this.line.stops[this.junction as number];
    if (this.#dwell && stop && this.#distance <= stop.distance) {
      this.#speed = 0;
      this.#dwell = Math.max(0, this.#dwell - 1);
      return;
    }
    const ahead = this.#dwell && stop ? this.#distance - stop.distance : this.#distance - queue.tail;
    this.#speed = Math.min(wish, Math.max(0, ahead));
    this.#distance -= this.#speed;
    const served = !(this.#dwell && stop);
    if (served && ahead <= wish) {
      this.#joined = now + this.#distance / wish;
      queue.join(this, this.#joined);
    }
  }

  /** It has crossed the stop line in the second that ends at `now`. */
  crossed(now: number): BusPassage {
    const delay = Math.max(0, now - 1 - (this.#joined as number));
    const passage = { junction: this.junction as number, line: this.line.name, delay, persons: this.persons };
    this.#lateness += delay - 10;
    this.#leg++;
    this.#joined = null;
    this.#distance = LINK;
    this.#dwell = this.#dwells[this.#leg] ?? 0;
    return passage;
  }

  /** What it says of where it is: to the junction ahead, and to the one that it has just passed. */
  words(positioning: Positioning, at: Instant): { readonly junction: number; readonly word: VehicleWord }[] {
    const { way, junctions, name } = this.line;
    const along = normal(this.#random, 0, positioning.noise);
    const across = normal(this.#random, 0, positioning.noise / 2);
    const speed = Math.max(0, normal(this.#random, this.#speed, 0.5));
    if (this.#random.next() < positioning.loss) return [];
    const ahead = junctions[this.#leg];
    const passed = junctions[this.#leg - 1];
    const from = ahead ?? (passed as number);
    const exact = placeBefore(from, way, ahead === undefined ? this.#distance - LINK + along : this.#distance + along);
    const place = way.startsWith("A")
      ? { ...exact, latitude: exact.latitude + across / 111_195 }
      : { ...exact, longitude: exact.longitude + across / 75_000 };
    const word: VehicleWord = {
      kind: "position",
      source: "sim",
      vehicle: this.id,
      place,
      speed,
      heading: HEADING[way],
      atStop: this.#dwelling(),
      facts: { type: "bus", line: name, lateness: Math.round(this.#lateness), persons: this.persons },
      at,
    };
    const told: { junction: number; word: VehicleWord }[] = [];
    if (ahead !== undefined) told.push({ junction: ahead, word });
    if (passed !== undefined && LINK - this.#distance < 80) told.push({ junction: passed, word });
    return told;
  }

  /** Whether it is gone: out of sight of its last junction. */
  drives(): boolean {
    if (this.junction !== null) return true;
    this.#distance -= this.#cruise;
    return LINK - this.#distance < 80;
  }

  #dwelling(): boolean {
    const stop = this.junction === null ? undefined : this.line.stops[this.junction];
    return Boolean(this.#dwell && stop && this.#distance <= stop.distance);
  }
}
