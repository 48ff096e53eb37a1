/** The twins of the outputs on Modbus in `firmware/outputs/list.ts`, by the same names: one line per kind. */
import type { ModbusOutputKind } from "../../firmware/outputs/list.ts";
import type { OutputChip } from "../chips/chip.ts";
import type { VirtualClock } from "../clock.ts";
import type { ModbusSlave } from "../modbus.ts";
import { SimulatedMao4 } from "./wb-mao4.ts";

/** A unit on a Modbus line whose channels drive 0-10 V inputs of lamps. */
export type ModbusOutputTwin = ModbusSlave & Pick<OutputChip, "volts" | "onVolts" | "powerCycle">;

export const MODBUS_TWINS = {
  "wb-mao4": (clock) => new SimulatedMao4(clock),
} as const satisfies Record<ModbusOutputKind, (clock: VirtualClock) => ModbusOutputTwin>;
