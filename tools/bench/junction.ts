/**
 * `make bench-junction`: what buses gain at junctions, what it costs the others, and what is proven of it. One JSON line for
 * each row of the table, in its order, and one of the corridor that is no row. Names of rows on the command line choose
 * among them. A row that cannot be worked out is a line that is not ok, and the exit code is 1.
 */
import { type Figure, isOk } from "./line.ts";
import { runRows } from "./rows.ts";

async function sumoFigure(): Promise<Figure> {
  const figure = await (await import("./junction-sumo.ts")).sumoRow();
  if (!figure) throw new Error("SUMO or its networks are not installed");
  return figure;
}

/** The exploration and the mutations that show what it is worth: one row. */
async function proofFigure(): Promise<Figure> {
  const explored = await (await import("./proof-exploration.ts")).explorationRow();
  const mutated = await (await import("./proof-mutants.ts")).mutationRow();
  return {
    name: "exhaustive exploration: violations, and mutations that nothing caught",
    value: explored.value + mutated.value,
    unit: "",
    target: 0,
    holds: isOk(explored) && isOk(mutated),
    parts: { ...explored.parts, ...mutated.parts },
  };
}

await runRows({
  sumo: sumoFigure,
  waits: async () => (await import("./junction-waits.ts")).waitsFigure(),
  exploration: proofFigure,
  walks: async () => (await import("./proof-walks.ts")).walkRow(),
  fuzz: async () => (await import("./junction-fuzz.ts")).vehicleFuzzFigure(),
  latency: async () => (await import("./junction-latency.ts")).latencyFigure(),
  gap: async () => (await import("./junction-gap.ts")).gapFigure(),
  corridor: async () => (await import("./junction-corridor.ts")).corridorFigure(),
});
