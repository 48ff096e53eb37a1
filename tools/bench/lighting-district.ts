import { type Instant, instant } from "../../controllers/units.ts";
import { type District, type DistrictMode, demonstrationDistrict } from "../../sim/district.ts";
import { type Year, type YearOptions, yearOf } from "../../sim/year.ts";
import { TENTH } from "../../sim/year-failures.ts";
import { heapInUse } from "./heap.ts";
import { type Figure, progress } from "./line.ts";

const SEED = 2025;
const FROM = instant(Date.UTC(2025, 0, 1));
const TO = instant(Date.UTC(2026, 0, 1));
/** One of each season: where a whole year more would say no more. */
const WEEKS = [Date.UTC(2025, 0, 13), Date.UTC(2025, 3, 14), Date.UTC(2025, 6, 14), Date.UTC(2025, 9, 13)];
const DAY = 86_400_000;

interface Played {
  readonly year: Year;
  readonly seconds: number;
  /** Of all its threads: on a machine that does nothing else no more than `seconds` for each core. */
  readonly cpuSeconds: number;
  /** Of the heap, from the end of January to the end of the year, the kept sums of the hours included. */
  readonly grownMB: number;
}

/** Plays the whole year of a district, and measures what it takes of this machine. */
function played(district: District, name: string, more: Partial<YearOptions> = {}): Played {
  let heap = 0;
  let [grownMB, measuring] = [0, 0];
  const onHour = ({ at }: { readonly at: Instant }) => {
    const day = (at + DAY / 24 - FROM) / DAY;
    if (day % 91 === 0) progress(`${name}: ${day} days`);
    if (day !== 31 && day !== (TO - FROM) / DAY) return;
    const began = performance.now();
    if (heap === 0) heap = heapInUse();
    else grownMB = (heapInUse() - heap) / 1e6;
    measuring += performance.now() - began;
  };
  const used = process.cpuUsage();
  const began = performance.now();
  const year = yearOf(district, { from: FROM, to: TO, seed: SEED, onHour, ...more });
  const seconds = (performance.now() - began - measuring) / 1000;
  const { user, system } = process.cpuUsage(used);
  return { year, seconds, cpuSeconds: (user + system) / 1e6, grownMB };
}

const round = (value: number): number => Number(value.toPrecision(4));
const percent = (part: number): number => round(100 * part);
const under = (years: readonly Year[]): number =>
  percent(sum(years, (year) => year.under) / sum(years, ({ people }) => people));
const sum = (years: readonly Year[], of: (year: Year) => number): number =>
  years.reduce((all, year) => all + of(year), 0);
const saved = ({ energy }: Year, against: "sodium" | "full" | "programme"): number =>
  percent(1 - energy.adaptive / energy[against]);

/** The rows of the table that the demonstration district gives. */
export interface DistrictFigures {
  readonly energy: Figure;
  readonly people: Figure;
  readonly time: Figure;
  /** How the heap grew over a year of passes, MB, and how many they were. */
  readonly grownMB: number;
  readonly passes: number;
}

/** Four years of the demonstration district: in both modes, each with all sensors up and with a tenth of them failed. */
export function districtFigures(): DistrictFigures {
  const both = (["strict class table", "permitted floors"] as const).map((mode) => years(mode));
  const [strict, floors] = both as [ModeYears, ModeYears];
  const district = demonstrationDistrict("permitted floors");
  return {
    energy: energyFigure(strict.sound.year, floors.sound.year, district),
    people: peopleFigure(strict, floors, district),
    time: {
      name: "a simulated year, 512 lamps",
      value: Math.max(strict.sound.seconds, floors.sound.seconds),
      unit: "s",
      target: 120,
      parts: {
        strict: round(strict.sound.seconds),
        floors: round(floors.sound.seconds),
        cpuStrict: round(strict.sound.cpuSeconds),
        cpuFloors: round(floors.sound.cpuSeconds),
        passesFloors: floors.sound.year.passes,
        walkers: floors.sound.year.walkers,
        sensors: district.sensors.length,
      },
    },
    grownMB: Math.max(strict.sound.grownMB, floors.sound.grownMB),
    passes: floors.sound.year.passes,
  };
}

interface ModeYears {
  readonly sound: Played;
  readonly failed: Played;
}

function years(mode: DistrictMode): ModeYears {
  const district = demonstrationDistrict(mode);
  const sound = played(district, mode);
  const judgedBy = sound.year.classes;
  return { sound, failed: played(district, `${mode}, a tenth of the sensors failed`, { failing: TENTH, judgedBy }) };
}

