/** The twins of the chips in `firmware/outputs/list.ts` and `firmware/sensors/list.ts`, by the same names: one line per kind. */
import type { OutputKind } from "../../firmware/outputs/list.ts";
import type { KindOn, METERS } from "../../firmware/sensors/list.ts";
import type { VirtualClock } from "../clock.ts";
import type { MeterChip, OutputChip } from "./chip.ts";
import { SimulatedGp8403 } from "./gp8403.ts";
import { SimulatedIna226 } from "./ina226.ts";
import { SimulatedMcp4728 } from "./mcp4728.ts";

export const OUTPUT_CHIPS = {
  gp8403: () => new SimulatedGp8403(),
  mcp4728: (clock) => new SimulatedMcp4728(clock),
} as const satisfies Record<OutputKind, (clock: VirtualClock) => OutputChip>;

/** `shunt` in ohms. */
export const METER_CHIPS = {
  ina226: (clock, shunt) => new SimulatedIna226(clock, { shunt }),
} as const satisfies Record<KindOn<typeof METERS, "i2c">, (clock: VirtualClock, shunt: number) => MeterChip>;
