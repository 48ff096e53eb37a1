import { type Instant, instant } from "../../controllers/units.ts";
import { readPeople } from "../../firmware/forecast/people-shelf.ts";
import type { Store } from "../../firmware/hal/store.ts";
import type { CountedHour, CountedPlace } from "./model.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** So much of the end of a period is drawn. */
const DRAWN = 7 * DAY;

type Figures = Omit<CountedHour, "at">;

/** The begin of what is drawn of [from, to). */
export const drawnFrom = (from: Instant, to: Instant): Instant => instant(Math.max(from, to - DRAWN));

/** Hours of one place in a row, with gaps where nothing is known.  */
export function placeOf(name: string, known: ReadonlyMap<number, Figures>, from: Instant, to: Instant): CountedPlace {
  // Hours of the wall clock begin where those of the place do.
  const first = Math.min(...known.keys());
  const offset = Number.isFinite(first) ? first % HOUR : 0;
  const hours: CountedHour[] = [];
  for (let at = Math.ceil((from - offset) / HOUR) * HOUR + offset; at < to; at += HOUR) {
    const { people = null, low = null, middle = null, high = null } = known.get(at) ?? {};
    hours.push({ at: instant(at), people, low, middle, high });
  }
  return { name, hours };
}

/** What a cabinet's book of people says of the last week of [from, to), by zone. */
export async function countsFromBook(store: Store, from: Instant, to: Instant): Promise<CountedPlace[]> {
  const begin = drawnFrom(from, to);
  const places = new Map<string, Map<number, Figures>>();
  for (let day = Math.floor(begin / DAY) * DAY; day < to; day += DAY) {
    const sheet = await readPeople(store, instant(day));
    for (const { from: at, of } of sheet?.hours ?? []) {
      if (at < begin || at >= to) continue;
      for (const [i, figures] of of.entries()) {
        const zone = sheet?.zones[i];
        if (zone === undefined || !figures) continue;
        const [low, middle, high, people] = figures;
        const mine = places.get(zone) ?? new Map<number, Figures>();
        places.set(zone, mine.set(at, { low, middle, high, people }));
      }
    }
  }
  const busy = (known: ReadonlyMap<number, Figures>) =>
    known.values().reduce((sum, { middle }) => sum + (middle ?? 0), 0);
  return [...places].sort(([, a], [, b]) => busy(b) - busy(a)).map(([zone, known]) => placeOf(zone, known, begin, to));
}
