/** The wiring of the books of energy: readings go in, once an hour they go to the disk. */
import type { Upkeep } from "../../controllers/lighting/clo.ts";
import { Ledger, type LedgerSite } from "../../controllers/lighting/ledger.ts";
import { HOUR, type LedgerRow, QUARTERS } from "../../controllers/lighting/ledger-row.ts";
import type { ComponentId, Lamp, Reading } from "../../controllers/model.ts";
import { duration, type Instant, minutes } from "../../controllers/units.ts";
import type { Clock } from "../hal/clock.ts";
import type { Log } from "../hal/log.ts";
import type { Store } from "../hal/store.ts";
import { constantLight, type GearLevels } from "./constant-light.ts";
import { type DaySheet, readDay, shelf } from "./shelf.ts";

/** Wall time that is set belongs to the running hour for at most so long. */
const LOOK_EVERY = minutes(5);
const QUARTER = HOUR / QUARTERS;

export interface BooksOptions {
  readonly site: LedgerSite & { readonly lamps: readonly Lamp[] };
  readonly upkeep: ReadonlyMap<ComponentId, Upkeep>;
  readonly clock: Clock;
  readonly store: Store;
  readonly log: Log;
}

export interface Books {
  readonly gear: GearLevels;
  /** A reading as its source gave it: levels are those of the gear. */
  reading(reading: Reading): void;
  /** Burn hours. Throws TypeError for a lamp that is not there. */
  burnt(lamp: ComponentId): number;
  /** Resolves once it is kept. */
  setBurnt(lamps: readonly ComponentId[], hours: number): Promise<void>;
  /** Whom to tell of each hour that is over and kept, and what time it is; the last wins. */
  onHour: (hour: Instant, now: Instant) => void;
  /** The sheet of a UTC day; null where nothing is known of it. */
  day(day: Instant): Promise<DaySheet | null>;
  /** Keeps the books until the signal aborts; then once more, and resolves. A disk that fails costs books, never light. */
  run(signal: AbortSignal): Promise<void>;
}

/** Opens the books where the last run left them. What cannot be read costs what was booked, never the start. */
export async function openBooks({ site, upkeep, clock, store, log }: BooksOptions): Promise<Books> {
  const { lamps, meters } = site;
  const kept = shelf(store);
  const load = async () => {
    try {
      const book = await kept.load();
      return new Ledger(site, clock.monotonic(), now(), book ?? undefined);
    } catch (error) {
      log.error({ err: error }, "the books of energy cannot be read: they begin anew");
      return new Ledger(site, clock.monotonic(), now());
    }
  };
  const now = (): Instant | null => (clock.isSet() ? clock.now() : null);
  const ledger = await load();
  const index = new Map(lamps.map(({ id }, i) => [id, i]));
  const meterIndex = new Map(meters.map(({ id }, i) => [id, i]));
  const onLine = Map.groupBy(lamps, ({ line }) => line);
  const indexOf = (lamp: ComponentId): number => {
    const i = index.get(lamp);
    if (i === undefined) throw new TypeError(`lamp is ${lamp}: allowed are the lamps of this cabinet`);
    return i;
  };
  const burnt = (lamp: ComponentId): number => ledger.burnt(indexOf(lamp));
  const gear = constantLight({ upkeep, burnt, now });

  let saving: Promise<void> = Promise.resolve();
  let saved = clock.monotonic();
  const save = (closed: LedgerRow | null) => {
    saved = clock.monotonic();
    const book = ledger.book(saved);
    saving = saving
      .then(() => kept.save(book, closed))
      .catch((error) => log.error({ err: error }, "the books of energy cannot be kept"));
    return saving;
  };

  const books: Books = {
    gear,
    burnt,
    async setBurnt(all, hours) {
      for (const lamp of all) ledger.setBurnt(indexOf(lamp), hours);
      await save(null);
    },
    onHour: () => {},
    day: (day) => readDay(store, day),
    reading(reading) {
      const mono = clock.monotonic();
      const lamp = index.get(reading.source);
      const meter = meterIndex.get(reading.source);
      switch (reading.kind) {
        case "level": {
          if (lamp === undefined) return;
          const light = gear.toLight(lamps[lamp] as Lamp, reading.level);
          return ledger.level(lamp, light, reading.level, mono);
        }
        case "energy":
          if (lamp !== undefined) ledger.counter(lamp, reading.energy, reading.at, mono);
          if (meter !== undefined) ledger.meterEnergy(meter, reading.energy, mono);
          return;
        case "power":
          if (meter !== undefined) ledger.meterPower(meter, reading.power, mono);
          return;
        case "fault":
          // A line that fails or returns: its lamps may have gone their own way.
          for (const { id } of onLine.get(reading.source) ?? []) ledger.level(indexOf(id), null, null, mono);
          if (lamp !== undefined) ledger.level(lamp, null, null, mono);
          if (meter !== undefined && reading.fault !== null) ledger.meterPower(meter, null, mono);
          return;
        default:
          return; // says nothing of energy
      }
    },
    async run(signal) {
      // At once: the hour that was kept may be long over.
      while (!signal.aborted) {
        const closed = ledger.tick(clock.monotonic(), now());
        // Without wall time no hour is ever over.
        if (closed || clock.monotonic() - saved >= HOUR)
          void save(closed).then(() => closed && books.onHour(closed.hour, clock.now()));
        const left = QUARTER - (clock.now() % QUARTER);
        await clock.sleep(duration(Math.min(left, LOOK_EVERY)), "books of energy", signal).catch(() => {});
      }
      ledger.tick(clock.monotonic(), null);
      await save(null);
    },
  };
  return books;
}
