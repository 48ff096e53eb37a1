/** Every state that small junctions can come to: kernel, engine and arbiter, each against whatever may be asked of it. */
import { LOOSE_BOUNDS } from "../../controllers/junction/bounds-limits.ts";
import { runEngine, startEngine } from "../../controllers/junction/engine.ts";
import { prepareJunction } from "../../controllers/junction/junction.ts";
import { admit, allRed, elapse } from "../../controllers/junction/kernel.ts";
import { kernelHash } from "../../controllers/junction/kernel-hash.ts";
import { tableOf } from "../../controllers/junction/kernel-table.ts";
import { type Exploration, explore, type System } from "../../sim/junction/explore.ts";
import { arbiterSystem } from "../../sim/junction/explore-arbiter.ts";
import { engineSystem } from "../../sim/junction/explore-engine.ts";
import { exploredFour, exploredThree, exploredTwo } from "../../sim/junction/explore-junctions.ts";
import { kernelSystem } from "../../sim/junction/explore-kernel.ts";
import { type Figure, print, progress } from "./line.ts";
import type { Code } from "./mutate.ts";

/** What is proven. */
export const REAL: Code = { tableOf, kernelHash, startEngine, runEngine, admit, allRed, elapse };

const prepared = (junction: ReturnType<typeof exploredTwo>) => prepareJunction(junction, { bounds: LOOSE_BOUNDS });
/** Of what has too many, so many states are looked at. */
const MOST = 20_000;
const whole =
  <State, Move>(make: () => System<State, Move>) =>
  (): Exploration<Move> =>
    explore(make());
const part =
  <State, Move>(make: () => System<State, Move>) =>
  (): Exploration<Move> => {
    const found = explore(make(), { most: MOST });
    return { ...found, whole: found.violation === null };
  };

/**
 * By name: what is explored. `s` is maxWait of all groups: 19, 25 and 29 s are the least that these junctions can promise.
 * The arbiter has vehicles on the side road; of the nearest states to the start alone: on both roads, and where there are more stages.
 */
const EXPLORED: Readonly<Record<string, () => Exploration<unknown>>> = {
  "kernel, 2 stages": whole(() => kernelSystem(exploredTwo(), REAL)),
  "kernel, 3 stages": whole(() => kernelSystem(exploredThree(), REAL)),
  "kernel, 4 stages": whole(() => kernelSystem(exploredFour(), REAL)),
  "engine, 2 stages, 19 s": whole(() => engineSystem(exploredTwo(19), 1, REAL)),
  "engine, 2 stages, 30 s": whole(() => engineSystem(exploredTwo(30), 1, REAL)),
  "engine, 2 stages, 30 s, fixed": whole(() => engineSystem(exploredTwo(30), 2, REAL)),
  "engine, 3 stages, 25 s": whole(() => engineSystem(exploredThree(25), 1, REAL)),
  "engine, 3 stages, 30 s": whole(() => engineSystem(exploredThree(30), 1, REAL)),
  "engine, 4 stages, 29 s": whole(() => engineSystem(exploredFour(29), 1, REAL)),
  "arbiter, 2 stages, 20 s": whole(() => arbiterSystem(prepared(exploredTwo(20)), [1])),
  "arbiter, 2 stages, both roads, nearest": part(() => arbiterSystem(prepared(exploredTwo(20)), [0, 1])),
  "arbiter, 3 stages, nearest": part(() => arbiterSystem(prepared(exploredThree(26)), [2])),
  "arbiter, 4 stages, nearest": part(() => arbiterSystem(prepared(exploredFour(30)), [2])),
};

/** The row "exhaustive exploration": violations, and all that was seen. Some six minutes and 1 GB. */
export async function explorationRow(names: readonly string[] = Object.keys(EXPLORED)): Promise<Figure> {
  const parts: Record<string, number | string> = {};
  const sum = { states: 0, transitions: 0, violations: 0, bytes: 0 };
  let all = true;
  for (const name of names) {
    const began = performance.now();
    const found = EXPLORED[name]?.();
    if (!found) throw new TypeError(`exploration is ${name}: allowed are ${Object.keys(EXPLORED).join("; ")}`);
    const s = ((performance.now() - began) / 1000).toFixed(1);
    const { states, transitions, depth, violation } = found;
    parts[name] = violation?.what ?? `${states} states, ${transitions} transitions, ${depth} s deep, in ${s} s`;
    progress(`exploration: ${name}: ${parts[name]}`);
    sum.states += states;
    sum.transitions += transitions;
    sum.bytes = Math.max(sum.bytes, found.bytes);
    if (violation) sum.violations++;
    all &&= found.whole;
    // What waits for its turn, as a bench that runs beside, has it.
    await new Promise(setImmediate);
  }
  const { violations, ...seen } = sum;
  const resident = Math.round(process.resourceUsage().maxRSS / 1024);
  return {
    name: "exhaustive exploration, violations",
    value: violations,
    unit: "",
    target: 0,
    parts: { ...seen, resident, ...parts },
    holds: all,
  };
}

if (import.meta.main) {
  const names = process.argv.slice(2);
  print(await explorationRow(names.length > 0 ? names : undefined));
}
