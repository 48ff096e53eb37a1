/** The longest that any group waits under the worst streams of requests that a search can find. */
import { prepareJunction } from "../../controllers/junction/junction.ts";
import { fourStage, tenGroup, threeStage, twoStage } from "../../controllers/junction/test-junctions.ts";
import { worstOrdeal } from "../../sim/junction/adversary.ts";
import { SeededRandom } from "../../sim/random.ts";
import { type Figure, print, progress } from "./line.ts";

/** Of each junction: streams that are drawn, and that are climbed to from the worst of them; s each. */
const SEARCH = { lasts: 600, drawn: 20, climbed: 60 };

/** Wait as a part of the group's maximum: never above 1. And no request is begun against a group that waited over its guard. */
export function waitsFigure(search = SEARCH, seed = 7): Figure {
  const random = new SeededRandom(seed);
  const junctions = { twoStage: twoStage(), threeStage: threeStage(), fourStage: fourStage(), tenGroup: tenGroup() };
  const parts: Record<string, number | string> = {};
  let [worst, unguarded, activated] = [0, 0, 0];
  for (const [name, junction] of Object.entries(junctions)) {
    const found = worstOrdeal(prepareJunction(junction), random.fork(name), search);
    progress(`waits: ${name} ${found.wait} s of ${found.group}`);
    parts[name] = `${found.group} ${found.wait} s, ${(100 * found.part).toFixed(0)} % of its maximum`;
    worst = Math.max(worst, found.part);
    unguarded += found.unguarded;
    activated += found.activated;
  }
  return {
    name: "worst wait of any group under any stream, part of its maximum",
    value: worst,
    unit: "",
    target: 1,
    holds: unguarded === 0,
    parts: {
      ...parts,
      activated,
      overGuard: unguarded,
      streams: 4 * (search.drawn + search.climbed),
      hours: (4 * (search.drawn + search.climbed) * search.lasts) / 3600,
    },
  };
}

if (import.meta.main) print(waitsFigure());
