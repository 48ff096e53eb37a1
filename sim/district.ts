import type { ClassSelection, Counter, Lamp, LightingClass, Schedule, Site } from "../controllers/model.ts";
import { level, type Metres, metres, minutes, seconds, watts } from "../controllers/units.ts";
import { sunOf } from "../firmware/almanac.ts";
import { type PeopleOptions, RESIDENTIAL } from "./district-people.ts";
import { DISTRICT_JOINS, DISTRICT_STREETS, type DistrictStreet, SPACING } from "./district-streets.ts";

/** What the city permits: light never under the class in force; or, late at night, less where nobody is. */
export type DistrictMode = "strict class table" | "permitted floors";

/** A counter of the district and how it sees people. */
export interface DistrictSensor {
  readonly counter: Counter;
  /** 0: a line across the street that tells the direction. Else it sees who is so near, both ways along its street. */
  readonly range: Metres;
}

/** A district to be played: the site as a cabinet's configuration would give it, who goes about in it, what was there before. */
export interface District {
  readonly mode: DistrictMode;
  readonly site: Site;
  readonly streets: readonly DistrictStreet[];
  /** By counter of the site. */
  readonly sensors: readonly DistrictSensor[];
  readonly people: PeopleOptions;
  /** Watts of one old lamp with its ballast. */
  readonly sodium: number;
  /** The fixed programme to compare with: from and until these local minutes each lamp is at its reduced class, else full. */
  readonly programme: { readonly from: number; readonly to: number };
}

/** Retrofits of a 100 W sodium lamp on living streets draw 35 to 42 W (vendors' tables); quieter streets need less light. */
const POWER: Readonly<Record<string, number>> = { P3: 42, P4: 36, P5: 30 };
const REDUCED: Readonly<Record<string, LightingClass>> = { P3: "P5", P4: "P6", P5: "P6" };

/** People an hour past any place of a street from which a class is needed: the city's own numbers, as CEN/TR 13201-1 leaves them open. */
const STEPS: Readonly<Record<string, ClassSelection["steps"]>> = {
  P3: [
    { class: "P3", from: 30 },
    { class: "P4", from: 8 },
    { class: "P5", from: 0 },
  ],
  P4: [
    { class: "P4", from: 20 },
    { class: "P5", from: 6 },
    { class: "P6", from: 0 },
  ],
  P5: [
    { class: "P5", from: 8 },
    { class: "P6", from: 0 },
  ],
};

/** So far outside its open ends a street is watched: light is up before somebody is under the first lamp. */
const OUTPOST = 20;
/** Along the street; a radar on a mast sees a person 25 to 50 m away (vendors' figures). One on every third mast sees all. */
const RANGE = metres(1.5 * SPACING);
const MASTS = 3;
/** Late: where permitted, and for the fixed programme. */
const LATE = { from: 22 * 60 + 30, to: 5 * 60 + 30 };

/** The demonstration district: 512 lamps, 32 counting lines where streets begin, and a radar on every third mast. */
export function demonstrationDistrict(mode: DistrictMode, people: PeopleOptions = RESIDENTIAL): District {
  return districtOf(DISTRICT_STREETS, DISTRICT_JOINS, mode, people);
}

/** A district of any streets, built by the same rules. */
export function districtOf(
  streets: readonly DistrictStreet[],
  joins: Site["joins"],
  mode: DistrictMode,
  people: PeopleOptions = RESIDENTIAL,
): District {
  const lamps = streets.flatMap((street) => lampsOf(street, mode));
  const sensors = [...streets.flatMap(linesOf), ...streets.flatMap(radarsOf)].map(
    ({ street, position, range }, i): DistrictSensor => ({
      counter: { id: `counter/${i + 1}`, street, position: metres(position), staleAfter: minutes(25) },
      range,
    }),
  );
  return {
    mode,
    site: {
      node: "demonstration/district",
      timeZone: "Europe/Paris",
      lamps: lamps.map((lamp, i) => ({
        ...lamp,
        id: `lamp/${Math.floor(i / 64) + 1}/${i % 64}`,
        line: `bus/${Math.floor(i / 64) + 1}`,
      })),
      counters: sensors.map(({ counter }) => counter),
      joins,
      selections: streets.map((street) => selectionOf(street, sensors)),
      schedules: [night],
      adaptive: {
        ahead: metres(60),
        fastest: 7,
        slowest: 0.7,
        reach: metres(126),
        // who was seen at the far edge of a radar's range is past it after so long
        hold: seconds(60),
        ramp: seconds(60),
        rampStep: seconds(6),
        staleAfter: minutes(25),
      },
      failSafe: level(100),
      sun: sunOf(47.322, 5.041),
    },
    streets,
    sensors,
    people,
    sodium: 115,
    programme: LATE,
  };
}

const night: Schedule = {
  name: "night",
  periods: [{ from: { kind: "sunset", offset: -1 }, level: level(100), adaptive: true }],
  off: { kind: "sunrise", offset: 0 },
};

function lampsOf({ name, class: class_, length }: DistrictStreet, mode: DistrictMode): Omit<Lamp, "id" | "line">[] {
  return Array.from({ length: Math.floor(length / SPACING) }, (_, i) => ({
    street: name,
    position: metres((i + 0.5) * SPACING),
    group: name,
    power: watts(POWER[class_] ?? 36),
    curve: "logarithmic",
    class: class_,
    reducedClass: REDUCED[class_] ?? class_,
    schedule: night.name,
    ...(mode === "permitted floors" ? { empty: level(10) } : {}),
  }));
}

/** By all sensors of the street: one that fails low takes little from the sum. Somebody on the way along it is counted by each. */
function selectionOf({ name, class: class_ }: DistrictStreet, sensors: readonly DistrictSensor[]): ClassSelection {
  const counters = sensors.filter(({ counter }) => counter.street === name).map(({ counter }) => counter.id);
  const steps = STEPS[class_] ?? [{ class: class_, from: 0 }];
  return {
    street: name,
    counters,
    window: minutes(15),
    steps: steps.map((step) => ({ class: step.class, from: step.from * counters.length })),
    hysteresis: 0.6,
  };
}

interface Placed {
  readonly street: string;
  readonly position: number;
  readonly range: Metres;
}

/** A line where the street leaves the district; a dead-end lane has one at its mouth. */
function linesOf({ name, length, open }: DistrictStreet): Placed[] {
  const line = (position: number): Placed => ({ street: name, position, range: metres(0) });
  if (!open.low && !open.high) return [line(4)];
  return [...(open.low ? [line(-OUTPOST)] : []), ...(open.high ? [line(length + OUTPOST)] : [])];
}

/** On every third mast; where that leaves a street's end out of sight, on the last one too. */
function radarsOf({ name, length }: DistrictStreet): Placed[] {
  const masts = Math.floor(length / SPACING);
  const bearing = Array.from({ length: Math.ceil(masts / MASTS) }, (_, i) => Math.min(MASTS * i + 1, masts - 1));
  return bearing.map((mast) => ({ street: name, position: (mast + 0.5) * SPACING, range: RANGE }));
}
