/**
 * `make bench-lighting`: what light that follows people saves, and whom it leaves in the dark; how well people are foreseen and
 * counted; and what deciding costs. One JSON line for each row of the table, in its order; some half an hour. Names of rows
 * on the command line choose among them. A row that cannot be worked out is a line that is not ok, and the exit code is 1.
 */
import { parseArgs } from "node:util";
import { type Figure, print, progress } from "./line.ts";

/** What several rows are taken from is worked out once, when the first of them is asked for. */
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

const district = once(async () => (await import("./lighting-district.ts")).districtFigures());
const forecast = once(async () => (await import("./lighting-forecast.ts")).forecastFigures());

/** In the order in which they are printed. */
const ROWS: Readonly<Record<string, () => Promise<Figure>>> = {
  energy: async () => (await district()).energy,
  people: async () => (await district()).people,
  forecast: async () => (await forecast()).wape,
  coverage: async () => (await forecast()).coverage,
  thermal: async () => (await import("./lighting-thermal.ts")).thermalFigure(),
  decision: async () => (await import("./lighting-decision.ts")).passFigure(await district()),
  year: async () => (await district()).time,
  inference: async () => (await import("./lighting-forecast.ts")).inferenceFigure(),
};

const { positionals } = parseArgs({ allowPositionals: true });
const unknown = positionals.find((name) => !Object.hasOwn(ROWS, name));
if (unknown !== undefined) {
  progress(`row is ${unknown}: allowed are ${Object.keys(ROWS).join(", ")}`);
  process.exit(2);
}
for (const [name, figure] of Object.entries(ROWS)) {
  if (positionals.length > 0 && !positionals.includes(name)) continue;
  progress(`${name} ...`);
  try {
    print(await figure());
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    print({ name, value: Number.NaN, unit: "", target: 0, parts: { error: why } });
    process.exitCode = 1;
  }
}
