/** People whom a sensor follows as points on the ground, and when they cross the line in front of it. */

/** A point in metres: `along` the street from the line, growing with it, and `across` from the sensor. */
export interface Point {
  readonly along: number;
  readonly across: number;
}

/** Somebody who is followed. */
export interface Followed extends Point {
  /** The side of the line that the person was clear on last; 0 before the first. */
  readonly side: -1 | 0 | 1;
  /** When seen last, ms of a clock that only goes on. */
  readonly at: number;
}

export interface Crossed {
  readonly people: readonly Followed[];
  readonly up: number;
  readonly down: number;
}

/** Who is so far from the line is clear of it: who sways on it is not counted, m. */
const CLEAR = 0.2;
/** The fastest that is still somebody on the same way, m/s, and what a radar's points jump by themselves, m. */
const FASTEST = 8;
const JUMP = 0.4;
/** Who was not seen for so long is gone, ms. */
const GONE = 1200;

/**
 * The points of one picture at `at`, brought to those who are followed: nearest first, each once. A point that belongs to
 * nobody is somebody new. Who comes from one side of the line to the other is counted, once for each time.
 */
export function crossings(before: readonly Followed[], points: readonly Point[], at: number): Crossed {
  const there = before.filter((one) => at - one.at <= GONE);
  const pairs = there.flatMap((one, person) =>
    points.map((point, seen) => ({ person, seen, away: awayFrom(one, point), near: reach(one, at) })),
  );
  pairs.sort((a, b) => a.away - b.away);
  const taken = new Map<number, number>();
  const placed = new Set<number>();
  for (const { person, seen, away, near } of pairs) {
    if (away > near || placed.has(person) || taken.has(seen)) continue;
    taken.set(seen, person);
    placed.add(person);
  }
  let [up, down] = [0, 0];
  const seenNow = points.map((point, seen): Followed => {
    const person = taken.get(seen);
    const was = person === undefined ? 0 : (there[person] as Followed).side;
    const clear = Math.abs(point.along) >= CLEAR ? (Math.sign(point.along) as -1 | 1) : was;
    if (was === -1 && clear === 1) up++;
    if (was === 1 && clear === -1) down++;
    return { ...point, side: clear, at };
  });
  return { people: [...seenNow, ...there.filter((_, person) => !placed.has(person))], up, down };
}

const awayFrom = (a: Point, b: Point): number => Math.hypot(a.along - b.along, a.across - b.across);

const reach = (one: Followed, at: number): number => JUMP + (FASTEST * (at - one.at)) / 1000;
