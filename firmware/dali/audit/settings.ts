/** The settings of a gear that an audit compares: how each is read and set (IEC 62386-102 9, 62386-207). */
import type { DimmingCurve } from "../../../controllers/model.ts";
import { type Answer, type Command, MASK } from "../command.ts";
import * as cmd from "../commands/gear.ts";
import { queryDimmingCurve, selectDimmingCurve } from "../commands/led.ts";
import { whole } from "../frame.ts";
import { ask, type Sequence } from "../sequence.ts";
import { insist } from "../sequences/insist.ts";

/** What a gear keeps without mains. Levels are arc power levels. */
export interface GearSettings {
  /** DT6 only: how levels become light. */
  readonly curve: DimmingCurve;
  readonly minLevel: number;
  readonly maxLevel: number;
  /** 0..254 after mains came; null: as it was before. */
  readonly powerOnLevel: number | null;
  /** 0..254 when the bus has failed; null: no change. */
  readonly systemFailureLevel: number | null;
  /** Codes 0..15, 1..15, and the byte of the extended fade time. */
  readonly fadeTime: number;
  readonly fadeRate: number;
  readonly extendedFadeTime: number;
  /** The groups it is in, ascending. */
  readonly groups: readonly number[];
  /** By scene 0..15: its level, null where it changes nothing. Only the scenes named are looked at. */
  readonly scenes: Readonly<Record<number, number | null>>;
}

export type WantedSettings = Partial<GearSettings>;

/** Street lamps burn when nobody tells them otherwise: after mains came, and when the bus has failed. */
export const FAIL_BRIGHT: WantedSettings = { powerOnLevel: 254, systemFailureLevel: 254 };

export type Property = Exclude<keyof GearSettings, "scenes"> | `scene ${number}`;
export type SettingValue = number | null | DimmingCurve | readonly number[];

/** One setting: reading gives undefined where the gear does not tell, writing how many configuration commands it took. */
export interface Setting {
  readonly property: Property;
  readonly wanted: SettingValue;
  readonly read: (gear: number) => Sequence<SettingValue | undefined>;
  readonly write: (gear: number, found: SettingValue) => Sequence<number>;
}

/** So often DTR0 is set anew where gear did not hear it. */
const TRIES = 4;

/** Sets by DTR0, which is asked back first: gear that did not hear it would keep whatever DTR0 held. */
function* byDtr0(gear: number, value: number, set: Command<void>): Sequence<number> {
  for (let tries = 0; tries < TRIES; tries++) {
    yield* ask(cmd.dtr0(value));
    if ((yield* insist(cmd.queryContentDtr0(gear))) !== value) continue;
    yield* ask(set);
    return 1;
  }
  return 0;
}

type Asks<T> = (gear: number) => Command<Answer<T>>;
const levelOf = (name: string, value: number | null): number | null =>
  value === null ? null : whole(name, value, 254);

