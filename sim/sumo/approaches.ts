import type { Approach, GroupId } from "../../controllers/junction/model.ts";
import { metres, seconds } from "../../controllers/units.ts";
import type { NetConnection, NetEdge, Network } from "./net.ts";
import type { BusRoute } from "./scenario.ts";

/** Which buses come to a stop line by which approach: those of these routes, at this edge of theirs. */
export interface Approaching {
  readonly approach: number;
  readonly group: GroupId;
  /** Route's index and the index of the edge that ends at the stop line: "3 17". */
  readonly routes: ReadonlySet<string>;
}

/** A bus is told of from so far before the stop line on, m. */
export const REACH = 500;
/** RSMP 3 numbers approaches 0 to 16. */
const MOST = 17;
/** Stops of different routes so near to each other are one, m. */
const SAME_STOP = 10;
/** How much longer or shorter a stop takes, s, until it is learnt. */
const SPREAD = 8;
const EXIT = 15;
/** A degree of latitude, m. */
const DEGREE = 111_195;

interface Found {
  readonly group: GroupId;
  readonly stops: readonly { readonly distance: number; readonly dwell: number }[];
  readonly speed: number;
  readonly length: number;
  readonly routes: Set<string>;
}

/** The ways that buses come to the signal's stop lines: one for each group and each succession of stops before it. */
export function approachesOf(
  network: Network,
  connections: readonly NetConnection[],
  routes: readonly BusRoute[],
  groupOf: ReadonlyMap<number, GroupId>,
): { approaches: readonly Approach[]; approaching: readonly Approaching[] } {
  const found = new Map<string, Found>();
  for (const [index, route] of routes.entries()) {
    for (let at = 0; at + 1 < route.edges.length; at++) {
      const [from, to] = [route.edges[at], route.edges[at + 1]];
      const groups = new Set(
        connections.flatMap((one) =>
          one.from === from && one.to === to ? (groupOf.get(one.signal?.link as number) ?? []) : [],
        ),
      );
      for (const group of groups) {
        const way = wayTo(network, route, at);
        const key = `${group} ${way.stops.map(({ distance }) => Math.round(distance / SAME_STOP)).join(" ")}`;
        const known = found.get(key);
        if (known) known.routes.add(`${index} ${at}`);
        else found.set(key, { group, ...way, routes: new Set([`${index} ${at}`]) });
      }
    }
  }
  const kept: Found[] = [];
  // The most used first; what is too much joins another of its group: its stops are not known then.
  for (const one of [...found.values()].sort((a, b) => b.routes.size - a.routes.size)) {
    const other = kept.length < MOST ? undefined : kept.find(({ group }) => group === one.group);
    if (other) for (const route of one.routes) other.routes.add(route);
    else if (kept.length < MOST) kept.push(one);
  }
  return {
    approaches: kept.map(({ group, stops, speed, length }, id) => ({
      id,
      name: `${group} ${id}`,
      group,
      line: [
        { latitude: 0, longitude: id },
        { latitude: length / DEGREE, longitude: id },
      ],
      exit: metres(EXIT),
      speed,
      stops: stops.map(({ distance, dwell }) => ({
        distance: metres(distance),
        dwell: seconds(dwell),
        spread: seconds(SPREAD),
      })),
    })),
    approaching: kept.map(({ group, routes }, approach) => ({ approach, group, routes })),
  };
}

/** The last of a route before the end of its edge `at`: stops on it, mean speed that is allowed, length. */
function wayTo(network: Network, route: BusRoute, at: number): Omit<Found, "group" | "routes"> {
  const stops: { distance: number; dwell: number }[] = [];
  let [length, time] = [0, 0];
  for (let i = at; i >= 0 && length < REACH; i--) {
    const edge = network.edges.get(route.edges[i] as string);
    if (!edge) break;
    for (const { lane, at: place, duration } of route.stops) {
      if (network.lanes.get(lane)?.edge !== edge.id || duration === 0) continue;
      const distance = length + lengthOf(edge) - place;
      if (distance < REACH) stops.push({ distance, dwell: duration });
    }
    const pieces = [edge, innerBefore(network, route, i)];
    for (const piece of pieces) {
      if (!piece) continue;
      length += lengthOf(piece);
      time += lengthOf(piece) / (piece.lanes[0]?.speed ?? 1);
    }
  }
  return {
    stops: stops.sort((a, b) => a.distance - b.distance),
    length: Math.min(length, REACH),
    speed: length / time,
  };
}

const lengthOf = (edge: NetEdge): number => edge.lanes[0]?.length ?? 0;

/** The way inside the junction before a route's edge `i`. */
function innerBefore(network: Network, route: BusRoute, i: number): NetEdge | undefined {
  const connection = network.connections.find(({ from, to }) => from === route.edges[i - 1] && to === route.edges[i]);
  return network.edges.get(network.lanes.get(connection?.via ?? "")?.edge ?? "");
}
