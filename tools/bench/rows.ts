import { parseArgs } from "node:util";
import { type Figure, print, progress } from "./line.ts";

/** Rows of a table by name, in the order in which they are printed. */
export type Rows = Readonly<Record<string, () => Promise<Figure>>>;

/**
 * Works out the rows that are named, or all, and prints a line for each. One that cannot be worked out is a line that is not ok.
 * Resolves with the exit code: 1 where one could not, 2 for a name that is no row, of which nothing is printed.
 */
export async function printRows(rows: Rows, named: readonly string[]): Promise<0 | 1 | 2> {
  const unknown = named.find((name) => !Object.hasOwn(rows, name));
  if (unknown !== undefined) {
    progress(`row is ${unknown}: allowed are ${Object.keys(rows).join(", ")}`);
    return 2;
  }
  let code: 0 | 1 = 0;
  for (const [name, figure] of Object.entries(rows)) {
    if (named.length > 0 && !named.includes(name)) continue;
    progress(`${name} ...`);
    try {
      print(await figure());
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      print({ name, value: Number.NaN, unit: "", target: 0, parts: { error: why } });
      code = 1;
    }
  }
  return code;
}

/** As a program: names of rows on the command line choose among them. */
export async function runRows(rows: Rows): Promise<void> {
  process.exitCode = await printRows(rows, parseArgs({ allowPositionals: true }).positionals);
}
