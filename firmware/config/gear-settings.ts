import { toArc } from "../../controllers/lighting/curve.ts";
import type { WantedSettings } from "../dali/audit/settings.ts";
import { fadeTimeCode } from "../dali/sequences/fade-time.ts";
import type { BusConfig, LampConfig } from "./model.ts";

/**
 * What a lamp's gear is to keep without the cabinet, as the configuration has it: how it burns after its mains returned and when
 * the bus has failed, its curve and its fade time. `groups`: the DALI groups of the line's lamp groups, by name.
 */
export function wantedSettings(
  bus: Pick<BusConfig, "powerOnLevel" | "systemFailureLevel" | "fadeTime">,
  lamp: Pick<LampConfig, "curve" | "group">,
  groups: ReadonlyMap<string, number>,
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
