import { MASK } from "../../firmware/dali/command.ts";
import { UNSET } from "../search-target.ts";

/** What a gear keeps without mains, beside its short address. */
export interface Settings {
  powerOnLevel: number;
  systemFailureLevel: number;
  minLevel: number;
  maxLevel: number;
  fadeRate: number;
  fadeTime: number;
  extendedFadeTime: number;
  groups: number;
  readonly scenes: number[];
  randomAddress: number;
  operatingMode: number;
  /** DT6: 0 logarithmic, 1 linear. */
  dimmingCurve: number;
  /** DT6, in 25 ms; 0: none. */
  fastFadeTime: number;
}

/** What RESET brings back (IEC 62386-102 table 14, 207). */
export const resetValues = (physicalMinimum: number): Settings => ({
  powerOnLevel: 254,
  systemFailureLevel: 254,
  minLevel: physicalMinimum,
  maxLevel: 254,
  fadeRate: 7,
  fadeTime: 0,
  extendedFadeTime: 0,
  groups: 0,
  scenes: new Array<number>(16).fill(MASK),
  randomAddress: UNSET,
  operatingMode: 0,
  dimmingCurve: 0,
  fastFadeTime: 0,
});

/** Whether all is as RESET leaves it. The operating mode is no part of it (IEC 62386-102 table 14). */
export function isReset(now: Settings, physicalMinimum: number): boolean {
  return (
    now.powerOnLevel === 254 &&
    now.systemFailureLevel === 254 &&
    now.minLevel === physicalMinimum &&
    now.maxLevel === 254 &&
    now.fadeRate === 7 &&
    now.fadeTime === 0 &&
    now.extendedFadeTime === 0 &&
    now.groups === 0 &&
    now.randomAddress === UNSET &&
    now.dimmingCurve === 0 &&
    now.fastFadeTime === 0 &&
    now.scenes.every((level) => level === MASK)
  );
}
