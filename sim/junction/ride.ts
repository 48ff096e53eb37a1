/** A vehicle that drives to a stop line, halts at the stops on its way, and says where it is as receivers do: with errors that wander. */
import { type ApproachLine, lineOf, placeOf, planeAround, pointAt } from "../../controllers/junction/approach-line.ts";
import type { Approach, Place } from "../../controllers/junction/model.ts";
import { SeededRandom } from "../random.ts";

/** What it says of itself, and what is so. */
export interface RideFix {
  /** Seconds since it set out. */
  readonly t: number;
  readonly place: Place;
  readonly speed: number;
  readonly heading: number;
  /** Doors are open. */
  readonly doors: boolean;
  /** Metres before the stop line, without error. */
  readonly truth: number;
}

export interface Ride {
  readonly fixes: readonly RideFix[];
  /** When it crosses the stop line, s since it set out. */
  readonly crosses: number;
}

export interface RideOptions {
  /** m before the stop line; the begin of the line where nothing is said. */
  readonly from?: number;
  /** Deviation of the part of a position's error that wanders (for half a minute), and of the part that does not, m. */
  readonly wander?: number;
  readonly jitter?: number;
  /** Seconds from fix to fix. */
  readonly every?: number;
  /** The share of vehicles that halts at a stop. */
  readonly halts?: number;
  /** Times the dwell of the stops and the speed of the approach, that the one who drives does not know. */
  readonly dwellFactor?: number;
  readonly speedFactor?: number;
}

const STEP = 0.1;
const WANDERS = 30;

/** The same seed, the same ride. It goes on until it is `exit` behind the stop line and some seconds more. */
export function ride(approach: Approach, seed: number, options: RideOptions = {}): Ride {
  const random = new SeededRandom(seed);
  const normal = () => Math.sqrt(2 * random.exponential(1)) * Math.cos(2 * Math.PI * random.next());
  const { wander = 4, jitter = 1.5, every = 1, halts = 0.9, dwellFactor = 1, speedFactor = 1 } = options;
  const plane = planeAround(approach.line.at(-1) as Place);
  const line = lineOf(plane, approach);

  const cruise = Math.max(3, approach.speed * speedFactor * (1 + 0.12 * normal()));
  const starts = Math.max(0.5, 1 + 0.15 * normal());
  const brakes = Math.max(0.6, 1.1 + 0.15 * normal());
  const stops = approach.stops
    .map(({ distance, dwell, spread }) => ({
      at: distance + 2 * normal(),
      dwell:
        random.next() < halts ? logNormal((dwell / 1000) * dwellFactor, (spread / 1000) * dwellFactor, normal()) : 0,
    }))
    .filter((stop) => stop.dwell > 0)
    .toSorted((a, b) => b.at - a.at);

  let distance = options.from ?? line.length;
  let speed = cruise;
  let mood = 0;
  let standing = 0;
  let [east, north] = [wander * normal(), wander * normal()];
  let crosses = Number.NaN;
  const fixes: RideFix[] = [];
  const behind = approach.exit + 40 + cruise * every;
  for (let step = 0; distance > -behind; step++) {
    const t = step * STEP;
    if (step % Math.round(every / STEP) === 0) {
      const { x, y } = pointAt(line, distance);
      const off = { x: x + east + jitter * normal(), y: y + north + jitter * normal() };
      fixes.push({
        t,
        place: placeOf(plane, off),
        speed: Math.max(0, standing > 0 ? 0 : speed + 0.3 * normal()),
        heading: bearing(line, distance),
        doors: standing > 0,
        truth: distance,
      });
    }
    const keep = Math.exp(-STEP / WANDERS);
    const shake = wander * Math.sqrt(1 - keep * keep);
    [east, north] = [east * keep + shake * normal(), north * keep + shake * normal()];
    mood = mood * Math.exp(-STEP / 8) + 0.08 * Math.sqrt(1 - Math.exp((-2 * STEP) / 8)) * normal();
    if (standing > 0) {
      standing -= STEP;
      continue;
    }
    const next = stops[0];
    const wanted = cruise * (1 + mood);
    const gap = next ? distance - next.at : Infinity;
    const may = Math.sqrt(Math.max(0, 2 * brakes * gap));
    speed = Math.max(0.2, Math.min(wanted, may, speed + starts * STEP));
    distance -= speed * STEP;
    if (next && gap <= 0.5) {
      stops.shift();
      standing = next.dwell;
      speed = 0;
    }
    if (Number.isNaN(crosses) && distance <= 0) crosses = t + STEP;
  }
  return { fixes, crosses };
}

function logNormal(mean: number, deviation: number, z: number): number {
  const variance = Math.log(1 + (deviation / mean) ** 2);
  return mean * Math.exp(Math.sqrt(variance) * z - variance / 2);
}

function bearing(line: ApproachLine, distance: number): number {
  const from = pointAt(line, distance + 1);
  const to = pointAt(line, distance - 1);
  return ((Math.atan2(to.x - from.x, to.y - from.y) * 180) / Math.PI + 360) % 360;
}
