import { type StreetGraph, waysFrom } from "./lighting/street.ts";
import type { ComponentId, Counter, Direction, Lamp, Site } from "./model.ts";
import type { Metres } from "./units.ts";

/** A lamp, as an index into the site's, that light-ahead reaches from a counter. */
export interface PreparedWay {
  readonly lamp: number;
  /** The shortest way, and the longest within the reach. */
  readonly distance: Metres;
  readonly farthest: Metres;
}

/**
 * The lamps to light when a counter sees somebody, by the way they go. Lamps that share are each lit for all of them: then
 * they have equal light, whoever is near one.
 */
export function waysOf(
  site: Site,
  graph: StreetGraph,
  counter: Counter,
  lampIndex: ReadonlyMap<ComponentId, number>,
  sharing: Sharing,
): Readonly<Record<Direction, readonly PreparedWay[]>> {
  const towards = (direction: Direction): PreparedWay[] =>
    waysFrom(graph, counter, direction, site.adaptive.reach).flatMap(({ lamp, ...way }) => {
      const index = lampIndex.get(lamp) as number;
      return (sharing.get(site.lamps[index]?.shares) ?? [index]).map((each) => ({ lamp: each, ...way }));
    });
  return { up: towards("up"), down: towards("down"), both: towards("both") };
}

/** Lamps, as indices into the site's, by what they share. */
export type Sharing = ReadonlyMap<string | undefined, readonly number[]>;

/** Lamps by what they share. Throws TypeError where they differ in what their light follows from. */
export function sharers(lamps: readonly Lamp[]): Sharing {
  const found = new Map<string | undefined, number[]>();
  for (const [i, lamp] of lamps.entries()) {
    if (lamp.shares === undefined) continue;
    const others = found.get(lamp.shares);
    if (!others) found.set(lamp.shares, [i]);
    else {
      const first = lamps[others[0] as number] as Lamp;
      for (const key of SHARED) {
        if (lamp[key] !== first[key])
          throw new TypeError(`${key} of ${lamp.id} is ${lamp[key]}: allowed is ${first[key]}, as of ${first.id}`);
      }
      others.push(i);
    }
  }
  return found;
}

/** What lamps that share have in common. */
export const SHARED = [
  "street",
  "class",
  "reducedClass",
  "empty",
  "curve",
  "schedule",
] as const satisfies (keyof Lamp)[];
