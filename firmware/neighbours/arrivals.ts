import { gaitOf } from "../../controllers/lighting/light-ahead.ts";
import { streetGraph, waysFrom } from "../../controllers/lighting/street.ts";
import type { Adaptive, ComponentId, Direction, Reading, Site } from "../../controllers/model.ts";
import type { Metres } from "../../controllers/units.ts";
import type { Border } from "./border.ts";

type Count = Extract<Reading, { readonly kind: "count" }>;

/** When somebody may be at a border, ms since 1970. */
export interface Arrival {
  readonly border: ComponentId;
  readonly earliest: number;
  readonly latest: number;
}

/** Who may come to which border, by the streets. */
export interface Arrivals {
  /** The counters that see somebody on a way to a border, each within the law's reach of it. */
  watchersOf(border: ComponentId): ReadonlySet<ComponentId>;
  /** What a count says of the borders. None for nobody, and for a counter of another cabinet: it is told that by itself. */
  of(count: Count): readonly Arrival[];
}

const DIRECTIONS = ["up", "down", "both"] as const satisfies Direction[];

type Reached = { readonly border: ComponentId; readonly distance: Metres; readonly farthest: Metres };

/** Works out, once for a site, what its own counters say of its borders: the ways are those of light-ahead. */
export function arrivalsAt(
  borders: readonly Border[],
  { counters, joins, oneWays = [], adaptive }: Pick<Site, "counters" | "joins" | "oneWays" | "adaptive">,
): Arrivals {
  const graph = streetGraph({ lamps: borders, counters, joins, oneWays });
  const ids = new Set(borders.map(({ id }) => id));
  const own = counters.filter(({ id }) => !ids.has(id));
  const ways = new Map(
    own.map((counter) => {
      const towards = (direction: Direction): readonly Reached[] =>
        waysFrom(graph, counter, direction, adaptive.reach).map(({ lamp, ...way }) => ({ border: lamp, ...way }));
      return [counter.id, Object.fromEntries(DIRECTIONS.map((one) => [one, towards(one)]))] as const;
    }),
  );
  const watchers = new Map(
    borders.map(({ id }) => [
      id,
      new Set(
        own.filter((counter) => ways.get(counter.id)?.["both"]?.some(({ border }) => border === id)).map((c) => c.id),
      ),
    ]),
  );
  return {
    watchersOf: (border) => watchers.get(border) ?? new Set(),
    of({ source, people, direction, speed, at }) {
      if (people <= 0) return [];
      const { fastest, slowest } = gaitOf(adaptive satisfies Adaptive, speed);
      return (ways.get(source)?.[direction] ?? []).map(({ border, distance, farthest }) => ({
        border,
        earliest: at + (distance / fastest) * 1000,
        latest: at + (farthest / slowest) * 1000,
      }));
    },
  };
}
