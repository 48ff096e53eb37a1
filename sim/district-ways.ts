import type { Join } from "../controllers/model.ts";

/** A place on a street, in metres along it. */
export interface Spot {
  readonly street: string;
  readonly at: number;
}

/** A straight part of a way: along one street. */
export interface Leg {
  readonly street: string;
  readonly from: number;
  readonly to: number;
}

/** Finds the shortest ways between spots along streets that meet at joins. */
export interface Ways {
  /** The legs from one spot to the other, in order; none where they are one place. Throws TypeError where no way leads there. */
  between(from: Spot, to: Spot): Leg[];
}

interface Corner {
  readonly spots: readonly Spot[];
}

/** The ways of some streets. Both ends of a street are reached along it; who turns at a join does so at once. */
export function waysOf(joins: readonly Join[]): Ways {
  const corners: Corner[] = joins.map(({ a, b }) => ({
    spots: [
      { street: a.street, at: a.position },
      { street: b.street, at: b.position },
    ],
  }));
  const along = new Map<string, { readonly corner: number; readonly at: number }[]>();
  for (const [corner, { spots }] of corners.entries()) {
    for (const { street, at } of spots) along.set(street, [...(along.get(street) ?? []), { corner, at }]);
  }
  const count = corners.length;
  const distance = Array.from({ length: count }, (_, i) =>
    Float64Array.from({ length: count }, (__, j) => (i === j ? 0 : Number.POSITIVE_INFINITY)),
  );
  const next = Array.from({ length: count }, () => new Int16Array(count).fill(-1));
  for (const on of along.values()) {
    for (const a of on) {
      for (const b of on) {
        if (a.corner === b.corner) continue;
        (distance[a.corner] as Float64Array)[b.corner] = Math.abs(a.at - b.at);
        (next[a.corner] as Int16Array)[b.corner] = b.corner;
      }
    }
  }
  // Floyd and Warshall: the shortest way between all corners, by the corner to go to first.
  for (let via = 0; via < count; via++) {
    for (let from = 0; from < count; from++) {
      const row = distance[from] as Float64Array;
      const first = next[from] as Int16Array;
      for (let to = 0; to < count; to++) {
        const length = (row[via] as number) + ((distance[via] as Float64Array)[to] as number);
        if (length >= (row[to] as number) - 1e-9) continue;
        row[to] = length;
        first[to] = first[via] as number;
      }
    }
  }
  return { between: (from, to) => legsBetween({ corners, along, distance, next }, from, to) };
}

interface Tables {
  readonly corners: readonly Corner[];
  readonly along: ReadonlyMap<string, readonly { readonly corner: number; readonly at: number }[]>;
  readonly distance: readonly Float64Array[];
  readonly next: readonly Int16Array[];
}

function legsBetween({ corners, along, distance, next }: Tables, from: Spot, to: Spot): Leg[] {
  let best = from.street === to.street ? Math.abs(from.at - to.at) : Number.POSITIVE_INFINITY;
  let ends: readonly [number, number] | null = null;
  for (const a of along.get(from.street) ?? []) {
    for (const b of along.get(to.street) ?? []) {
      const middle = (distance[a.corner] as Float64Array)[b.corner] as number;
      const length = Math.abs(from.at - a.at) + middle + Math.abs(b.at - to.at);
      if (length < best - 1e-9) [best, ends] = [length, [a.corner, b.corner]];
    }
  }
  if (!Number.isFinite(best)) throw new TypeError(`no way leads from ${from.street} to ${to.street}`);
  if (ends === null) return from.at === to.at ? [] : [{ street: from.street, from: from.at, to: to.at }];
  const spots: Spot[][] = [[from]];
  let corner = ends[0];
  spots.push([...(corners[corner] as Corner).spots]);
  while (corner !== ends[1]) {
    corner = (next[corner] as Int16Array)[ends[1]] as number;
    spots.push([...(corners[corner] as Corner).spots]);
  }
  spots.push([to]);
  const legs: Leg[] = [];
  for (const [i, here] of spots.entries()) {
    const leg = shared(here, spots[i + 1] ?? []);
    const last = legs.at(-1);
    if (!leg || leg.from === leg.to) continue;
    if (last && last.street === leg.street && last.to === leg.from) legs[legs.length - 1] = { ...last, to: leg.to };
    else legs.push(leg);
  }
  return legs;
}

/** The way along the street that two places share. */
function shared(from: readonly Spot[], to: readonly Spot[]): Leg | null {
  for (const a of from) {
    for (const b of to) if (a.street === b.street) return { street: a.street, from: a.at, to: b.at };
  }
  return null;
}