function energyFigure(strict: Year, floors: Year, district: District): Figure {
  const parts = {
    floorsAgainstSodium: saved(floors, "sodium"),
    strictAgainstLedFull: saved(strict, "full"),
    strictAgainstSodium: saved(strict, "sodium"),
    targets: "85 against sodium with floors, 45 and 78 within the strict class table",
    floorsAgainstProgramme: saved(floors, "programme"),
    MWhSodium: mwh(floors.energy.sodium),
    MWhLedFull: mwh(floors.energy.full),
    MWhLedProgramme: mwh(floors.energy.programme),
    MWhStrict: mwh(strict.energy.adaptive),
    MWhFloors: mwh(floors.energy.adaptive),
    ...assumptions(district),
  };
  return {
    name: "energy of a simulated year of the demonstration district, permitted floors, saved against LED at full",
    value: saved(floors, "full"),
    unit: "%",
    target: 65,
    least: true,
    parts,
    holds: parts.floorsAgainstSodium >= 85 && parts.strictAgainstLedFull >= 45 && parts.strictAgainstSodium >= 78,
  };
}

const mwh = (wattHours: number): number => round(wattHours / 1e6);

/** What the figures rest on, in words and numbers. */
function assumptions({ site, people, sodium, programme, sensors }: District): Record<string, string | number> {
  const lamps = ["P3", "P4", "P5"].map((name) => {
    const mine = site.lamps.filter((lamp) => lamp.class === name);
    return `${mine.length} ${name} lamps of ${mine[0]?.power} W`;
  });
  const radars = sensors.filter(({ range }) => range > 0);
  const clock = (minutes: number) => `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, "0")}`;
  const { leaving } = people;
  return {
    lamps: `${lamps.join(", ")}, 28 m apart; power in proportion to light, 0.4 W off`,
    sodium: `${sodium} W a lamp (100 W and a ballast's 15 W) from sunset to sunrise`,
    night: "adaptive from a minute before sunset to sunrise; floors: 10 % where nobody is, all night",
    programme: `full, from ${clock(programme.from)} to ${clock(programme.to)} at the reduced class`,
    sensors: `${sensors.length - radars.length} counting lines where streets begin, 20 m before the first lamp or in a lane's mouth; ${radars.length} radars, on every third mast, seeing ${radars[0]?.range} m each way`,
    people: `${people.waysADay} ways a day (0.8 for each of 3,300 people) over the Melbourne hour-of-week profile, ${100 * people.cyclists} % cycling; ${100 * people.through} % pass through, the others begin or end at a door: ${100 * leaving.morning} % leave home at 4-12 h, ${100 * leaving.afternoon} % at 12-18 h, ${100 * leaving.night} % at 18-4 h; half of the doors open onto the street, half have ${people.garden} m of garden`,
    classes: (site.selections ?? [])
      .filter(({ street }) => ["east 1", "east 2", "east 6"].includes(street))
      .map(({ steps, counters }) => steps.map((step) => `${step.class} from ${step.from / counters.length}`).join(", "))
      .join("; ")
      .concat(" people an hour past a place, in 15 min"),
    delay: "0.5 s from the street to the decision, 0.1 s bus, 2 s fade before a higher level counts",
  };
}

function peopleFigure(strict: ModeYears, floors: ModeYears, district: District): Figure {
  const straight: District = { ...district, people: { ...district.people, gardens: 0 } };
  progress("people under the class: four weeks of each failure");
  const weeks = WEEKS.map((from) => ({ from: instant(from), to: instant(from + 7 * DAY), seed: SEED }));
  const sound = weeks.map((week) => yearOf(district, week));
  const failing = (kind: (typeof TENTH.kinds)[number]) =>
    under(
      weeks.map((week, i) =>
        yearOf(district, { ...week, failing: { ...TENTH, kinds: [kind] }, judgedBy: (sound[i] as Year).classes }),
      ),
    );
  const parts = {
    strict: under([strict.sound.year]),
    floors: under([floors.sound.year]),
    strictTenthFailed: under([strict.failed.year]),
    floorsTenthFailed: under([floors.failed.year]),
    targetTenthFailed: 1,
    falseAlarms: strict.sound.year.alarms + floors.sound.year.alarms,
    personHoursAYear: Math.round(floors.sound.year.people / 3600),
    failed: "a third of them silent, a third stuck low, a third stuck high, all year",
    floorsTenthSilentFourWeeks: failing("silent"),
    floorsTenthStuckLowFourWeeks: failing("stuck low"),
    floorsTenthStuckHighFourWeeks: failing("stuck high"),
    floorsNoGardensFourWeeks: under(weeks.map((week) => yearOf(straight, week))),
  };
  return {
    name: "person-seconds under the class in force, all sensors up, the worse of both modes",
    value: Math.max(parts.strict, parts.floors),
    unit: "%",
    target: 0.1,
    parts,
    holds: Math.max(parts.strictTenthFailed, parts.floorsTenthFailed) <= 1,
  };
}
