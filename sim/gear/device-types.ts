/** What a gear does about the commands of a device type, after ENABLE DEVICE TYPE (IEC 62386-102 11.7.14). */
import { queryActivePowerSupply } from "../../firmware/dali/commands/d4i.ts";
import { queryExtendedVersionNumber } from "../../firmware/dali/commands/led.ts";
import { colourCommand } from "./colour-commands.ts";
import type { Gear } from "./gear.ts";
import { ledCommand } from "./led.ts";
import type { GearOptions } from "./options.ts";
import { YES } from "./queries.ts";

const LED = 6;
const COLOUR = 8;
const POWER_SUPPLY = 49;
/** By memory bank: luminaire data, energy reporting, diagnostics. */
const OF_BANK: Readonly<Record<number, number>> = { 1: 50, 202: 51, 203: 51, 204: 51, 205: 52, 206: 52, 207: 52 };

/** Version 1 or 2.0 of a part, by device type. */
const VERSIONS: Readonly<Record<number, number>> = { [LED]: 1, [COLOUR]: 2, 49: 8, 50: 8, 51: 8, 52: 8 };

/** Ascending: as the options say, or what follows from them. */
export function deviceTypesOf({ deviceTypes, colour, memory }: GearOptions): readonly number[] {
  if (deviceTypes) return deviceTypes.toSorted((a, b) => a - b);
  const banks = memory?.banks ?? (memory ? [1, 202, 205, 206, 207] : []);
  const ofBanks = banks.flatMap((bank) => OF_BANK[bank] ?? []);
  return [...new Set([LED, ...(colour ? [COLOUR] : []), ...ofBanks])].toSorted((a, b) => a - b);
}

/** Does a command of a device type that the gear has, and gives its answer. */
export function typeCommand(gear: Gear, type: number, opcode: number): number | undefined {
  if (opcode === queryExtendedVersionNumber.row.code) return VERSIONS[type];
  switch (type) {
    case LED:
      return ledCommand(gear, opcode);
    case COLOUR:
      return colourCommand(gear, opcode);
    case POWER_SUPPLY:
      return opcode === queryActivePowerSupply.row.code ? YES : undefined;
    default:
      return undefined;
  }
}
