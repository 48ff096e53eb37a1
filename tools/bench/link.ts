/**
 * `make bench-link`: what the cockpit link costs. Bytes are exact counts of MQTT 5 packets over a virtual day; replay, supervisor and
 * journal are this machine's.
 */
import { type Figure, print, progress } from "./line.ts";
import { bytesFigures } from "./link-bytes.ts";
import { journalFigures } from "./link-journal.ts";
import { replayFigures } from "./link-replay.ts";
import { supervisorFigures } from "./link-supervisor.ts";

/** In the order in which they are printed. */
const PARTS: readonly (readonly [string, () => Promise<readonly Figure[]>])[] = [
  ["bytes a lamp a day", bytesFigures],
  ["replay", replayFigures],
  ["supervisor", supervisorFigures],
  ["journal", journalFigures],
];

for (const [name, figures] of PARTS) {
  progress(`${name} ...`);
  for (const figure of await figures()) print(figure);
}
process.exit(0);
