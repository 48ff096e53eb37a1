/** Queries, IEC 62386-102 11.5. */
import { MASK } from "../../firmware/dali/command.ts";
import * as cmd from "../../firmware/dali/commands/gear.ts";
import type { Gear } from "./gear.ts";
import { isReset, type Settings } from "./settings.ts";
import { byCode } from "./table.ts";

type Tell = (gear: Gear, opcode: number) => number | undefined;

/** The answer YES; NO is silence. */
export const YES = 0xff;
export const yes = (is: boolean): number | undefined => (is ? YES : undefined);

const NO_TYPE = 254;
const SEVERAL_TYPES = 255;
const LED_SOURCE = 6;
const MANUFACTURER = 0x80;

const setting =
  (name: Exclude<keyof Settings, "scenes">): Tell =>
  ({ settings }) =>
    settings[name];

function actualLevel(gear: Gear): number {
  gear.colour?.report();
  const { faults } = gear;
  if (faults.lamp !== null && gear.arc > 0) return MASK;
  return faults.stuck?.told ? faults.stuck.at : gear.arc;
}

const status = (gear: Gear): number =>
  cmd.queryStatus.row.reading.byteOf({
    controlGearFailure: gear.faults.gearFailure,
    lampFailure: gear.faults.lamp !== null,
    lampOn: gear.light() > 0,
    limitError: gear.limitError,
    fadeRunning: gear.arcPower.fading,
    resetState: isReset(gear.settings, gear.physicalMinimum),
    missingShortAddress: gear.shortAddress === null,
    powerCycleSeen: gear.powerCycleSeen,
  });

function deviceType({ deviceTypes, carry }: Gear): number {
  if (deviceTypes.length > 1) {
    carry.nextType = 0;
    return SEVERAL_TYPES;
  }
  return deviceTypes[0] ?? NO_TYPE;
}

/** Only straight after QUERY DEVICE TYPE said "several", or after itself. */
function nextDeviceType({ deviceTypes, carried, carry }: Gear): number | undefined {
  const at = carried.nextType;
  if (at === undefined) return undefined;
  carry.nextType = at < deviceTypes.length ? at + 1 : undefined;
  return deviceTypes[at] ?? NO_TYPE;
}

const QUERIES = byCode<Tell>([
  [cmd.queryStatus, status],
  [cmd.queryControlGearPresent, () => YES],
  [cmd.queryLampFailure, (gear) => yes(gear.faults.lamp !== null)],
  [cmd.queryLampPowerOn, (gear) => yes(gear.light() > 0)],
  [cmd.queryLimitError, (gear) => yes(gear.limitError)],
  [cmd.queryResetState, (gear) => yes(isReset(gear.settings, gear.physicalMinimum))],
  [cmd.queryMissingShortAddress, (gear) => yes(gear.shortAddress === null)],
  [cmd.queryVersionNumber, (gear) => gear.version],
  [cmd.queryContentDtr0, (gear) => gear.dtr0],
  [cmd.queryContentDtr1, (gear) => gear.dtr1],
  [cmd.queryContentDtr2, (gear) => gear.dtr2],
  [cmd.queryDeviceType, deviceType],
  [cmd.queryNextDeviceType, nextDeviceType],
  [cmd.queryPhysicalMinimum, (gear) => gear.physicalMinimum],
  [cmd.queryPowerFailure, (gear) => yes(gear.powerCycleSeen)],
  [cmd.queryOperatingMode, setting("operatingMode")],
  [cmd.queryManufacturerSpecificMode, (gear) => yes(gear.settings.operatingMode >= MANUFACTURER)],
  [cmd.queryLightSourceType, () => LED_SOURCE],
  [cmd.queryActualLevel, actualLevel],
  [cmd.queryMaxLevel, setting("maxLevel")],
  [cmd.queryMinLevel, setting("minLevel")],
  [cmd.queryPowerOnLevel, setting("powerOnLevel")],
  [cmd.querySystemFailureLevel, setting("systemFailureLevel")],
  [cmd.queryFadeTimeFadeRate, ({ settings }) => (settings.fadeTime << 4) | settings.fadeRate],
  [cmd.queryExtendedFadeTime, setting("extendedFadeTime")],
  [cmd.queryControlGearFailure, (gear) => yes(gear.faults.gearFailure)],
  [cmd.querySceneLevel, ({ settings }, opcode) => settings.scenes[opcode & 0x0f]],
  [cmd.queryGroups0To7, ({ settings }) => settings.groups & 0xff],
  [cmd.queryGroups8To15, ({ settings }) => settings.groups >> 8],
  [cmd.queryRandomAddressH, (gear) => gear.randomAddress >> 16],
  [cmd.queryRandomAddressM, (gear) => (gear.randomAddress >> 8) & 0xff],
  [cmd.queryRandomAddressL, (gear) => gear.randomAddress & 0xff],
  [cmd.readMemoryLocation, (gear) => gear.memory.read()],
]);

export const query = (gear: Gear, opcode: number): number | undefined => QUERIES[opcode]?.(gear, opcode);
