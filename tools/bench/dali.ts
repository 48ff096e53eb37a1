/**
 * `make bench-dali`: what the DALI side costs, on the simulator's timing model (IEC 62386-101): bus time is virtual, memory and
 * codec speed are this machine's. Some five minutes, most of them for the fuzz.
 */
import { codecFigures } from "./dali-codec.ts";
import { commissioningFigures } from "./dali-commissioning.ts";
import { diagnosisFigures } from "./dali-diagnosis.ts";
import { fuzzFigures } from "./dali-fuzz.ts";
import { schedulerFigures } from "./dali-scheduler.ts";
import { sweepFigure } from "./dali-sweep.ts";
import { type Figure, isOk, print, progress } from "./line.ts";

/** All drivers in one line: a driver's own figures are among its parts. */
function together(figures: readonly Figure[]): Figure {
  const told = ({ name, parts = {} }: Figure): [string, string] => {
    const [, driver = name, frames = ""] = /^fuzz ([^,]+), (\d+) frames/.exec(name) ?? [];
    const { heapGrowthMB, worstResync, resyncBound } = parts;
    const resync = worstResync === undefined ? "" : `, ${worstResync} of at most ${resyncBound} lost to resync`;
    return [driver, `${frames} frames, ${heapGrowthMB} MB grown${resync}`];
  };
  return {
    name: "fuzz: random bytes into every driver, throws",
    value: figures.reduce((sum, { value }) => sum + value, 0),
    unit: "",
    target: 0,
    parts: Object.fromEntries(figures.map(told)),
    holds: figures.every(isOk),
  };
}

/** In the order in which they are printed: the rows of the table, then the diagnosis. */
const PARTS: readonly (readonly [string, () => Promise<readonly Figure[]>])[] = [
  ["commissioning", commissioningFigures],
  ["scheduler", schedulerFigures],
  ["fault sweep", async () => [await sweepFigure()]],
  ["fuzz", async () => [together(await fuzzFigures())]],
  ["codec", codecFigures],
  ["diagnosis", diagnosisFigures],
];

for (const [name, figures] of PARTS) {
  progress(`${name} ...`);
  for (const figure of await figures()) print(figure);
}
