import type { Limits } from "./arbiter.ts";
import { type PreparedControl, preparedControls } from "./controls.ts";
import { floorOf, lightOfClass, notUnder } from "./lighting/lighting-class.ts";
import { type LocalClock, localClock } from "./lighting/local-time.ts";
import { programmesOf } from "./lighting/programme.ts";
import { type Pace, paceOf } from "./lighting/ramp.ts";
import type { Programme } from "./lighting/schedule.ts";
import { streetGraph } from "./lighting/street.ts";
import type { Adaptive, ClassSelection, ComponentId, Counter, Direction, Lamp, Schedule, Site } from "./model.ts";
import { type PreparedWay, sharers, waysOf } from "./prepare-ways.ts";
import { type Duration, type Level, level } from "./units.ts";

/** A lamp with what follows from the site alone. */
export interface PreparedLamp extends Limits {
  /** What it follows, as an index into the programmes. */
  readonly schedule: number;
  /** The counters that reach it, as indices into the site's. */
  readonly counters: readonly number[];
  /** The selection of its street's class, as an index into the site's; null where its own class is always in force. */
  readonly selection: number | null;
  /** Light of its class, or by step of the selection. */
  readonly classes: readonly Level[];
  /** Whether it gives another light for people near than for nobody. */
  readonly followsPeople: boolean;
  readonly pace: Pace;
}

/** A selection of a street's class with those whom it is for, as indices into the site's. */
export interface PreparedSelection {
  readonly selection: ClassSelection;
  readonly counters: ReadonlySet<number>;
  readonly lamps: readonly number[];
}

/** A site with all that need not be worked out again at every pass. Ask for it once per configuration. */
export interface Prepared {
  readonly site: Site;
  readonly local: LocalClock;
  /** What lamps may follow: schedules, then calendars. */
  readonly programmes: readonly (Schedule | Programme)[];
  /** The dynamic controls of all schedules. */
  readonly controls: readonly PreparedControl[];
  /** In the order of the site's lamps. */
  readonly lamps: readonly PreparedLamp[];
  /** By counter, in the order of the site's: the lamps to light by the way people go. */
  readonly ways: readonly Readonly<Record<Direction, readonly PreparedWay[]>>[];
  /** By counter: silent for so long it is stale. */
  readonly staleAfter: readonly Duration[];
  /** By counter: the first that stands on its street. */
  readonly streetOf: readonly number[];
  /** In the order of the site's selections. */
  readonly selections: readonly PreparedSelection[];
  readonly lampIndex: ReadonlyMap<ComponentId, number>;
  readonly counterIndex: ReadonlyMap<ComponentId, number>;
}

/**
 * Works out, once for a site, what the decision needs of it. Throws TypeError for what a checked configuration cannot
 * hold: an unknown schedule, calendar or time zone, a reduced class that is none, a footfall law that divides by zero, a selection
 * of unknown counters or of classes its lamps cannot have, lamps that share but are not of one kind.
 */
export function prepare(site: Site): Prepared {
  checkLaw(site.adaptive);
  const lampIndex = new Map(site.lamps.map(({ id }, i) => [id, i]));
  const counterIndex = new Map(site.counters.map(({ id }, i) => [id, i]));
  const graph = streetGraph(site);
  const sharing = sharers(site.lamps);
  const ways = site.counters.map((counter) => waysOf(site, graph, counter, lampIndex, sharing));
  const counters = site.lamps.map((): number[] => []);
  for (const [i, { both }] of ways.entries()) {
    for (const lamp of new Set(both.map((way) => way.lamp))) counters[lamp]?.push(i);
  }
  const selections = (site.selections ?? []).map((selection) => selectionOf(site, selection, counterIndex));
  const programmes = programmesOf(site);
  return {
    site,
    local: localClock(site.timeZone),
    programmes,
    controls: preparedControls(site),
    lamps: site.lamps.map((lamp, i) => lampOf(site, programmes, lamp, counters[i] ?? [])),
    ways,
    staleAfter: site.counters.map(({ staleAfter }) => staleAfter ?? site.adaptive.staleAfter),
    streetOf: site.counters.map(({ street }) => site.counters.findIndex((other) => other.street === street)),
    selections,
    lampIndex,
    counterIndex,
  };
}

