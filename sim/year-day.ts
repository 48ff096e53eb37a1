import type { Instant } from "../controllers/units.ts";
import type { People } from "./district-people.ts";
import { type Plan, walkOf } from "./district-walk.ts";
import type { SeededRandom } from "./random.ts";

/** Ways that are looked at to know how much of all traffic passes each counter. */
const WAYS = 2000;

/** How often each counter of a plan sees somebody for each way that is made, by its index. */
export function trafficOf(people: People, plan: Plan, counters: number): Float64Array {
  const seen = new Float64Array(counters);
  let at = 0 as Instant;
  for (let i = 0; i < WAYS; i++) {
    const way = people.next(at);
    if (!way) break;
    at = way.at;
    for (const met of walkOf(plan, way, 0)) {
      if ("counter" in met) seen[met.counter] = (seen[met.counter] as number) + 1 / WAYS;
    }
  }
  return seen;
}

/** How many came, of whom `mean` were to be expected: a Poisson number. */
export function poisson(random: SeededRandom, mean: number): number {
  let number = 0;
  for (let left = mean - random.exponential(1); left > 0; left -= random.exponential(1)) number += 1;
  return number;
}
