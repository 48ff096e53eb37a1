/** Where on the ways to a junction a place is. Flat ground: good to a decimetre over the kilometre that matters. */
import type { Approach, Place } from "./model.ts";

/** Metres east and north of a junction's origin. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** The plane on which a junction's approaches are drawn. */
export interface Plane {
  readonly origin: Place;
  readonly east: number;
  readonly north: number;
}

interface Vertex extends Point {
  /** Metres of way before the stop line. */
  readonly before: number;
}

export interface ApproachLine {
  readonly approach: Approach;
  /** At least two, none twice in a row; the last is the stop line. */
  readonly points: readonly Vertex[];
  readonly length: number;
}

/** A place seen from a line. */
export interface Projection {
  /** Metres before the stop line; below 0 after it, straight on. */
  readonly distance: number;
  /** Metres beside the line. */
  readonly lateral: number;
  /** Of the line there, degrees clockwise from north. */
  readonly bearing: number;
}

/** Farther back than its first point nothing is on an approach: positions are no better. */
const BEHIND = 20;

/** A plane around a place (WGS 84: lengths of a degree by the series for its latitude). */
export function planeAround(origin: Place): Plane {
  const phi = (origin.latitude * Math.PI) / 180;
  return {
    origin,
    north: 111_132.954 - 559.822 * Math.cos(2 * phi) + 1.175 * Math.cos(4 * phi),
    east: 111_412.84 * Math.cos(phi) - 93.5 * Math.cos(3 * phi) + 0.118 * Math.cos(5 * phi),
  };
}

export const pointOf = ({ origin, east, north }: Plane, place: Place): Point => ({
  x: (place.longitude - origin.longitude) * east,
  y: (place.latitude - origin.latitude) * north,
});

export const placeOf = ({ origin, east, north }: Plane, { x, y }: Point): Place => ({
  latitude: origin.latitude + y / north,
  longitude: origin.longitude + x / east,
});

/** Throws TypeError for a line without two different points. */
export function lineOf(plane: Plane, approach: Approach): ApproachLine {
  const points: Vertex[] = [];
  let before = 0;
  for (const place of approach.line.toReversed()) {
    const point = pointOf(plane, place);
    const next = points.at(-1);
    const step = next ? Math.hypot(point.x - next.x, point.y - next.y) : 0;
    if (!Number.isFinite(step) || (next && step < 0.01)) continue;
    before += step;
    points.push({ ...point, before });
  }
  if (points.length < 2)
    throw new TypeError(`line of approach ${approach.id}: allowed are two different places or more`);
  return { approach, points: points.reverse(), length: before };
}

/** The nearest point of the line, which goes straight on for `beyond` metres after the stop line; null behind both ends. */
export function project({ points }: ApproachLine, { x, y }: Point, beyond: number): Projection | null {
  let best: Projection | null = null;
  const last = points.length - 2;
  for (let i = 0; i <= last; i++) {
    const from = points[i] as Vertex;
    const to = points[i + 1] as Vertex;
    const length = from.before - to.before;
    const [ux, uy] = [(to.x - from.x) / length, (to.y - from.y) / length];
    const along = (x - from.x) * ux + (y - from.y) * uy;
    if (i === 0 && along < -BEHIND) continue;
    if (i === last && along > length + beyond) continue;
    const at = Math.max(i === 0 ? -BEHIND : 0, Math.min(i === last ? length + beyond : length, along));
    const lateral = Math.hypot(x - from.x - ux * at, y - from.y - uy * at);
    if (best && lateral >= best.lateral) continue;
    const bearing = (Math.atan2(ux, uy) * 180) / Math.PI;
    best = { distance: from.before - at, lateral, bearing: (bearing + 360) % 360 };
  }
  return best;
}

/** The point so many metres before the stop line; after it straight on. */
export function pointAt({ points }: ApproachLine, distance: number): Point {
  let i = 0;
  while (i < points.length - 2 && (points[i + 1] as Vertex).before >= distance) i++;
  const from = points[i] as Vertex;
  const to = points[i + 1] as Vertex;
  const part = (from.before - distance) / (from.before - to.before);
  return { x: from.x + (to.x - from.x) * part, y: from.y + (to.y - from.y) * part };
}

/** Degrees between two directions, 0 to 180. */
export function turn(a: number, b: number): number {
  const between = Math.abs(a - b) % 360;
  return between > 180 ? 360 - between : between;
}
