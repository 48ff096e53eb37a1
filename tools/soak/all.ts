/**
 * `make soak`: the cockpit link under everything that can befall it, with a real Mosquitto over TLS. JSON lines like the benches', some
 * 35 minutes. Ends with 1 where a figure is not what it must be. Needs root for a disk of its own.
 */

import { type Figure, isOk, print, progress } from "../bench/line.ts";
import { fuzzFigures } from "../bench/link-fuzz.ts";
import { cutFigures } from "./cuts.ts";
import { diskFigures } from "./disks.ts";
import { killFigures } from "./kills.ts";

/** In the order in which they are printed. */
const PARTS: readonly (readonly [string, () => Promise<readonly Figure[]>])[] = [
  ["kills", () => killFigures({ runtimeKills: 500, brokerKills: 200, cuts: 50 })],
  ["link cuts", () => cutFigures({ cuts: 200, kills: 20 })],
  ["fuzz", () => fuzzFigures()],
  ["disk faults", diskFigures],
];

let wrong = 0;
const began = performance.now();
for (const [name, figures] of PARTS) {
  progress(`${name} ...`);
  for (const figure of await figures()) {
    print(figure);
    if (!isOk(figure)) wrong++;
  }
  progress(`${((performance.now() - began) / 60_000).toFixed(1)} min`);
}
process.exit(wrong > 0 ? 1 : 0);
