import type { GroupId } from "../../controllers/junction/model.ts";
import { SeededRandom } from "../random.ts";
import type { CorridorBus } from "./corridor-bus.ts";
import { hasLeftTurns, LINK } from "./corridor-junction.ts";
import { normal } from "./normal.ts";
import { SignalQueue } from "./queue.ts";

/** How much other traffic there is. */
export interface TrafficSettings {
  /** Vehicles an hour that enter each end of the main street. */
  readonly main: number;
  /** Vehicles an hour that come to each side of each junction. */
  readonly side: number;
  /** Parts of the main street's vehicles that turn off it without, and with a left-turn stage; of the side's that turn each way into it. */
  readonly off: number;
  readonly left: number;
  readonly into: number;
  /** m/s: free speed and its spread, which disperses platoons. */
  readonly speed: number;
  readonly spread: number;
}

export const TRAFFIC: TrafficSettings = {
  main: 600,
  side: 220,
  off: 0.15,
  left: 0.08,
  into: 0.2,
  speed: 12.5,
  spread: 1.2,
};

export interface Car {
  readonly kind: "car";
  /** Its own chance, so that what it does is the same whatever the signals do. */
  readonly random: SeededRandom;
  readonly speed: number;
  /** When it would be at the next stop line if nothing held it, s. */
  free: number;
}

interface Source {
  readonly random: SeededRandom;
  readonly junction: number;
  readonly group: GroupId;
  readonly rate: number;
  next: number;
}

/** One group's way to its stop line. */
interface Stream {
  readonly group: GroupId;
  /** Under way, the next to arrive first. */
  readonly travelling: Car[];
  readonly queue: SignalQueue<Car | CorridorBus>;
}

/** The other traffic of the corridor: Poisson arrivals at its ends and side streets, queues at stop lines, platoons between. */
export class CorridorTraffic {
  entered = 0;
  left = 0;
  /** Of all who crossed a stop line: how long they were held at it, s. */
  readonly delays: number[] = [];
  readonly #streams: readonly ReadonlyMap<GroupId, Stream>[];
  readonly #sources: Source[];
  readonly #settings: TrafficSettings;

  constructor(random: SeededRandom, junctions: number, settings: TrafficSettings) {
    this.#settings = settings;
    this.#streams = Array.from({ length: junctions }, (_, index) => {
      const groups = ["A1", "A2", "B1", "B2", ...(hasLeftTurns(index) ? ["L1", "L2"] : [])];
      return new Map(groups.map((group) => [group, { group, travelling: [], queue: new SignalQueue() }]));
    });
    const source = (junction: number, group: GroupId, hourly: number): Source => {
      const own = random.fork(`${junction} ${group}`);
      const rate = hourly / 3600;
      return { random: own, junction, group, rate, next: own.exponential(rate) };
    };
    this.#sources = [
      source(0, "A1", settings.main),
      source(junctions - 1, "A2", settings.main),
      ...this.#streams.flatMap((_, j) => [source(j, "B1", settings.side), source(j, "B2", settings.side)]),
    ];
  }

  queue(junction: number, group: GroupId): SignalQueue<Car | CorridorBus> {
    return this.#stream(junction, group).queue;
  }

  /** Who has entered and not left yet. */
  get inside(): number {
    let sum = 0;
    for (const streams of this.#streams)
      for (const { travelling, queue } of streams.values())
        sum += travelling.length + queue.count(({ kind }) => kind === "car");
    return sum;
  }

  /** Who comes in, and who comes to the end of a queue, in the second that ends at `now`. */
  arrive(now: number): void {
    for (const source of this.#sources)
      while (source.next <= now) {
        const random = new SeededRandom(Math.floor(source.random.next() * 4294967296));
        const { speed, spread } = this.#settings;
        const car: Car = { kind: "car", random, speed: Math.max(7, normal(random, speed, spread)), free: 0 };
        this.entered++;
        this.#drive(car, source.junction, source.group, source.next);
        source.next += source.random.exponential(source.rate);
      }
    for (const streams of this.#streams)
      for (const { travelling, queue } of streams.values())
        for (let car = travelling[0]; car && (car.free - now) * car.speed <= queue.tail; car = travelling[0]) {
          travelling.shift();
          queue.join(car, car.free);
        }
  }

  /** Whether a vehicle stands at the loop of a group, or is about to. */
  occupied(junction: number, group: GroupId, now: number): boolean {
    const { queue, travelling } = this.#stream(junction, group);
    const next = travelling[0];
    return queue.length > 0 || (next !== undefined && next.free - now < 2);
  }

  /** A car has crossed the stop line of a group in the second that ends at `now`. */
  crossed(car: Car, junction: number, group: GroupId, now: number): void {
    this.delays.push(Math.max(0, now - 1 - car.free));
    const { off, into } = this.#settings;
    const draw = car.random.next();
    const last = this.#streams.length - 1;
    let way: readonly [number, GroupId] | null = null;
    if (group.startsWith("B")) way = draw < into ? [junction + 1, "A1"] : draw < 2 * into ? [junction - 1, "A2"] : null;
    else if (draw >= off) way = group === "A1" ? [junction + 1, "A1"] : group === "A2" ? [junction - 1, "A2"] : null;
    if (way === null || way[0] < 0 || way[0] > last) this.left++;
    else this.#drive(car, way[0], way[1], now);
  }

  #drive(car: Car, junction: number, way: GroupId, from: number): void {
    const turns = way.startsWith("A") && hasLeftTurns(junction) && car.random.next() < this.#settings.left;
    const { travelling } = this.#stream(junction, turns ? way.replace("A", "L") : way);
    const before = travelling.at(-1);
    // Nobody overtakes.
    car.free = Math.max(from + LINK / car.speed, before ? before.free : 0);
    travelling.push(car);
  }

  #stream(junction: number, group: GroupId): Stream {
    const stream = this.#streams[junction]?.get(group);
    if (!stream) throw new TypeError(`way ${group} of junction ${junction}: not in this corridor`);
    return stream;
  }
}
