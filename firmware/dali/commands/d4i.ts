/**
 * The device types of D4i drivers: 49 integrated power supply (IEC 62386-250), 50 memory bank 1 extension (-251), 51 energy
 * reporting (-252), 52 diagnostics and maintenance (-253). Their data is in memory banks; but for one question of type 49
 * they have no command beyond their version.
 */
import { yes } from "../reading.ts";
import { addressed, manners } from "../rows.ts";
import { version } from "./gear-readings.ts";

const versionOf = (how: ReturnType<typeof manners>) =>
  addressed("QUERY EXTENDED VERSION NUMBER", 0xff, how.asks, version);

const POWER_SUPPLY = manners(250, "PowerSupply", 49);
/** Opcode 0xFE is one public table's word, another's is 0xFF [U]: not verified on gear. */
export const queryActivePowerSupply = addressed("QUERY ACTIVE POWER SUPPLY", 0xfe, POWER_SUPPLY.asks, yes);
export const queryPowerSupplyVersion = versionOf(POWER_SUPPLY);
export const queryLuminaireVersion = versionOf(manners(251, "Luminaire", 50));
export const queryEnergyVersion = versionOf(manners(252, "Energy", 51));
export const queryDiagnosticsVersion = versionOf(manners(253, "Diagnostics", 52));
