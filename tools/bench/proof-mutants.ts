/** Whether monitor and exploration would see a kernel or an engine that is wrong. */
import { tenGroup } from "../../controllers/junction/test-junctions.ts";
import { explore, type System } from "../../sim/junction/explore.ts";
import { engineSystem } from "../../sim/junction/explore-engine.ts";
import { exploredThree, exploredTwo } from "../../sim/junction/explore-junctions.ts";
import { kernelSystem } from "../../sim/junction/explore-kernel.ts";
import { MUTANTS, type Mutant } from "../../sim/junction/mutants.ts";
import { walk } from "../../sim/junction/walk.ts";
import { SeededRandom } from "../../sim/random.ts";
import { type Figure, print, progress } from "./line.ts";
import { type Code, mutated } from "./mutate.ts";

/** How a mutant was caught, and what was said of it. */
export interface Caught {
  readonly by: string;
  readonly what: string;
}

const explored =
  <State, Move>(make: (code: Code) => System<State, Move>) =>
  (code: Code): string | null =>
    explore(make(code)).violation?.what ?? null;

/** The quicker first. Only a walk sets clocks; the three stages take a quarter of a minute where nothing is found. */
const TRIALS: Readonly<Record<string, (code: Code) => string | null>> = {
  "kernel, 2 stages": explored((code) => kernelSystem(exploredTwo(20), code)),
  "kernel, 3 stages": explored((code) => kernelSystem(exploredThree(25), code)),
  "engine, 2 stages": explored((code) => engineSystem(exploredTwo(20), 1, code)),
  "walk with clocks that are set": (code) =>
    walk(tenGroup(), code, new SeededRandom(1), { hours: 20, pace: 20, jumps: 0.1, starts: 0.005 }).violation,
  "engine, 3 stages": explored((code) => engineSystem(exploredThree(25), 1, code)),
};

/** Null: nothing saw it. */
export async function trial(mutant: Mutant): Promise<Caught | null> {
  const code = await mutated(mutant);
  for (const [by, found] of Object.entries(TRIALS)) {
    try {
      const what = found(code);
      if (what !== null) return { by, what };
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      return { by, what: error.message };
    }
  }
  return null;
}

/** The row "seeded mutations": those that nothing caught. */
export async function mutationRow(mutants: readonly Mutant[] = MUTANTS): Promise<Figure> {
  const parts: Record<string, number | string> = {};
  const by: Record<string, number> = {};
  let missed = 0;
  for (const mutant of mutants) {
    const caught = await trial(mutant);
    if (caught) {
      const place = `mutants that ${caught.by} showed`;
      by[place] = (by[place] ?? 0) + 1;
      const judge = caught.what.startsWith("referee") ? "exploration" : "monitor";
      by[judge] = (by[judge] ?? 0) + 1;
    } else missed++;
    parts[`${mutant.file}: ${mutant.name}`] = caught ? `${caught.by}: ${caught.what}` : "NOT CAUGHT";
    progress(`mutant: ${mutant.name}: ${caught ? `${caught.by}: ${caught.what}` : "NOT CAUGHT"}`);
  }
  return {
    name: "seeded mutations that nothing caught",
    value: missed,
    unit: "",
    target: 0,
    parts: { mutants: mutants.length, ...by, ...parts },
    holds: mutants.length >= 30,
  };
}

if (import.meta.main) print(await mutationRow());
