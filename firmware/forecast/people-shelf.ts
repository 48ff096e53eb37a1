/** Where the hours of people lie that were foretold and then counted: a sheet a UTC day, in the store. */
import type { ComparedHour } from "../../controllers/footfall/compared.ts";
import type { ComponentId } from "../../controllers/model.ts";
import { type Instant, instant } from "../../controllers/units.ts";
import type { Store } from "../hal/store.ts";

/** Days kept; of 32 zones a day takes some 20 kB. */
export const PEOPLE_DAYS_KEPT = 400;
const DAY = 86_400_000;
const VERSION = 1;

/** Low, middle, high, people; the last null where it is not told. */
type Figures = readonly [number, number, number, number | null];

export interface PeopleSheet {
  /** Its midnight, UTC. */
  readonly day: Instant;
  readonly zones: readonly ComponentId[];
  /** Each hour by zone; null where nothing was foretold. */
  readonly hours: readonly { readonly from: Instant; readonly of: readonly (Figures | null)[] }[];
}

/** Puts hours on the sheets of the days they begin on. Resolves once all is on the disk. */
export async function putPeople(store: Store, hours: readonly ComparedHour[]): Promise<void> {
  for (const [day, ofDay] of Map.groupBy(hours, ({ from }) => dayOf(from))) {
    const there = await readPeople(store, day);
    const zones = [...new Set([...(there?.zones ?? []), ...ofDay.map(({ zone }) => zone)])];
    const sheet = new Map((there?.hours ?? []).map(({ from, of }) => [from, zones.map((_, i) => of[i] ?? null)]));
    for (const { zone, from, low, middle, high, people } of ofDay) {
      const of = sheet.get(from) ?? zones.map(() => null);
      sheet.set(from, of.with(zones.indexOf(zone), [low, middle, high, people]));
    }
    const rows = [...sheet].sort(([a], [b]) => a - b).map(([from, of]) => ({ from, of }));
    const text = JSON.stringify({ version: VERSION, day, zones, hours: rows });
    await store.write(keyOf(day), new TextEncoder().encode(text));
  }
}

/** The sheet of the day that begins at a UTC midnight; null where nothing is known of it. */
export async function readPeople(store: Store, day: Instant): Promise<PeopleSheet | null> {
  const bytes = await store.read(keyOf(day));
  if (!bytes) return null;
  try {
    const sheet = JSON.parse(new TextDecoder().decode(bytes)) as PeopleSheet & { readonly version?: number };
    return sheet.version === VERSION && sheet.day === day ? sheet : null;
  } catch {
    return null; // a damaged sheet is a day less, never the end of the books
  }
}

const dayOf = (at: Instant): Instant => instant(Math.floor(at / DAY) * DAY);
const keyOf = (day: Instant): string => `people-day-${(day / DAY) % PEOPLE_DAYS_KEPT}`;
