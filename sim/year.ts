/** Plays a year, or a part of one, of a district through the decision alone: no timers, no buses, no wires. */
import { localClock } from "../controllers/lighting/local-time.ts";
import type { ComponentId, Reading } from "../controllers/model.ts";
import { type Instant, instant, type Level } from "../controllers/units.ts";
import type { District } from "./district.ts";
import { People, type Way } from "./district-people.ts";
import { planOf, walkOf } from "./district-walk.ts";
import { waysOf } from "./district-ways.ts";
import { SeededRandom } from "./random.ts";
import { baselinesOf } from "./year-baselines.ts";
import { trafficOf } from "./year-day.ts";
import { type ClassChange, Decider } from "./year-decider.ts";
import { type Failing, type Failure, failuresOf } from "./year-failures.ts";
import { Judge } from "./year-judge.ts";
import { type Taken, Walkers } from "./year-queue.ts";
import { ALIVE, Sensors, STUCK } from "./year-sensors.ts";
import { isDark, turnAfter } from "./year-sun.ts";

/** Strategies that are compared, each with all the lamps of the district. Wh. */
export interface Energies {
  /** The lamps that were there before, with their ballast, burning as long as it is dark; nothing by day. */
  readonly sodium: number;
  /** The new lamps, full as long as it is dark; stand-by by day. */
  readonly full: number;
  /** The new lamps by a fixed programme without sensors. */
  readonly programme: number;
  /** The new lamps as the runtime decides. */
  readonly adaptive: number;
}

/** An hour of the year. People in person-seconds while it is dark. */
export interface YearHour {
  readonly at: Instant;
  readonly energy: Energies;
  readonly people: number;
  /** Of these, those who stood where light was under the class in force. */
  readonly under: number;
}

export interface Year {
  readonly hours: readonly YearHour[];
  readonly energy: Energies;
  readonly people: number;
  readonly under: number;
  /** Which classes were in force: what a year with failed sensors is judged by. */
  readonly classes: readonly ClassChange[];
  /** How many set off, and how often the decision was asked. */
  readonly walkers: number;
  readonly passes: number;
  /** How often an alarm began. */
  readonly alarms: number;
  readonly failed: ReadonlyMap<ComponentId, Failure>;
}

export interface YearOptions {
  /** A whole hour each. */
  readonly from: Instant;
  readonly to: Instant;
  readonly seed: number;
  /** Sensors that fail before `from` and are not mended. */
  readonly failing?: Failing;
  /** Judges by these classes instead of by those that the cabinet itself finds: its own are wrong where its sensors are. */
  readonly judgedBy?: readonly ClassChange[];
  /** Told of each hour when it is over. */
  readonly onHour?: (hour: YearHour) => void;
  /** Told of what counters say, as the cabinet is. */
  readonly onReadings?: (readings: readonly Reading[]) => void;
  /** Told of each change of a lamp's light. */
  readonly onLight?: (lamp: ComponentId, light: Level, at: Instant) => void;
}

const HOUR = 3_600_000;
/** From the street to the decision: a sensor's own delay, and the bus's. */
const LATENCY = 500;
/** By day people are only counted, not followed: all lamps are off. So long before sunset those set out who are on the streets then. */
const DUSK = HOUR;

/**
 * Plays [from, to) of a district and sums it up. People are judged where they stand: by the lamp they are nearest to, which
 * must have reached what the class in force on its street asks for. The same options, the same result to the last digit.
 */
