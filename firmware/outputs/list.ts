/** The catalogue of analogue outputs: one line per kind. */
import { GP8403, gp8403 } from "./gp8403.ts";
import type { OutputDriver } from "./options.ts";

export const OUTPUTS = {
  gp8403: { channels: GP8403.channels.length, create: gp8403 },
} as const satisfies Record<string, OutputDriver>;

export type OutputKind = keyof typeof OUTPUTS;
