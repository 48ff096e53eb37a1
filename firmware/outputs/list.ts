/** The catalogue of analogue outputs, by what they hang on: one line per kind. */
import { gp8403 } from "./gp8403.ts";
import { GP8403 } from "./gp8403-registers.ts";
import { mcp4728 } from "./mcp4728.ts";
import { MCP4728 } from "./mcp4728-registers.ts";
import type { ModbusOutputDriver, OutputDriver } from "./options.ts";
import { wbMao4 } from "./wb-mao4.ts";
import { MAO4 } from "./wb-mao4-registers.ts";

export const OUTPUTS = {
  gp8403: { channels: GP8403.channels.length, without: { silence: "last", powerCut: "factory" }, create: gp8403 },
  mcp4728: { channels: MCP4728.channels, without: { silence: "last", powerCut: "kept" }, create: mcp4728 },
} as const satisfies Record<string, OutputDriver>;

export const MODBUS_OUTPUTS = {
  // As said here with `safety`; without it as the module is set.
  "wb-mao4": {
    channels: MAO4.channels,
    without: { silence: "kept", powerCut: "kept" },
    settings: { baud: 9600 },
    create: wbMao4,
  },
} as const satisfies Record<string, ModbusOutputDriver>;

export type OutputKind = keyof typeof OUTPUTS;
export type ModbusOutputKind = keyof typeof MODBUS_OUTPUTS;
