/** Where the books of energy lie: in the store, so that neither a restart nor a power cut leaves them torn or counts an hour twice. */
import type { LedgerBook } from "../../controllers/lighting/ledger-book.ts";
import { HOUR, type LedgerRow, merged, SOURCES } from "../../controllers/lighting/ledger-row.ts";
import type { ComponentId } from "../../controllers/model.ts";
import { type Instant, instant } from "../../controllers/units.ts";
import type { Store } from "../hal/store.ts";

/** Hours of single lamps are kept so many days, days of sections so many. */
export const HOURS_KEPT = 35 * 24;
export const DAYS_KEPT = 400;
const DAY = 24 * HOUR;
const BOOK = "energy-book";
const VERSION = 1;

/** An hour of all lamps; the arrays of the row are in this order. */
export interface HourSheet {
  readonly lamps: readonly ComponentId[];
  readonly sections: readonly string[];
  readonly row: LedgerRow;
}

/** What is left of an hour in a year: mWh. */
export interface DayHour {
  /** 0 to 23, UTC. */
  readonly hour: number;
  readonly span: number;
  /** By section. */
  readonly energy: readonly number[];
  /** The same sum by source, in the order of `SOURCES`. */
  readonly sources: readonly number[];
  readonly own: number;
  readonly metered: number | null;
}

export interface DaySheet {
  /** Its midnight, UTC. */
  readonly day: Instant;
  readonly sections: readonly string[];
  readonly hours: readonly DayHour[];
}

export interface Shelf {
  /** What was kept; null where nothing was, or what is there cannot be read. */
  load(): Promise<LedgerBook | null>;
  /** Keeps the books, and puts the row of an hour that is over on its sheets. Resolves once all is on the disk. */
  save(book: LedgerBook, closed: LedgerRow | null): Promise<void>;
}

export function shelf(store: Store): Shelf {
  const put = async (sheet: HourSheet) => {
    await write(store, hourKey(sheet.row.hour), sheet);
    await putDay(store, sheet);
  };
  return {
    async load() {
      const kept = await read<{ readonly book: LedgerBook; readonly closed: HourSheet | null }>(store, BOOK);
      // A cut may have come between the book and the sheets: what is written again is the same.
      if (kept?.closed) await put(kept.closed);
      return kept?.book ?? null;
    },
    async save(book, closed) {
      const { lamps, sections } = book;
      const there = closed && (await readHour(store, closed.hour));
      const alike = there && same(there.lamps, lamps) && same(there.sections, sections);
      const sheet = closed && { lamps, sections, row: alike ? merged(there.row, closed) : closed };
      await write(store, BOOK, { book, closed: sheet });
      if (sheet) await put(sheet);
    },
  };
}

/** null where that hour is not kept, or not any more. */
export async function readHour(store: Store, hour: Instant): Promise<HourSheet | null> {
  const sheet = await read<HourSheet>(store, hourKey(hour));
  return sheet?.row?.hour === hour ? sheet : null;
}

/** The day that begins at a UTC midnight; null where it is not kept. */
export async function readDay(store: Store, day: Instant): Promise<DaySheet | null> {
  const sheet = await read<DaySheet>(store, dayKey(day));
  return sheet?.day === day ? sheet : null;
}

async function putDay(store: Store, { sections, lamps, row }: HourSheet): Promise<void> {
  const day = instant(Math.floor(row.hour / DAY) * DAY);
  const there = await readDay(store, day);
  const hour = (row.hour - day) / HOUR;
  const sources = SOURCES.map((_, source) =>
    lamps.reduce((sum, _, i) => sum + (row.source[i] === source ? (row.energy[i] as number) : 0), 0),
  );
  const energy = row.quarters.map((quarters) => quarters.reduce((sum, one) => sum + one, 0));
  const mine = { hour, span: row.span, energy, sources, own: row.own, metered: row.metered };
  const others = there && same(there.sections, sections) ? there.hours.filter((one) => one.hour !== hour) : [];
  const hours = [...others, mine].sort((a, b) => a.hour - b.hour);
  await write(store, dayKey(day), { day, sections, hours });
}

const hourKey = (hour: Instant): string => `energy-hour-${(hour / HOUR) % HOURS_KEPT}`;
const dayKey = (day: Instant): string => `energy-day-${(day / DAY) % DAYS_KEPT}`;
const same = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((one, i) => one === b[i]);

const write = (store: Store, key: string, value: object): Promise<void> =>
  store.write(key, new TextEncoder().encode(JSON.stringify({ version: VERSION, ...value })));

async function read<T>(store: Store, key: string): Promise<T | null> {
  const bytes = await store.read(key);
  if (!bytes) return null;
  try {
    const value = JSON.parse(new TextDecoder().decode(bytes)) as { readonly version?: number };
    return value.version === VERSION ? (value as T) : null;
  } catch {
    return null; // a damaged sheet is one hour less, never the end of the books
  }
}
