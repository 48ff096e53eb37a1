import { type ParseArgsOptionsConfig, parseArgs } from "node:util";
import { Usage } from "./usage.ts";

/** The options and the other words of a call. Throws Usage for an option that is not there, or lacks its value. */
export const readCall = <const O extends ParseArgsOptionsConfig>(argv: readonly string[], options: O) =>
  asUsage(() => parseArgs({ args: [...argv], allowPositionals: true, options }));

/** The options of a call that has no other words. Throws Usage, for a word too. */
export const readOptionsOnly = <const O extends ParseArgsOptionsConfig>(argv: readonly string[], options: O) =>
  asUsage(() => parseArgs({ args: [...argv], options }));

function asUsage<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw new Usage(error instanceof Error ? error.message : String(error));
  }
}