/** Throws TypeError for a wanted value out of range. In the order in which they must be set. */
export function settingsOf(wanted: WantedSettings): Setting[] {
  const settings: Setting[] = [];
  const plain = (
    property: Property,
    value: number | null,
    query: Asks<number | null>,
    set: (gear: number) => Command<void>,
  ) =>
    settings.push({
      property,
      wanted: value,
      read: (gear) => insist(query(gear)),
      write: (gear) => byDtr0(gear, value ?? MASK, set(gear)),
    });

  const { curve, minLevel, maxLevel, powerOnLevel, systemFailureLevel } = wanted;
  if (curve !== undefined) settings.push(curveSetting(curve));
  if (minLevel !== undefined) settings.push(minimum(whole("minLevel", minLevel, 254)));
  if (maxLevel !== undefined) plain("maxLevel", whole("maxLevel", maxLevel, 254), cmd.queryMaxLevel, cmd.setMaxLevel);
  if (powerOnLevel !== undefined) {
    plain("powerOnLevel", levelOf("powerOnLevel", powerOnLevel), cmd.queryPowerOnLevel, cmd.setPowerOnLevel);
  }
  if (systemFailureLevel !== undefined) {
    const level = levelOf("systemFailureLevel", systemFailureLevel);
    plain("systemFailureLevel", level, cmd.querySystemFailureLevel, cmd.setSystemFailureLevel);
  }

  const { fadeTime, fadeRate, extendedFadeTime, groups, scenes } = wanted;
  for (const [property, code, set] of [
    ["fadeTime", fadeTime, cmd.setFadeTime],
    ["fadeRate", fadeRate, cmd.setFadeRate],
  ] as const) {
    if (code === undefined) continue;
    if (property === "fadeRate" && code === 0) throw new TypeError("fadeRate is 0: allowed 1 to 15");
    settings.push({
      property,
      wanted: whole(property, code, 15),
      read: function* (gear) {
        return (yield* insist(cmd.queryFadeTimeFadeRate(gear)))?.[property];
      },
      write: (gear) => byDtr0(gear, code, set(gear)),
    });
  }
  if (extendedFadeTime !== undefined) {
    const byte = whole("extendedFadeTime", extendedFadeTime, 0x4f);
    plain("extendedFadeTime", byte, cmd.queryExtendedFadeTime, cmd.setExtendedFadeTime);
  }
  if (groups) settings.push(membership(groups));
  for (const [name, level] of Object.entries(scenes ?? {})) {
    const scene = whole("scene", Number(name), 15);
    settings.push(sceneSetting(scene, levelOf(`scene ${scene}`, level)));
  }
  return settings;
}

/** The gear's own minimum is the lowest it takes: below that is not asked of it. */
function minimum(wanted: number): Setting {
  return {
    property: "minLevel",
    wanted,
    read: function* (gear) {
      const found = yield* insist(cmd.queryMinLevel(gear));
      if (found === undefined || found <= wanted) return found;
      const physical = yield* insist(cmd.queryPhysicalMinimum(gear));
      return physical === found ? wanted : found;
    },
    write: (gear) => byDtr0(gear, wanted, cmd.setMinLevel(gear)),
  };
}

const CURVES: readonly DimmingCurve[] = ["logarithmic", "linear"];

/** IEC 62386-207: 0 is the standard's logarithmic curve, 1 the linear one. */
function curveSetting(wanted: DimmingCurve): Setting {
  return {
    property: "curve",
    wanted,
    read: function* (gear) {
      const found = yield* insist(queryDimmingCurve(gear));
      return found === undefined ? undefined : CURVES[found];
    },
    write: (gear) => byDtr0(gear, CURVES.indexOf(wanted), selectDimmingCurve(gear)),
  };
}

const inBits = (groups: readonly number[]): number => groups.reduce((bits, one) => bits | (1 << one), 0);
const GROUPS = Array.from({ length: 16 }, (_, i) => i);

function membership(wanted: readonly number[]): Setting {
  const want = inBits(wanted.map((one) => whole("group", one, 15)));
  const listed = (bits: number) => GROUPS.filter((one) => bits & (1 << one));
  return {
    property: "groups",
    wanted: listed(want),
    read: function* (gear) {
      const low = yield* insist(cmd.queryGroups0To7(gear));
      const high = low === undefined ? undefined : yield* insist(cmd.queryGroups8To15(gear));
      return low === undefined || high === undefined ? undefined : listed(low | (high << 8));
    },
    write: function* (gear, found) {
      const differ = want ^ inBits(Array.isArray(found) ? found : []);
      for (const one of listed(differ)) {
        yield* ask(want & (1 << one) ? cmd.addToGroup(gear, one) : cmd.removeFromGroup(gear, one));
      }
      return listed(differ).length;
    },
  };
}

function sceneSetting(scene: number, wanted: number | null): Setting {
  return {
    property: `scene ${scene}`,
    wanted,
    read: (gear) => insist(cmd.querySceneLevel(gear, scene)),
    write: function* (gear) {
      if (wanted !== null) return yield* byDtr0(gear, wanted, cmd.setScene(gear, scene));
      yield* ask(cmd.removeFromScene(gear, scene));
      return 1;
    },
  };
}