export function yearOf(district: District, options: YearOptions): Year {
  const { site, streets } = district;
  const { from, to, judgedBy, onLight } = options;
  const local = localClock(site.timeZone);
  const random = new SeededRandom(options.seed);
  const ways = waysOf(site.joins);
  const people = new People(district.people, streets, ways, local, random.fork("people"));
  const plan = planOf(district);
  const passersBy = new People(district.people, streets, ways, local, random.fork("traffic"));
  const traffic = trafficOf(passersBy, plan, district.sensors.length);
  const chance = random.fork("day");
  const failures = failuresOf(district, options.failing ?? { share: 0, kinds: [] }, random.fork("failures"));
  const sensors = new Sensors(district, failures, traffic, local, chance);
  const baselines = baselinesOf(district, local);
  const judge = new Judge(site.lamps, from);
  const decider = new Decider(district, judge, { own: judgedBy === undefined, onLight }, from);
  const walkers = new Walkers();
  const hours: YearHour[] = [];

  const followedFrom = (at: number): number => (isDark(site.sun, at) ? at : turnAfter(site.sun, at).at - DUSK);
  /** The first way after `at` that somebody sets out on while people are followed. */
  const wayAfter = (at: number): Way | null => {
    for (let after = at; Number.isFinite(after); ) {
      const next = people.next(instant(after));
      if (!next || next.at >= followedFrom(next.at)) return next;
      after = followedFrom(next.at);
    }
    return null;
  };
  const told = (readings: readonly Reading[], at: number): void => {
    options.onReadings?.(readings);
    decider.pass(readings, at);
  };
  const met = ({ walker, met: what }: Taken, at: number): void => {
    if ("counter" in what) {
      const reading = sensors.passed(what.counter, what.direction, at);
      if (reading) told([reading], at);
    } else {
      judge.move(walker.lamp, what.lamp, at);
      walker.lamp = what.lamp;
    }
  };
  const hourEnded = (at: number): void => {
    const { people: present, under, energy } = judge.take(at);
    const began = instant(at - HOUR);
    const hour = {
      at: began,
      energy: { ...baselines(began), adaptive: energy },
      people: present / 1000,
      under: under / 1000,
    };
    hours.push(hour);
    options.onHour?.(hour);
  };

  judge.setDark(isDark(site.sun, from), from);
  decider.pass([], from);
  let turn = turnAfter(site.sun, from);
  let way = wayAfter(from);
  let [alive, hour, judged] = [from + ALIVE, from + HOUR, 0];
  let stuck = sensors.someStuckHigh ? from : NEVER;
  while (hour <= to) {
    const judgedAt = judgedBy?.[judged]?.at ?? NEVER;
    const at = Math.min(decider.wakeAt, walkers.dueAt, way?.at ?? NEVER, turn.at, alive, hour, stuck, judgedAt);
    if (judgedAt <= at) decider.inForce(judgedBy?.[judged++] as ClassChange, at);
    else if (turn.at <= at) {
      judge.setDark(turn.dark, at);
      turn = turnAfter(site.sun, at);
    } else if (hour <= at) {
      hourEnded(at);
      hour += HOUR;
    } else if (way && way.at <= at) {
      walkers.add(walkOf(plan, way, LATENCY));
      way = wayAfter(way.at);
    } else if (walkers.dueAt <= at) met(walkers.take() as Taken, at);
    else if (stuck <= at) {
      told(sensors.stuckHigh(at), at);
      stuck += STUCK;
    } else if (alive <= at) {
      told(sensors.beats(at >= followedFrom(at), instant(at)), at);
      alive += ALIVE;
    } else decider.pass([], at);
  }
  return {
    hours,
    energy: energiesOf(hours),
    people: sum(hours, (each) => each.people),
    under: sum(hours, (each) => each.under),
    classes: decider.classes,
    walkers: walkers.added,
    passes: decider.passes,
    alarms: decider.alarms,
    failed: sensors.failed,
  };
}

const NEVER = Number.POSITIVE_INFINITY;
const sum = (hours: readonly YearHour[], of: (hour: YearHour) => number): number =>
  hours.reduce((all, each) => all + of(each), 0);
const energiesOf = (hours: readonly YearHour[]): Energies => ({
  sodium: sum(hours, ({ energy }) => energy.sodium),
  full: sum(hours, ({ energy }) => energy.full),
  programme: sum(hours, ({ energy }) => energy.programme),
  adaptive: sum(hours, ({ energy }) => energy.adaptive),
});
