/** The streets laid out on the ground: where a position along a street is, and which place a point belongs to. */

/** Metres on the ground; x runs along the first street. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Place {
  readonly street: string;
  readonly position: number;
}

export interface Lane {
  readonly street: string;
  readonly length: number;
  /** Where position 0 is. */
  readonly origin: Point;
  /** Unit vector of growing positions; always along an axis. */
  readonly along: Point;
}

/** From wall to wall, and the carriageway in its middle; wider than life, so that people have room. */
export const STREET_WIDTH = 18;
export const CARRIAGEWAY = 9;

const APART = 60; // between streets that nothing joins

/**
 * Lays the longest street along the x axis and every street that is joined to it across it, and so on; streets that
 * nothing joins lie side by side. A street joined to two others is placed by the first.
 */
export function layOut(
  streets: ReadonlyMap<string, number>,
  joins: readonly { readonly a: Place; readonly b: Place }[],
): Lane[] {
  const lanes: Lane[] = [];
  const waiting = [...streets].sort(([, a], [, b]) => b - a);
  const place = (street: string, length: number, origin: Point, along: Point) => {
    lanes.push({ street, length, origin, along });
    waiting.splice(
      waiting.findIndex(([name]) => name === street),
      1,
    );
  };
  for (let free = waiting[0]; free; free = waiting[0]) {
    const below = lanes.length === 0 ? 0 : Math.min(...lanes.flatMap((lane) => [end(lane).y, lane.origin.y])) - APART;
    place(free[0], free[1], { x: 0, y: below }, { x: 1, y: 0 });
    for (let grown = true; grown; ) {
      grown = false;
      for (const { a, b } of [...joins, ...joins.map((join) => ({ a: join.b, b: join.a }))]) {
        const from = lanes.find((lane) => lane.street === a.street);
        const next = waiting.find(([name]) => name === b.street);
        if (!from || !next) continue;
        const along = { x: from.along.y === 0 ? 0 : 1, y: from.along.y === 0 ? 1 : 0 };
        const meet = pointAt(from, a.position);
        const origin = { x: meet.x - along.x * b.position, y: meet.y - along.y * b.position };
        place(b.street, next[1], origin, along);
        grown = true;
      }
    }
  }
  return lanes;
}

/** The point `position` metres along the lane and `aside` metres to its left. */
export function pointAt(lane: Lane, position: number, aside = 0): Point {
  const { origin, along } = lane;
  return {
    x: origin.x + along.x * position - along.y * aside,
    y: origin.y + along.y * position + along.x * aside,
  };
}

const end = (lane: Lane): Point => pointAt(lane, lane.length);

export interface Rect {
  readonly x0: number;
  readonly y0: number;
  readonly x1: number;
  readonly y1: number;
}

export function rectOf(a: Point, b: Point): Rect {
  return { x0: Math.min(a.x, b.x), y0: Math.min(a.y, b.y), x1: Math.max(a.x, b.x), y1: Math.max(a.y, b.y) };
}

/** The ground a lane covers, `margin` metres more at its ends. */
export function corridor(lane: Lane, width: number, margin = 0): Rect {
  return rectOf(pointAt(lane, -margin, width / 2), pointAt(lane, lane.length + margin, -width / 2));
}

export const overlap = (a: Rect, b: Rect): boolean => a.x0 < b.x1 && b.x0 < a.x1 && a.y0 < b.y1 && b.y0 < a.y1;

/** The place on a street that holds the point; undefined beside the streets. */
export function placeAt(lanes: readonly Lane[], { x, y }: Point): Place | undefined {
  for (const lane of lanes) {
    const position = (x - lane.origin.x) * lane.along.x + (y - lane.origin.y) * lane.along.y;
    const aside = (y - lane.origin.y) * lane.along.x - (x - lane.origin.x) * lane.along.y;
    if (position >= 0 && position <= lane.length && Math.abs(aside) <= STREET_WIDTH / 2) {
      return { street: lane.street, position };
    }
  }
  return undefined;
}
