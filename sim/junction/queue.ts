/** Vehicles that may leave a stop line in a second of green, each lane: 1800 an hour. */
export const SATURATION_FLOW = 0.5;
/** Green that passes before the first of a standing queue moves, s. */
export const START_UP_LOSS = 2;
/** Way that one standing vehicle takes, m. */
export const SPACING = 7;

interface Standing<V> {
  readonly vehicle: V;
  readonly ready: number;
}

/**
 * The queue before a stop line, first in, first out, by the second: nobody leaves without green, the first leaves after
 * the start-up loss, the others at saturation flow. `ready` is when a vehicle would be at the line if nobody stood there.
 */
export class SignalQueue<V> {
  #standing: Standing<V>[] = [];
  #green = 0;
  #credit = 0;
  readonly #lanes: number;

  constructor(lanes = 1) {
    if (!(Number.isInteger(lanes) && lanes >= 1)) throw new TypeError(`lanes is ${lanes}: allowed 1 and more`);
    this.#lanes = lanes;
  }

  get length(): number {
    return this.#standing.length;
  }

  count(which: (vehicle: V) => boolean): number {
    return this.#standing.reduce((sum, { vehicle }) => sum + (which(vehicle) ? 1 : 0), 0);
  }

  /** Whether it is green, and so the queue dissolves from its head. */
  get dissolves(): boolean {
    return this.#green > 0;
  }

  /** How many stand before a vehicle of the queue in its lane; null where it is not in it. */
  placeOf(vehicle: V): number | null {
    const place = this.#standing.findIndex((standing) => standing.vehicle === vehicle);
    return place < 0 ? null : Math.floor(place / this.#lanes);
  }

  /** How far before the stop line the queue ends, m. */
  get tail(): number {
    return Math.ceil(this.#standing.length / this.#lanes) * SPACING;
  }

  join(vehicle: V, ready: number): void {
    this.#standing.push({ vehicle, ready });
  }

  /** The second that ends at `now`: who crosses the stop line. */
  step(now: number, green: boolean): V[] {
    if (!green) {
      this.#green = 0;
      this.#credit = 0;
      return [];
    }
    this.#green++;
    if (this.#green <= START_UP_LOSS) return [];
    this.#credit = Math.min(this.#credit + SATURATION_FLOW * this.#lanes, Math.max(1, this.#lanes));
    const gone: V[] = [];
    for (let first = this.#standing[0]; first && this.#credit >= 1 && first.ready <= now; first = this.#standing[0]) {
      this.#standing.shift();
      this.#credit--;
      gone.push(first.vehicle);
    }
    return gone;
  }
}
