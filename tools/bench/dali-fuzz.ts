import type { FuzzTarget } from "../../firmware/gateways/fuzz.ts";
import { fuzzTargets } from "../../firmware/gateways/fuzz-list.ts";
import { SeededRandom } from "../../sim/random.ts";
import { heapInUse } from "./heap.ts";
import { type Figure, progress } from "./line.ts";

const FRAMES = 1_000_000;
/** Until everything that a driver keeps is there: code, queues at their limits. */
const WARM_UP = 50_000;
/** The heap goes up and down with what is on its way: the least of the first samples stands against the least of the last. */
const SAMPLE = 25_000;
const SAMPLES = 10;
const ROUNDS = 200_000;
/** MB a heap may differ by without anything being kept. */
const SAME = 1;

/**
 * Random byte streams into every driver: for each a figure of what it threw, with the growth of the heap and the valid frames
 * lost behind damage at the worst. Some 15 s a driver, 25 for one that is polled.
 */
export async function fuzzFigures(): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  for (const target of fuzzTargets) {
    progress(`fuzz ${target.name} ...`);
    figures.push(await figureOf(target));
  }
  return figures;
}

const least = (values: readonly number[]): number => Math.min(...values);

async function figureOf({ name, drive, resync }: FuzzTarget): Promise<Figure> {
  let unhandled = 0;
  const count = () => unhandled++;
  process.on("unhandledRejection", count);
  const heap: number[] = [];
  const { frames, throws, replies, faults, reopened } = await drive(FRAMES, new SeededRandom(1), (done) => {
    if (done >= WARM_UP + heap.length * SAMPLE) heap.push(heapInUse());
  });
  const growth = (least(heap.slice(-SAMPLES)) - least(heap.slice(0, SAMPLES))) / 1e6;
  const lost = resync?.measure(ROUNDS, new SeededRandom(3));
  process.off("unhandledRejection", count);
  for (const text of new Set(throws)) progress(text);
  return {
    name: `fuzz ${name}, ${frames} frames: throws`,
    value: throws.length + unhandled,
    unit: "",
    target: 0,
    parts: {
      replies,
      faults,
      reopened,
      heapGrowthMB: Number(growth.toFixed(2)),
      ...(lost && resync ? { worstResync: lost.worst, resyncBound: resync.bound, resyncRounds: ROUNDS } : {}),
    },
    holds: growth <= SAME && replies > 0 && faults > 0 && (!lost || !resync || lost.worst <= resync.bound),
  };
}
