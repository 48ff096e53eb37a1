/** When a vehicle would cross the stop line if its signal were green: driving, halting at stops, the queue before it. */
import { type Instant, instant, milliseconds } from "../units.ts";
import { type Dwell, remaining, type Seconds } from "./dwell.ts";
import type { Arrival } from "./request-model.ts";

/** What lies between a vehicle and the stop line. */
export interface Outlook {
  /** Metres to the stop line, and their variance. */
  readonly distance: number;
  readonly variance: number;
  /** m/s. */
  readonly speed: number;
  /** What it drives when nothing holds it, m/s. */
  readonly cruise: Seconds;
  /** Stops where it may still halt: metres before the stop line. */
  readonly halts: readonly { readonly distance: number; readonly dwell: Dwell }[];
  /** It stands at a stop, since so many seconds. */
  readonly standing: { readonly dwell: Dwell; readonly elapsed: number } | null;
  /** Vehicles between it and the stop line, and their variance. */
  readonly queue: Seconds;
}

/** Of buses and trams with people standing in them, m/s2: starting and braking. */
const ACCELERATION = 1;
/** Per vehicle of a queue, s; and until the first moves. */
const HEADWAY = 2;
const START = 1.5;
/** Way of a vehicle in a queue, m. */
export const VEHICLE = 7;
/** What a road adds in variance by each second on it, s. */
const ROAD = 0.05;
/** What is left where all is known: reaction, the length of the vehicle; s2. */
const REST = 0.4 ** 2;

/** Seconds to the stop line. */
export function travel(outlook: Outlook): Seconds {
  const cruise = Math.max(1, outlook.cruise.mean);
  const tau = cruise / (2 * ACCELERATION);
  const distance = Math.max(0, outlook.distance);
  const begins = outlook.standing ? 0 : outlook.speed;
  const driving = drive(distance, begins, cruise, tau);
  const slower = (distance * Math.sqrt(outlook.cruise.variance)) / (cruise * cruise);
  let mean = driving;
  let variance = REST + outlook.variance / (cruise * cruise) + slower * slower + ROAD * driving;
  for (const halt of outlook.halts) {
    const there = drive(Math.max(0, outlook.distance - halt.distance), begins, cruise, tau);
    const passing = cruise - (cruise - begins) * Math.exp(-there / tau);
    const stood = remaining(halt.dwell, 0);
    const cost = stood.mean + passing / ACCELERATION;
    const { halts } = halt.dwell;
    mean += halts * cost;
    variance += halts * (stood.variance + cost * cost) - (halts * cost) ** 2;
  }
  if (outlook.standing) {
    const left = remaining(outlook.standing.dwell, outlook.standing.elapsed);
    mean += left.mean;
    variance += left.variance;
  }
  const discharge = outlook.queue.mean > 0 ? START + outlook.queue.mean * HEADWAY : 0;
  if (discharge <= mean) return { mean, variance };
  return { mean: discharge, variance: variance + outlook.queue.variance * HEADWAY * HEADWAY };
}

/** Seconds for so many metres from a speed that draws near to the cruising speed. */
function drive(distance: number, speed: number, cruise: number, tau: number): number {
  // Each step of Newton's comes nearer from above: the way grows ever more in time.
  let t = (distance + Math.max(0, cruise - speed) * tau) / cruise;
  for (let i = 0; i < 6; i++) {
    const fade = Math.exp(-t / tau);
    const gone = cruise * t - (cruise - speed) * tau * (1 - fade);
    t = Math.max(0, t - (gone - distance) / Math.max(0.1, cruise - (cruise - speed) * fade));
  }
  return t;
}

/** Positions may come so late, s, before an estimate is wider for it. */
const IN_TIME = 1.5;
/** What is not heard of any more may have met anything: s of deviation for each second. */
const UNHEARD = 0.35;
const LEAST = 0.5;

/**
 * The arrival, told at `now`, of who was so far off at `at`: never in the past, and wider the longer nothing was heard since
 * `heard`.
 */
export function arrivalOf({ mean, variance }: Seconds, at: Instant, now: Instant, heard: Instant = at): Arrival {
  const age = Math.max(0, (now - heard) / 1000 - IN_TIME);
  const ahead = mean - (now - at) / 1000;
  const overdue = Math.max(0, -ahead);
  const spread = Math.sqrt(variance + (UNHEARD * age) ** 2 + (overdue / 2) ** 2);
  return {
    mean: instant(Math.round(now + Math.max(0, ahead) * 1000)),
    spread: milliseconds(Math.round(Math.max(LEAST, spread) * 1000)),
  };
}

/** Of who only said how long it takes: s of deviation at best, and for each second of it. */
const SAID = 2;
const SAID_GROWTH = 0.2;
/** Of who said nothing: it is as good as there. */
const UNSAID = 5;

/** What the word `eta` of a request is worth. */
export function saidArrival(eta: number | null, at: Instant, now: Instant): Arrival {
  const mean = (eta ?? 0) / 1000;
  const deviation = eta === null ? UNSAID : SAID + SAID_GROWTH * mean;
  return arrivalOf({ mean, variance: deviation ** 2 }, at, now);
}
