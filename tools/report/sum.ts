import { annualConsumption, asYear, illuminanceOf, powerDensity } from "../../controllers/lighting/indicators.ts";
import { type EnergySource, SOURCES } from "../../controllers/lighting/ledger-row.ts";
import type { LightingClass } from "../../controllers/model.ts";
import type { CabinetUse, UsedHour } from "./model.ts";

/** Energies of one lamp set by strategy, Wh. */
export interface Totals {
  readonly baseline: number;
  readonly full: number;
  readonly programme: number;
  readonly adaptive: number;
  /** Of `adaptive`, by how it is known. */
  readonly sources: Readonly<Record<EnergySource, number>>;
  /** The cabinets themselves, beside. */
  readonly own: number;
  /** Person-seconds in the dark: lit as the class in force asks, and under it; null: not known. */
  readonly lit: number | null;
  readonly under: number | null;
}

export interface Saving {
  /** Parts of what is compared with, 0 to 1; below 0 it takes more. null where that is nothing. */
  readonly againstBaseline: number | null;
  readonly againstFull: number | null;
}

/** EN 13201-5 of a street, or of all; null where an area or an illuminance is not known. */
export interface Indicators {
  readonly street: string;
  readonly class: LightingClass | null;
  readonly lamps: number;
  readonly area: number | null;
  /** W/(lx m2) without and with the cabinet itself. */
  readonly density: number | null;
  readonly densityWithOwn: number | null;
  /** Wh/m2 a year without and with it. */
  readonly consumption: number | null;
  readonly consumptionWithOwn: number | null;
}

export interface Summary {
  readonly lamps: number;
  readonly hours: number;
  readonly missing: number;
  readonly totals: Totals;
  readonly saving: Saving;
  /** With the cabinets themselves counted to the lamps. */
  readonly savingWithOwn: Saving;
  readonly indicators: readonly Indicators[];
}

/** One cabinet, or many as a city. */
export function summed(uses: readonly CabinetUse[]): Summary {
  const totals = totalsOf(uses.flatMap(({ hours }) => hours));
  const saving = (used: number): Saving => ({
    againstBaseline: totals.baseline > 0 ? 1 - used / totals.baseline : null,
    againstFull: totals.full > 0 ? 1 - used / totals.full : null,
  });
  return {
    lamps: uses.reduce((sum, { lamps }) => sum + lamps, 0),
    hours: uses.reduce((sum, use) => sum + knownHours(use), 0),
    missing: uses.reduce((sum, { missing }) => sum + missing, 0),
    totals,
    saving: saving(totals.adaptive),
    savingWithOwn: saving(totals.adaptive + totals.own),
    indicators: uses.flatMap(indicatorsOf),
  };
}

const knownHours = ({ hours }: CabinetUse): number => hours.reduce((sum, { part }) => sum + part, 0);

export function totalsOf(hours: readonly UsedHour[]): Totals {
  const sum = (of: (hour: UsedHour) => number) => hours.reduce((all, hour) => all + of(hour), 0);
  const isKnown = hours.length > 0 && hours.every(({ people, under }) => people !== null && under !== null);
  const under = isKnown ? sum((hour) => hour.under as number) : null;
  const sources = SOURCES.map((source): [EnergySource, number] => [source, sum((hour) => hour.sources[source])]);
  return {
    baseline: sum(({ references }) => references.baseline),
    full: sum(({ references }) => references.full),
    programme: sum(({ references }) => references.programme),
    adaptive: sum(({ adaptive }) => adaptive),
    sources: Object.fromEntries(sources) as Totals["sources"],
    own: sum(({ own }) => own),
    lit: under === null ? null : sum((hour) => hour.people as number) - under,
    under,
  };
}

function indicatorsOf(use: CabinetUse): Indicators[] {
  const hours = knownHours(use);
  const own = use.hours.reduce((sum, one) => sum + one.own, 0);
  const yearly = (energy: number, area: number | null) =>
    area === null || hours === 0 ? null : annualConsumption(asYear(energy, hours), area);
  return use.streets.map(({ name, class: designed, lamps, power, area, energy }) => {
    const illuminance = illuminanceOf(designed);
    const share = use.lamps > 0 ? lamps / use.lamps : 0;
    const density = (watts: number) =>
      area === null || illuminance === null ? null : powerDensity(watts, [{ area, illuminance }]);
    return {
      street: name,
      class: designed,
      lamps,
      area,
      density: density(power),
      densityWithOwn: hours === 0 ? null : density(power + (share * own) / hours),
      consumption: yearly(energy, area),
      consumptionWithOwn: yearly(energy + share * own, area),
    };
  });
}
