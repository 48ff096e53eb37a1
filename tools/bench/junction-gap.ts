/**
 * How far from the best possible the runtime decides: person-delay on random small cases against an exhaustive search with
 * perfect knowledge, by the same engine under the same safety rules. As a program: `node tools/bench/junction-gap.ts [cases]`.
 */
import { randomCase } from "../../sim/junction/oracle-case.ts";
import { optimumOf, wayOf } from "../../sim/junction/oracle-gap.ts";
import { SeededRandom } from "../../sim/random.ts";
import { type Figure, percentile, print, progress } from "./line.ts";

const CASES = 200;
const SEED = 20_260;
/** A case with more to keep than this at once is counted as unsolved, and said. */
const MOST = 150_000;
const TARGET = 5;

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Percent of person-delay above the optimum, mean of the cases. */
export function gapFigure(cases = CASES, seed = SEED): Figure {
  const random = new SeededRandom(seed);
  const gaps: Record<"none" | "simple" | "hulotte", number[]> = { none: [], simple: [], hulotte: [] };
  const stages: Record<number, number[]> = { 2: [], 3: [], 4: [] };
  let [unsolved, beaten, states] = [0, 0, 0];
  for (let i = 0; i < cases; i++) {
    const given = randomCase(random.fork(`${i}`), `${i}`);
    const [none, simple, hulotte] = [wayOf(given, "none"), wayOf(given, "simple"), wayOf(given, "hulotte")];
    const best = optimumOf(given, Math.min(none.cost, simple.cost, hulotte.cost), MOST);
    if (i % 20 === 19) progress(`gap: ${i + 1} of ${cases}`);
    if (best === null) {
      unsolved++;
      continue;
    }
    states += best.states;
    // A cost of nothing leaves nothing to be nearer to.
    const above = (cost: number) => (best.cost === 0 ? 0 : (100 * (cost - best.cost)) / best.cost);
    if (above(hulotte.cost) < -1e-6) beaten++;
    gaps.none.push(above(none.cost));
    gaps.simple.push(above(simple.cost));
    gaps.hulotte.push(above(hulotte.cost));
    stages[given.queues.length]?.push(above(hulotte.cost));
  }
  const round = (x: number) => Number(x.toFixed(2));
  return {
    name: "gap to the oracle, person-delay",
    value: mean(gaps.hulotte),
    unit: "%",
    target: TARGET,
    // A strategy that is better than the optimum would mean that the optimum is none.
    holds: beaten === 0 && unsolved <= cases / 20,
    parts: {
      median: round(percentile(gaps.hulotte, 50)),
      p90: round(percentile(gaps.hulotte, 90)),
      worst: round(percentile(gaps.hulotte, 100)),
      byStages: Object.entries(stages)
        .map(([count, values]) => `${count}: ${values.length === 0 ? "-" : round(mean(values))} (${values.length})`)
        .join(", "),
      simple: round(mean(gaps.simple)),
      none: round(mean(gaps.none)),
      cases,
      unsolved,
      states,
    },
  };
}

if (import.meta.main) print(gapFigure(Number(process.argv[2] ?? CASES)));
