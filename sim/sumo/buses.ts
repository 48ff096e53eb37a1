/** Buses as SUMO tells of them each second. */

import type { Order, Told } from "./traci.ts";
import type { Value } from "./traci-bytes.ts";
import { VEHICLE } from "./traci-words.ts";

/** A signal ahead of a bus. */
export interface SignalAhead {
  readonly signal: string;
  readonly link: number;
  /** To its stop line, m. */
  readonly distance: number;
}

export interface Bus {
  readonly id: string;
  /** m/s. */
  readonly speed: number;
  readonly lane: string;
  /** Index of the edge that it is on in its route. */
  readonly edge: number;
  /** m since it departed. */
  readonly driven: number;
  /** s since it departed, without its stops; SUMO's measure. */
  readonly timeLoss: number;
  readonly atStop: boolean;
  readonly ahead: readonly SignalAhead[];
}

const WANTED = [
  VEHICLE.speed,
  VEHICLE.lane,
  VEHICLE.routeIndex,
  VEHICLE.driven,
  VEHICLE.timeLoss,
  VEHICLE.stopState,
  VEHICLE.nextSignals,
];
/** The lowest bit: it stands at a stop. */
const STOPPED = 1;

export const subscribeBus = (id: string): Order => ({
  kind: "subscribe",
  domain: "vehicle",
  object: id,
  variables: WANTED,
});

/** Every bus that is on the road. */
export function busesIn(told: Told): Bus[] {
  return [...told.vehicle].map(([id, values]) => {
    const number = (variable: number): number => Number(values.get(variable));
    return {
      id,
      speed: number(VEHICLE.speed),
      lane: String(values.get(VEHICLE.lane)),
      edge: number(VEHICLE.routeIndex),
      driven: number(VEHICLE.driven),
      timeLoss: number(VEHICLE.timeLoss),
      atStop: (number(VEHICLE.stopState) & STOPPED) !== 0,
      ahead: aheadIn(values.get(VEHICLE.nextSignals)),
    };
  });
}

/** How many, then for each: the signal, the link, the distance, what it shows. */
function aheadIn(value: Value | undefined): SignalAhead[] {
  if (!Array.isArray(value)) return [];
  const found: SignalAhead[] = [];
  for (let i = 1; i + 3 < value.length; i += 4)
    found.push({ signal: String(value[i]), link: Number(value[i + 1]), distance: Number(value[i + 2]) });
  return found;
}

/** A flow's vehicles are called `flow.0`, `flow.1`...: what the timetable calls one. */
export function timetableId(id: string, known: ReadonlyMap<string, unknown>): string | undefined {
  if (known.has(id)) return id;
  const flow = id.replace(/\.\d+$/, "");
  return known.has(flow) ? flow : undefined;
}
