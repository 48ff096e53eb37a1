/** Reads `cabinet.yaml`: from text to a configuration that fits together, or to all that is wrong with it. */
import { readDocument } from "./document.ts";
import { type CabinetConfig, configOf } from "./model.ts";
import type { Problem } from "./problem.ts";
import { checkRules } from "./rules.ts";
import { CabinetSchema, type ConfigFile } from "./schema.ts";

export { type CabinetConfig, siteOf } from "./model.ts";
export { formatProblem, type Problem } from "./problem.ts";

export type ConfigResult =
  | { readonly ok: true; readonly config: CabinetConfig }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** Reads and checks the text of a `cabinet.yaml`: never throws. All problems come at once, in the order of the text. */
export function readConfig(text: string): ConfigResult {
  const read = readDocument<ConfigFile>(text, CabinetSchema, checkRules);
  return read.ok ? { ok: true, config: configOf(read.value) } : read;
}
