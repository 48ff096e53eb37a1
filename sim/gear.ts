/** Control gear on a simulated bus; its parts are in `gear/`. */
export { type GearFaults, NO_FAULTS } from "./gear/faults.ts";
export { Gear } from "./gear/gear.ts";
export type { GearOptions } from "./gear/options.ts";
