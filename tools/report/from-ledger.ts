import { SOURCES } from "../../controllers/lighting/ledger-row.ts";
import { localClock } from "../../controllers/lighting/local-time.ts";
import { type Instant, instant } from "../../controllers/units.ts";
import { type CabinetConfig, siteOf } from "../../firmware/config/read.ts";
import { readDay, readHour } from "../../firmware/energy/shelf.ts";
import type { Store } from "../../firmware/hal/store.ts";
import { nightOf } from "../plots/night.ts";
import { assumptionsOf } from "./assume.ts";
import { type Baseline, type Programme, referencesOf } from "./baseline.ts";
import { countsFromBook } from "./counts.ts";
import type { CabinetUse, UsedHour, UsedStreet } from "./model.ts";
import { type HourOfLamps, nightPicture } from "./night.ts";

export interface LedgerUseOptions {
  readonly config: CabinetConfig;
  readonly store: Store;
  /** Whole hours. */
  readonly from: Instant;
  readonly to: Instant;
  readonly now: Instant;
  readonly baseline: Baseline;
  readonly programme: Programme;
}

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** Light of single lamps is told only so long after. */
const DELAY = DAY;
const wh = (mwh: number): number => mwh / 1000;

const PEOPLE = {
  what: "People plotted",
  value:
    "passages of a zone of counters by hour, over what the cabinet itself foretold when the hour began (of several counters: the sums), of the last week; fewer than 11 are not told, 1 to 10 expected are said as 0 or 11",
};

/** What the books of a cabinet say of [from, to). */
export async function ledgerUse(options: LedgerUseOptions): Promise<CabinetUse> {
  const { config, store, from, to, baseline, programme } = options;
  const site = siteOf(config);
  const referencesAt = referencesOf(site, baseline, programme);
  const hours: UsedHour[] = [];
  const sections = new Map<string, number>();
  for (let day = Math.floor(from / DAY) * DAY; day < to; day += DAY) {
    const sheet = await readDay(store, instant(day));
    for (const used of sheet?.hours ?? []) {
      const at = instant(day + used.hour * HOUR);
      if (at < from || at >= to) continue;
      const part = used.span / HOUR;
      const { baseline: old, full, programme: fixed } = referencesAt(at);
      const [metered = 0, measured = 0, modelled = 0] = used.sources.map(wh);
      hours.push({
        at,
        part,
        references: { baseline: old * part, full: full * part, programme: fixed * part },
        adaptive: metered + measured + modelled,
        sources: { metered, measured, modelled },
        own: wh(used.own),
        people: null,
        under: null,
      });
      for (const [i, energy] of used.energy.entries()) {
        const name = sheet?.sections[i] as string;
        sections.set(name, (sections.get(name) ?? 0) + wh(energy));
      }
    }
  }
  const counts = await countsFromBook(store, from, to);
  const constant = config.lamps.flatMap(({ id, upkeep }) => (upkeep ? [id] : []));
  return {
    name: config.node,
    timeZone: site.timeZone,
    lamps: site.lamps.length,
    hours,
    missing: Math.max(0, (to - from) / HOUR - hours.reduce((sum, { part }) => sum + Math.min(1, part), 0)),
    streets: streetsOf(config, sections),
    night: await lastNight(options),
    counts,
    countsUnit: "people an hour",
    assumptions: [
      ...assumptionsOf({ site, baseline, programme, own: config.own, constant }),
      {
        what: "Sources",
        value: `${SOURCES.join(", ")}: by a meter less what others take, told by lamps themselves (D4i), from the level of the gear`,
      },
      ...(counts.length > 0 ? [PEOPLE] : []),
      { what: "Persons", value: "a cabinet counts passages, it knows no persons: person-seconds are not known" },
    ],
  };
}

function streetsOf(config: CabinetConfig, energy: ReadonlyMap<string, number>): UsedStreet[] {
  return config.streets.flatMap(({ name, length, width }) => {
    const lamps = config.lamps.filter(({ street }) => street === name);
    const [first] = lamps;
    if (!first) return [];
    return [
      {
        name,
        class: first.class,
        lamps: lamps.length,
        power: lamps.reduce((sum, { power }) => sum + power, 0),
        area: width === undefined ? null : length * width,
        energy: energy.get(name) ?? 0,
      },
    ];
  });
}

/** The last night of the period that is long enough ago. */
async function lastNight({ config, store, from, to, now }: LedgerUseOptions) {
  const { timeZone } = config.site;
  let day = localClock(timeZone).day(to) - 1;
  while (nightOf(timeZone, day).to > Math.min(to, now - DELAY)) day -= 1;
  const night = nightOf(timeZone, day);
  if (night.from < from) return null;
  const sheets = new Map<number, HourOfLamps>();
  for (let hour = Math.floor(night.from / HOUR) * HOUR; hour < night.to; hour += HOUR) {
    const sheet = await readHour(store, instant(hour));
    if (sheet) sheets.set(hour, sheet);
  }
  return nightPicture(config.lamps, timeZone, day, (hour) => sheets.get(hour) ?? null);
}
