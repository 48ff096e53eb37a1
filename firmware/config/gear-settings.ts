import { toArc } from "../../controllers/lighting/curve.ts";
import { floorOf } from "../../controllers/lighting/lighting-class.ts";
import type { Calendar, Schedule, SchedulePeriod } from "../../controllers/model.ts";
import { level } from "../../controllers/units.ts";
import type { WantedSettings } from "../dali/audit/settings.ts";
import { fadeTimeCode } from "../dali/sequences/fade-time.ts";
import type { BusConfig, LampConfig } from "./model.ts";

/**
 * What a lamp's gear is to keep without the cabinet, as the configuration has it: how it burns after its mains returned and when
 * the bus has failed, its curve and its fade time. `groups`: the DALI groups of the line's lamp groups, by name; `scenes`: arc power
 * levels by scene and short address. Where neither is given, gear's own groups and scenes are left alone.
 */
export function wantedSettings(
  bus: Pick<BusConfig, "powerOnLevel" | "systemFailureLevel" | "fadeTime">,
  lamp: Pick<LampConfig, "curve" | "group" | "address">,
  groups: ReadonlyMap<string, number> = new Map(),
  scenes: readonly ReadonlyMap<number, number>[] = [],
): WantedSettings {
  const { curve } = lamp;
  const group = groups.get(lamp.group);
  return {
    curve,
    powerOnLevel: toArc(bus.powerOnLevel, curve),
    systemFailureLevel: toArc(bus.systemFailureLevel, curve),
    maxLevel: 254,
    fadeTime: fadeTimeCode(bus.fadeTime),
    ...(groups.size > 0 ? { groups: group === undefined ? [] : [group] } : {}),
    ...(scenes.length > 0
      ? { scenes: Object.fromEntries(scenes.map((levels, scene) => [scene, levels.get(lamp.address) ?? null])) }
      : {}),
  };
}

const GROUPS = 16;

/**
 * The DALI group of each lamp group of a bus, 0 to 15 in the order of the lamps; none for a group that is all of the bus, which a
 * broadcast reaches, or one lamp.
 */
export function daliGroups(lamps: readonly Pick<LampConfig, "group">[]): ReadonlyMap<string, number> {
  const names = Map.groupBy(lamps, ({ group }) => group)
    .entries()
    .filter(([, members]) => members.length > 1 && members.length < lamps.length)
    .map(([name]) => name);
  return new Map([...names].slice(0, GROUPS).map((name, number) => [name, number]));
}

const SCENES = 16;

/**
 * What the schedules and calendars ask of a bus that no broadcast and no group can say, because the lamps' curves or lighting classes differ: the arc
 * power level of each lamp (by short address), one map a scene, 0 to 15 in the order of the schedules, then of the calendars.
 */
export function daliScenes(
  lamps: readonly LampConfig[],
  schedules: readonly Schedule[],
  groups: ReadonlyMap<string, number>,
  calendars: readonly Calendar[] = [],
): readonly ReadonlyMap<number, number>[] {
  const scenes: ReadonlyMap<number, number>[] = [];
  const programmes = [
    ...schedules.map(({ name, periods }) => ({ name, periods })),
    ...calendars.map((calendar) => ({ name: calendar.name, periods: periodsOf(calendar, schedules) })),
  ];
  for (const { name, periods } of programmes) {
    const mine = lamps.filter(({ schedule }) => schedule === name);
    for (const percent of new Set(periods.map((period) => period.level))) {
      // off and full are the same arc power level for all
      if (percent === 0 || percent === 100) continue;
      const levels = new Map(
        mine.map((lamp) => [lamp.address, toArc(level(Math.max(floorOf(lamp), percent)), lamp.curve)]),
      );
      if (needsScene(levels, mine, lamps, groups)) scenes.push(levels);
    }
  }
  return scenes.slice(0, SCENES);
}

/** Those of all the schedules that a calendar may choose. */
function periodsOf({ rules, otherwise }: Calendar, schedules: readonly Schedule[]): readonly SchedulePeriod[] {
  const names = new Set([otherwise, ...rules.map(({ schedule }) => schedule)]);
  return schedules.filter(({ name }) => names.has(name)).flatMap(({ periods }) => periods);
}

/** Whether it takes more than one frame to bring these lamps to their levels. */
function needsScene(
  levels: ReadonlyMap<number, number>,
  mine: readonly LampConfig[],
  all: readonly LampConfig[],
  groups: ReadonlyMap<string, number>,
): boolean {
  if (mine.length < 2) return false;
  if (new Set(levels.values()).size > 1) return true;
  const [first] = mine;
  const group = first?.group ?? "";
  const isGroup = groups.has(group) && all.filter((lamp) => lamp.group === group).length === mine.length;
  return mine.length < all.length && !(isGroup && mine.every((lamp) => lamp.group === group));
}
