import type { Limits } from "./arbiter.ts";
import { floorOf } from "./lighting/lighting-class.ts";
import { type LocalClock, localClock } from "./lighting/local-time.ts";
import { streetGraph, waysFrom } from "./lighting/street.ts";
import type { Adaptive, ComponentId, Direction, Site } from "./model.ts";
import type { Metres } from "./units.ts";

/** A lamp with what follows from the site alone. */
export interface PreparedLamp extends Limits {
  /** Its schedule, as an index into the site's. */
  readonly schedule: number;
  readonly scheduleName: string;
  /** The counters that reach it, as indices into the site's. */
  readonly counters: readonly number[];
}

/** A lamp, as an index into the site's, that light-ahead reaches from a counter. */
export interface PreparedWay {
  readonly lamp: number;
  readonly distance: Metres;
}

/** A site with all that need not be worked out again at every pass. Ask for it once per configuration. */
export interface Prepared {
  readonly site: Site;
  readonly local: LocalClock;
  /** In the order of the site's lamps. */
  readonly lamps: readonly PreparedLamp[];
  /** By counter, in the order of the site's: the lamps to light by the way people go. */
  readonly ways: readonly Readonly<Record<Direction, readonly PreparedWay[]>>[];
  readonly lampIndex: ReadonlyMap<ComponentId, number>;
  readonly counterIndex: ReadonlyMap<ComponentId, number>;
}

/**
 * Works out, once for a site, what the decision needs of it. Throws TypeError for what a checked configuration cannot
 * hold: an unknown schedule or time zone, a reduced class that is none, a footfall law that divides by zero.
 */
export function prepare(site: Site): Prepared {
  checkLaw(site.adaptive);
  const lampIndex = new Map(site.lamps.map(({ id }, i) => [id, i]));
  const graph = streetGraph(site);
  const ways = site.counters.map((counter) => {
    const towards = (direction: Direction): PreparedWay[] =>
      waysFrom(graph, counter, direction, site.adaptive.reach).map(({ lamp, distance }) => ({
        lamp: lampIndex.get(lamp) as number,
        distance,
      }));
    return { up: towards("up"), down: towards("down"), both: towards("both") };
  });
  const counters = site.lamps.map((): number[] => []);
  for (const [i, way] of ways.entries()) for (const { lamp } of way.both) counters[lamp]?.push(i);
  const lamps = site.lamps.map((lamp, i): PreparedLamp => {
    const schedule = site.schedules.findIndex(({ name }) => name === lamp.schedule);
    if (schedule < 0) throw new TypeError(`schedule of ${lamp.id} is ${lamp.schedule}: allowed are those of the site`);
    return {
      lamp: lamp.id,
      floor: floorOf(lamp),
      failSafe: site.failSafe,
      schedule,
      scheduleName: lamp.schedule,
      counters: counters[i] ?? [],
    };
  });
  return {
    site,
    local: localClock(site.timeZone),
    lamps,
    ways,
    lampIndex,
    counterIndex: new Map(site.counters.map(({ id }, i) => [id, i])),
  };
}

function checkLaw(law: Adaptive): void {
  const positive = ["fastest", "slowest", "rampStep", "staleAfter"] as const;
  for (const name of positive) {
    if (!(law[name] > 0)) throw new TypeError(`adaptive.${name} is ${law[name]}: allowed is more than 0`);
  }
  if (law.slowest > law.fastest) {
    throw new TypeError(`adaptive.slowest is ${law.slowest}: allowed is at most fastest, ${law.fastest}`);
  }
}
