import { SimulatedAmg8833 } from "./chips/amg8833.ts";
import { SimulatedDs3231 } from "./chips/ds3231.ts";
import { SimulatedGp8403 } from "./chips/gp8403.ts";
import { SimulatedIna226 } from "./chips/ina226.ts";
import { SimulatedMcp4728 } from "./chips/mcp4728.ts";
import { SimulatedPca9535 } from "./chips/pca9535.ts";
import { ADDRESSES, type ChipName, THERMAL } from "./chips/stress-table.ts";
import type { VirtualClock } from "./clock.ts";
import type { I2cDevice, SimulatedI2c } from "./i2c.ts";
import type { SeededRandom } from "./random.ts";

const SHUNT_OHMS = 0.001;

/** A bus with one chip of each kind, at their usual addresses. */
export interface CabinetChips {
  readonly gp8403: SimulatedGp8403;
  readonly mcp4728: SimulatedMcp4728;
  readonly ds3231: SimulatedDs3231;
  readonly ina226: SimulatedIna226;
  readonly pca9535: SimulatedPca9535;
  readonly amg8833: SimulatedAmg8833;
}

/**
 * Hangs all six chips of the virtual cabinet on a bus: those that a configuration has put there are kept. Throws TypeError where
 * an address has another chip.
 */
export function addCabinetChips(bus: SimulatedI2c, clock: VirtualClock, random: SeededRandom): CabinetChips {
  const at = <C extends I2cDevice>(name: ChipName, kind: new (...options: never[]) => C, make: () => C): C => {
    const found = bus.devices.get(ADDRESSES[name]) ?? make();
    if (!(found instanceof kind))
      throw new TypeError(`${bus.name} 0x${ADDRESSES[name].toString(16)} is taken: allowed ${name}`);
    bus.devices.set(ADDRESSES[name], found);
    return found;
  };
  const seed = Math.floor(random.fork("thermal").next() * 2 ** 31);
  const amg8833 = at("amg8833", SimulatedAmg8833, () => new SimulatedAmg8833(clock, seed, THERMAL.ambient));
  amg8833.housing = THERMAL.housing;
  return {
    gp8403: at("gp8403", SimulatedGp8403, () => new SimulatedGp8403()),
    mcp4728: at("mcp4728", SimulatedMcp4728, () => new SimulatedMcp4728(clock)),
    ds3231: at("ds3231", SimulatedDs3231, () => new SimulatedDs3231(clock)),
    ina226: at("ina226", SimulatedIna226, () => new SimulatedIna226(clock, { shunt: SHUNT_OHMS })),
    // Pulled down: what is wired to a drive line stays at rest until the line is driven.
    pca9535: at("pca9535", SimulatedPca9535, () => new SimulatedPca9535(() => false)),
    amg8833,
  };
}