function lampOf(site: Site, programmes: Prepared["programmes"], lamp: Lamp, counters: readonly number[]): PreparedLamp {
  const schedule = programmes.findIndex(({ name }) => name === lamp.schedule);
  if (schedule < 0) throw new TypeError(`schedule of ${lamp.id} is ${lamp.schedule}: allowed are those of the site`);
  const selection = site.selections?.findIndex(({ street }) => street === lamp.street) ?? -1;
  const steps = site.selections?.[selection]?.steps.map((step) => step.class) ?? [lamp.class];
  const floor = floorOf(lamp);
  const empty = lamp.empty === undefined ? floor : notUnder(lamp.empty, lamp.curve);
  return {
    lamp: lamp.id,
    floor,
    ...(lamp.empty === undefined ? {} : { empty }),
    failSafe: site.failSafe,
    schedule,
    counters,
    selection: selection < 0 ? null : selection,
    classes: steps.map((step) => lightOfClass(lamp, step)),
    followsPeople: selection < 0 || lamp.empty !== undefined,
    pace: paceOf(site.adaptive, level(Math.min(floor, empty))),
  };
}

function selectionOf(
  site: Site,
  selection: ClassSelection,
  counterIndex: ReadonlyMap<ComponentId, number>,
): PreparedSelection {
  const { street, steps, window, hysteresis } = selection;
  const refuse = (what: string, allowed: string): never => {
    throw new TypeError(`selection of ${street}: ${what}: allowed ${allowed}`);
  };
  if (!(window > 0 && 3_600_000 % window === 0)) refuse(`window is ${window}`, "is a part of an hour in ms");
  if (!(hysteresis >= 0 && hysteresis <= 1)) refuse(`hysteresis is ${hysteresis}`, "is 0 to 1");
  if (steps.at(-1)?.from !== 0) refuse("steps", "are one or more, the last from 0");
  for (const [i, { from }] of steps.entries()) {
    const brighter = steps[i - 1];
    if (brighter && from >= brighter.from) refuse(`step ${i} is from ${from}`, `is less than ${brighter.from}`);
  }
  if (selection.counters.length === 0) refuse("no counters", "are one or more");
  const counters = selection.counters.map(
    (id) => counterIndex.get(id) ?? refuse(`counter ${id}`, "are those of the site"),
  );
  for (const i of counters) {
    const { id, presence } = site.counters[i] as Counter;
    if (presence) refuse(`counter ${id} says that somebody is there, not how many`, "are those that count people");
  }
  const lamps: number[] = [];
  for (const [i, lamp] of site.lamps.entries()) {
    if (lamp.street !== street) continue;
    lamps.push(i);
    const floor = floorOf(lamp);
    for (const step of steps) {
      // Also refuses a class that is brighter than designed, or none to dim to.
      if (lightOfClass(lamp, step.class) < floor)
        refuse(`step ${step.class} at ${lamp.id}`, `is ${lamp.reducedClass} or a brighter class`);
    }
  }
  return { selection, counters: new Set(counters), lamps };
}

function checkLaw(law: Adaptive): void {
  const positive = ["fastest", "slowest", "rampStep", "staleAfter", "up", "down"] as const;
  for (const name of positive) {
    const value = law[name];
    if (value !== undefined && !(value > 0))
      throw new TypeError(`adaptive.${name} is ${value}: allowed is more than 0`);
  }
  if (law.slowest > law.fastest) {
    throw new TypeError(`adaptive.slowest is ${law.slowest}: allowed is at most fastest, ${law.fastest}`);
  }
}
