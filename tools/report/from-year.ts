import { blurred, LEAST } from "../../controllers/footfall/privacy.ts";
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
import { drawnFrom, placeOf } from "./counts.ts";
import { foretoldOf } from "./foretold.ts";
import type { CabinetUse, UsedHour } from "./model.ts";
import { type HourOfLamps, nightPicture } from "./night.ts";

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
export async function yearUse(options: YearUseOptions): Promise<CabinetUse> {
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
  const passages = new Map<number, number>();
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
    },
    onReadings(readings) {
      for (const reading of readings) {
        if (reading.kind !== "count" || reading.people <= 0) continue;
        // A number is of the minutes before it is told.
        const hour = Math.floor((reading.at - 1) / HOUR) * HOUR;
        passages.set(hour, (passages.get(hour) ?? 0) + reading.people);
      }
    },
  });
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
    counts: [await countedWithForecast(passages, timeZone, from, to)],
    countsUnit: "passages of counters, by hour",
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
          "passages of all counters together by hour, whoever passes several at each, over what the cabinet's own forecaster foretold for their sum when the hour began, of the last week; fewer than 11 are not shown, 1 to 10 expected as 0 or 11",
      },
    ],
  };
}

/** Nobody is told of 1 to 10. */
async function countedWithForecast(
  passages: ReadonlyMap<number, number>,
  timeZone: string,
  from: Instant,
  to: Instant,
) {
  const drawn = drawnFrom(from, to);
  const counted = Array.from({ length: (to - from) / HOUR }, (_, i) => {
    const at = instant(from + i * HOUR);
    return { at, people: passages.get(at) ?? 0 };
  });
  const foretold = await foretoldOf(counted, timeZone, drawn);
  const known = counted.map(({ at, people }) => {
    const band = foretold.get(at);
    const of = (people: number | undefined) => (people === undefined ? null : blurred(people));
    const told = people < LEAST ? null : people;
    return [
      at as number,
      { people: told, low: of(band?.low), middle: of(band?.middle), high: of(band?.high) },
    ] as const;
  });
  return placeOf("all counters", new Map(known), drawn, to);
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
