/** Configuration instructions, IEC 62386-102 11.4: each was sent twice. */
import { MASK } from "../../firmware/dali/command.ts";
import * as cmd from "../../firmware/dali/commands/gear.ts";
import { UNSET } from "../search-target.ts";
import type { Gear } from "./gear.ts";
import { resetValues, type Settings } from "./settings.ts";
import { byCode } from "./table.ts";

type Act = (gear: Gear, opcode: number) => void;

/** Sets what is kept without mains from DTR0, brought into its limits. */
const store =
  (name: Exclude<keyof Settings, "scenes">, low: number, high: number): Act =>
  (gear) =>
    gear.nvm.set(gear.settings, name, Math.min(high, Math.max(low, gear.dtr0)));

function setScene(gear: Gear, opcode: number): void {
  gear.nvm.set(gear.settings.scenes, opcode & 0x0f, gear.dtr0);
  gear.colour?.storeScene(opcode & 0x0f);
}

function removeScene(gear: Gear, opcode: number): void {
  gear.nvm.set(gear.settings.scenes, opcode & 0x0f, MASK);
  gear.colour?.removeScene(opcode & 0x0f);
}

function reset(gear: Gear): void {
  const { scenes, ...others } = resetValues(gear.physicalMinimum);
  for (const [name, value] of Object.entries(others)) {
    if (name !== "operatingMode") gear.nvm.set(gear.settings, name as keyof typeof others, value);
  }
  for (const [i, level] of scenes.entries()) gear.nvm.set(gear.settings.scenes, i, level);
  gear.search.searchAddress = UNSET;
  gear.powerCycleSeen = false;
  gear.colour?.reset();
  gear.arcPower.atOnce(254);
}

/** The levels that the new limit leaves are kept to at once. */
function limit(name: "minLevel" | "maxLevel"): Act {
  return (gear) => {
    const { settings, physicalMinimum, dtr0 } = gear;
    const [low, high] = name === "maxLevel" ? [settings.minLevel, 254] : [physicalMinimum, settings.maxLevel];
    gear.nvm.set(settings, name, Math.min(high, Math.max(low, dtr0)));
    const { arc } = gear;
    if (arc > 0 && (arc < settings.minLevel || arc > settings.maxLevel)) {
      gear.arcPower.atOnce(settings[name]);
    }
  };
}

function setOperatingMode(gear: Gear): void {
  if (gear.operatingModes.includes(gear.dtr0)) gear.nvm.set(gear.settings, "operatingMode", gear.dtr0);
}

/** `0AAAAAA1` or MASK; anything else is ignored. */
export function takeShortAddress(gear: Gear, byte: number): void {
  if (byte === MASK) gear.nvm.set(gear, "shortAddress", null);
  else if (byte < 0x80 && byte & 1) gear.nvm.set(gear, "shortAddress", byte >> 1);
}

const CONFIGURATION = byCode<Act>([
  [cmd.reset, reset],
  [
    cmd.storeActualLevelInDtr0,
    (gear) => {
      gear.dtr0 = gear.arc;
    },
  ],
  [cmd.savePersistentVariables, (gear) => gear.nvm.save()],
  [cmd.setOperatingMode, setOperatingMode],
  [cmd.resetMemoryBank, (gear) => gear.memory.reset(gear.dtr0)],
  [cmd.identifyDevice, (gear) => gear.identify()],
  [cmd.setMaxLevel, limit("maxLevel")],
  [cmd.setMinLevel, limit("minLevel")],
  [cmd.setSystemFailureLevel, store("systemFailureLevel", 0, 255)],
  [cmd.setPowerOnLevel, store("powerOnLevel", 0, 255)],
  [cmd.setFadeTime, store("fadeTime", 0, 15)],
  [cmd.setFadeRate, store("fadeRate", 1, 15)],
  [
    cmd.setExtendedFadeTime,
    (gear) => gear.nvm.set(gear.settings, "extendedFadeTime", gear.dtr0 > 0x4f ? 0 : gear.dtr0),
  ],
  [cmd.setScene, setScene],
  [cmd.removeFromScene, removeScene],
  [
    cmd.addToGroup,
    (gear, opcode) => gear.nvm.set(gear.settings, "groups", gear.settings.groups | (1 << (opcode & 0x0f))),
  ],
  [
    cmd.removeFromGroup,
    (gear, opcode) => gear.nvm.set(gear.settings, "groups", gear.settings.groups & ~(1 << (opcode & 0x0f))),
  ],
  [cmd.setShortAddress, (gear) => takeShortAddress(gear, gear.dtr0)],
  [cmd.enableWriteMemory, (gear) => gear.memory.enableWrite()],
]);

export const configure = (gear: Gear, opcode: number): void => CONFIGURATION[opcode]?.(gear, opcode);
