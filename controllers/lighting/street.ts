import type { ComponentId, Counter, Direction, Lamp, Site } from "../model.ts";
import { type Metres, metres } from "../units.ts";

/** A lamp somebody may come to from a counter, and the way to it along the streets. */
export interface Reached {
  readonly lamp: ComponentId;
  /** The shortest. */
  readonly distance: Metres;
  /** The longest within the reach, round blocks too, without turning back. */
  readonly farthest: Metres;
}

/** A place on the street graph: all points that joins make one, with the next places along its streets. */
interface Place {
  readonly next: {
    readonly street: string;
    readonly way: Direction;
    /** Whether the street goes the other way only. */
    readonly against: boolean;
    readonly place: Place;
    readonly distance: number;
  }[];
  readonly lamps: ComponentId[];
}

/** The site's streets as a graph, for `waysFrom`. */
export interface StreetGraph {
  readonly places: ReadonlyMap<string, Place>;
}

/** Builds the graph of the streets that lamps, counters and joins name. A join makes its two points one place. */
export function streetGraph(
  site: Pick<Site, "counters" | "joins" | "oneWays"> & {
    readonly lamps: readonly Pick<Lamp, "id" | "street" | "position">[];
  },
): StreetGraph {
  const places = new Map<string, Place>();
  const positions = new Map<string, Set<number>>();
  const placeAt = (point: Point): Place => {
    const key = keyOf(point);
    const place = places.get(key) ?? { next: [], lamps: [] };
    places.set(key, place);
    positions.set(point.street, (positions.get(point.street) ?? new Set()).add(point.position));
    return place;
  };
  for (const { a, b } of site.joins) {
    const kept = placeAt(a);
    const gone = placeAt(b);
    // A point may be in several joins: everything that was one with `b` is now one with `a`.
    for (const [key, place] of places) if (place === gone) places.set(key, kept);
  }
  for (const counter of site.counters) placeAt(counter);
  for (const lamp of site.lamps) placeAt(lamp).lamps.push(lamp.id);
  const oneWay = new Map(site.oneWays?.map(({ street, way }) => [street, way]));
  for (const [street, on] of positions) {
    const only = oneWay.get(street);
    const along = [...on].toSorted((a, b) => a - b);
    for (const [i, position] of along.entries()) {
      const next = along[i + 1];
      if (next === undefined) continue;
      const low = placeAt({ street, position });
      const high = placeAt({ street, position: next });
      const distance = next - position;
      low.next.push({ street, way: "up", against: only === "down", place: high, distance });
      high.next.push({ street, way: "down", against: only === "up", place: low, distance });
    }
  }
  return { places };
}

/**
 * The lamps at most `reach` of way from a counter, each by the shortest way that leaves the counter in the given
 * direction of its street and does not turn round there; a street joined at the counter's own place is open both ways. A
 * street of one way is followed that way only, but for the counter's own where somebody was seen to go against it.
 */
export function waysFrom(graph: StreetGraph, counter: Counter, direction: Direction, reach: Metres): Reached[] {
  const start = graph.places.get(keyOf(counter));
  if (!start) throw new TypeError(`counter ${counter.id} is not on the graph of this site`);
  const open = ({ street, way, against }: Edge, first: boolean): boolean => {
    const home = street === counter.street;
    if (first && home && direction !== "both" && way !== direction) return false;
    return !against || (home && way === direction);
  };
  const shortest = nearest(start, reach, open);
  const ways = allWays(start, reach, open);
  const places = new Set([...shortest.keys(), ...(ways?.keys() ?? [])]);
  return [...places].flatMap((place) => {
    const way = ways?.get(place);
    const distance = shortest.get(place) ?? way?.least ?? reach;
    const farthest = Math.max(distance, ways ? (way?.most ?? 0) : reach);
    return place.lamps.map((lamp) => ({ lamp, distance: metres(distance), farthest: metres(farthest) }));
  });
}

/** From a place to the next. */
type Edge = Place["next"][number];
/** Whether it may be gone, as the first from the counter or later. */
type Open = (edge: Edge, first: boolean) => boolean;

/** The places within the reach, with the length of the shortest way to each that does not come by the start again. */
function nearest(start: Place, reach: number, isOpen: Open): Map<Place, number> {
  const distances = new Map<Place, number>([[start, 0]]);
  const open = [start];
  for (let place = open.shift(); place; place = open.shift()) {
    const here = distances.get(place) as number;
    for (const next of place.next) {
      const distance = here + next.distance;
      if (!isOpen(next, place === start) || distance > reach) continue;
      if (distance >= (distances.get(next.place) ?? Number.POSITIVE_INFINITY)) continue;
      distances.set(next.place, distance);
      open.push(next.place);
    }
  }
  return distances;
}

/** More ways than streets have; past it any way within the reach is thought to be there. */
const MOST_WAYS = 20_000;
/** Ways whose lengths differ by less are one. */
const SAME = 0.5;

/** The lengths of the shortest and the longest way to a place. */
interface Lengths {
  readonly least: number;
  readonly most: number;
}

/** All ways that turn back nowhere, round blocks too: their lengths by place; null where there are too many to follow. */
function allWays(start: Place, reach: number, isOpen: Open): Map<Place, Lengths> | null {
  const lengths = new Map<Place, Lengths>([[start, { least: 0, most: 0 }]]);
  const seen = new Map<Edge, Set<number>>();
  const open: { place: Place; came: Edge | null; length: number }[] = [{ place: start, came: null, length: 0 }];
  for (let count = 0, way = open.pop(); way; count++, way = open.pop()) {
    if (count > MOST_WAYS) return null;
    for (const next of way.place.next) {
      const length = way.length + next.distance;
      const back = way.came !== null && next.street === way.came.street && next.way !== way.came.way;
      if (back || length > reach || !isOpen(next, way.came === null)) continue;
      const known = seen.get(next) ?? new Set();
      const rounded = Math.ceil(length / SAME);
      if (known.has(rounded)) continue;
      seen.set(next, known.add(rounded));
      const { least, most } = lengths.get(next.place) ?? { least: length, most: length };
      lengths.set(next.place, { least: Math.min(least, length), most: Math.max(most, length) });
      open.push({ place: next.place, came: next, length });
    }
  }
  return lengths;
}

type Point = { readonly street: string; readonly position: number };

const keyOf = ({ street, position }: Point): string => `${position} ${street}`;
