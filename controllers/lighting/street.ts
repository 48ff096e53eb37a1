import type { ComponentId, Counter, Direction, Site } from "../model.ts";
import { type Metres, metres } from "../units.ts";

/** A lamp somebody may come to from a counter, and the way to it along the streets. */
export interface Reached {
  readonly lamp: ComponentId;
  readonly distance: Metres;
}

/** A place on the street graph: all points that joins make one, with the next places along its streets. */
interface Place {
  readonly next: {
    readonly street: string;
    readonly way: Direction;
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
export function streetGraph(site: Pick<Site, "lamps" | "counters" | "joins">): StreetGraph {
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
  for (const [street, on] of positions) {
    const along = [...on].toSorted((a, b) => a - b);
    for (const [i, position] of along.entries()) {
      const next = along[i + 1];
      if (next === undefined) continue;
      const low = placeAt({ street, position });
      const high = placeAt({ street, position: next });
      const distance = next - position;
      low.next.push({ street, way: "up", place: high, distance });
      high.next.push({ street, way: "down", place: low, distance });
    }
  }
  return { places };
}

/**
 * The lamps at most `reach` of way from a counter, each by the shortest way that leaves the counter in the given
 * direction of its street and does not turn round there; a street joined at the counter's own place is open both ways.
 */
export function waysFrom(graph: StreetGraph, counter: Counter, direction: Direction, reach: Metres): Reached[] {
  const start = graph.places.get(keyOf(counter));
  if (!start) throw new TypeError(`counter ${counter.id} is not on the graph of this site`);
  const distances = new Map<Place, number>([[start, 0]]);
  const open = [start];
  for (let place = open.shift(); place; place = open.shift()) {
    const here = distances.get(place) as number;
    for (const next of place.next) {
      if (place === start && next.street === counter.street && direction !== "both" && next.way !== direction) continue;
      const distance = here + next.distance;
      if (distance > reach || distance >= (distances.get(next.place) ?? Number.POSITIVE_INFINITY)) continue;
      distances.set(next.place, distance);
      open.push(next.place);
    }
  }
  return [...distances].flatMap(([place, distance]) =>
    place.lamps.map((lamp) => ({ lamp, distance: metres(distance) })),
  );
}

type Point = { readonly street: string; readonly position: number };

const keyOf = ({ street, position }: Point): string => `${position} ${street}`;
