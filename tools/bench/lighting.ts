/**
 * `make bench-lighting`: what light that follows people saves, and whom it leaves in the dark; how well people are foreseen and
 * counted; and what deciding costs. One JSON line for each row of the table, in its order; some half an hour. Names of rows
 * on the command line choose among them. A row that cannot be worked out is a line that is not ok, and the exit code is 1.
 */
import { runRows } from "./rows.ts";

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

await runRows({
  energy: async () => (await district()).energy,
  people: async () => (await district()).people,
  forecast: async () => (await forecast()).wape,
  coverage: async () => (await forecast()).coverage,
  thermal: async () => (await import("./lighting-thermal.ts")).thermalFigure(),
  decision: async () => (await import("./lighting-decision.ts")).passFigure(await district()),
  year: async () => (await district()).time,
  inference: async () => (await import("./lighting-forecast.ts")).inferenceFigure(),
});
