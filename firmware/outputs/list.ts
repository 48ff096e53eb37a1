/** The catalogue of analogue outputs: one line per kind. */
import { gp8403 } from "./gp8403.ts";
import { GP8403 } from "./gp8403-registers.ts";
import { mcp4728 } from "./mcp4728.ts";
import { MCP4728 } from "./mcp4728-registers.ts";
import type { OutputDriver } from "./options.ts";

export const OUTPUTS = {
  gp8403: { channels: GP8403.channels.length, create: gp8403 },
  mcp4728: { channels: MCP4728.channels, create: mcp4728 },
} as const satisfies Record<string, OutputDriver>;

export type OutputKind = keyof typeof OUTPUTS;
