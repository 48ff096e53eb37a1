import { Ledger } from "../../controllers/lighting/ledger.ts";
import { HOUR } from "../../controllers/lighting/ledger-row.ts";
import { localClock } from "../../controllers/lighting/local-time.ts";
import { type Instant, instant, level, watts } from "../../controllers/units.ts";
import type { District } from "../../sim/district.ts";
import { yearOf } from "../../sim/year.ts";
import { RISE } from "../../sim/year-judge.ts";
import { nightOf } from "../plots/night.ts";
import { assumptionsOf } from "./assume.ts";
import { type Baseline, type Programme, referencesOf } from "./baseline.ts";
import type { CabinetUse, UsedHour } from "./model.ts";
import { countedWithBand, type HourOfLamps, nightPicture } from "./night.ts";

export interface YearUseOptions {
  readonly district: District;
  readonly from: Instant;
  readonly to: Instant;
  readonly seed: number;
  readonly baseline: Baseline;
  readonly programme: Programme;
  /** W of the cabinet itself without its counters, and of each counter. */
  readonly own: number;
  readonly counterPower: number;
  /** Metres of street that are lit across. */
  readonly width: number;
  readonly onHour?: (at: Instant) => void;
}

const wh = (mwh: number): number => mwh / 1000;

/** Plays a district and keeps the cabinet's own books of it: by the same code as on a street. */
export function yearUse(options: YearUseOptions): CabinetUse {
  const { district, from, to, seed, baseline, programme, counterPower, width } = options;
  const { site, streets } = district;
  const { lamps, timeZone } = site;
  // All that drives the lamps is counted (Pad), or more sensors would always seem to save more.
  const own = options.own + district.sensors.length * counterPower;
  const index = new Map(lamps.map(({ id }, i) => [id, i]));
  const ids = lamps.map(({ id }) => id);
  const ledger = new Ledger({ lamps, own: watts(own), meters: [] }, from, from);
  for (const i of lamps.keys()) ledger.level(i, level(0), level(0), from);
  const referencesAt = referencesOf(site, baseline, programme);
  const night = lastNight(timeZone, from, to);
  const sheets = new Map<number, HourOfLamps>();
  const hours: UsedHour[] = [];
  const people: { at: Instant; people: number }[] = [];
  const energy = new Map(streets.map(({ name }): [string, number] => [name, 0]));

  const year = yearOf(district, {
    from,
    to,
    seed,
    onLight: (lamp, light, at) => ledger.level(index.get(lamp) as number, light, light, at),
    onHour({ at, people: present, under }) {
      options.onHour?.(at);
      const row = ledger.tick(at + HOUR, instant(at + HOUR));
      if (!row) throw new TypeError(`hour ${at} gives no row: the period must begin with a whole hour`);
      const adaptive = wh(row.energy.reduce((sum, one) => sum + one, 0));
      for (const [i, name] of ledger.sections.entries())
        energy.set(name, (energy.get(name) ?? 0) + wh((row.quarters[i] ?? []).reduce((sum, one) => sum + one, 0)));
      if (at >= night.from - HOUR && at < night.to) sheets.set(at, { row, lamps: ids });
      hours.push({
        at,
        part: 1,
        references: referencesAt(at),
        adaptive,
        sources: { metered: 0, measured: 0, modelled: adaptive },
        own: wh(row.own),
        people: present,
        under,
      });
      people.push({ at, people: Math.round(present / 60) });
    },
  });
  const week = Math.max(from, to - 7 * 24 * HOUR);
  return {
    name: `${site.node} (${district.mode})`,
    timeZone,
    lamps: lamps.length,
    hours,
    missing: 0,
    streets: streets.map(({ name, class: designed, length }) => {
      const mine = lamps.filter(({ street }) => street === name);
      return {
        name,
        class: designed,
        lamps: mine.length,
        power: mine.reduce((sum, { power }) => sum + power, 0),
        area: length * width,
        energy: energy.get(name) ?? 0,
      };
    }),
    night: nightPicture(lamps, timeZone, night.day, (hour) => sheets.get(hour) ?? null),
    counts: countedWithBand(people, instant(week), to),
    countsUnit: "person-minutes in the dark, by hour",
    assumptions: [
      ...assumptionsOf({ site, baseline, programme, own, constant: [] }),
      {
        what: "Source",
        value: `simulated: ${year.walkers} ways of people in the district "${district.mode}", seed ${seed}`,
      },
      { what: "People", value: peopleInWords(district) },
      {
        what: "Sensors",
        value: `${district.sensors.length} counters for ${lamps.length} lamps, all working; each takes ${counterPower} W day and night, counted to the cabinet itself`,
      },
      { what: "Lit area", value: `streets are lit over a width of ${width} m` },
      {
        what: "Persons",
        value: `a person is judged by the lamp they are nearest to, from sunset to sunrise; a level that rises counts ${RISE} ms after it was decided`,
      },
      {
        what: "People plotted",
        value:
          "person-minutes on the street while it is dark, by hour; the band is the least, the mean and the most of the last four same hours of the week; fewer than 11 are not shown",
      },
    ],
  };
}

function lastNight(timeZone: string, from: Instant, to: Instant) {
  let day = localClock(timeZone).day(to) - 1;
  while (nightOf(timeZone, day).to > to && nightOf(timeZone, day).from > from) day -= 1;
  return { day, ...nightOf(timeZone, day) };
}

function peopleInWords({ people }: District): string {
  const percent = (share: number) => `${Math.round(share * 100)} %`;
  return `${people.waysADay} ways a day by the hours of the week of Melbourne's counters (CC BY 4.0), ${percent(people.through)} of them only through, ${percent(people.cyclists)} by bicycle, doors with a garden of ${people.garden} m at ${percent(people.gardens)}`;
}
