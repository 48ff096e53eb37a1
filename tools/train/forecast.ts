/**
 * Trains the networks that a cabinet begins to forecast with and prints `firmware/inference/forecast-weights.ts`:
 *
 *   node tools/train/forecast.ts COUNTS.csv > firmware/inference/forecast-weights.ts
 *
 * COUNTS.csv: as for `hulotte forecast evaluate`. The sensors are dealt out to cabinets of one to eight counters, and their
 * people thinned to the numbers of a side street: a network must know few people and few neighbours too. Nothing of other
 * years is remembered, as on a cabinet. Deterministic; some minutes.
 */
import { readFileSync } from "node:fs";
import { FORGETFUL } from "../../controllers/footfall/day-memory.ts";
import { featureCount, HORIZONS } from "../../controllers/footfall/features.ts";
import { historyOf, WEEK } from "../../controllers/footfall/history.ts";
import { type HourlyCounts, hoursOf } from "../../controllers/footfall/hourly.ts";
import { silent } from "../../firmware/hal/log.ts";
import { loadBackend } from "../../firmware/inference/backend.ts";
import { type Examples, fitNet } from "../../firmware/inference/fit.ts";
import { examplesOf, placesIn, recipeFor } from "../../firmware/inference/forecaster.ts";
import { seeded } from "../../firmware/inference/seeded.ts";
import { bytesOf } from "../../firmware/inference/weights.ts";
import { readCounts } from "../forecast/csv.ts";

/** Counters of the cabinets, over and over; and the parts of their people that are left. */
const CABINETS = [1, 2, 1, 4, 8];
const THINNED = [1, 0.1, 0.01];

/** As many as are left of so many people, each staying by chance: normal where they are many. */
function thinned(people: number, part: number, random: () => number): number {
  if (part === 1 || Number.isNaN(people)) return people;
  const mean = people * part;
  if (mean > 30) {
    const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    return Math.max(0, Math.round(mean + normal * Math.sqrt(mean * (1 - part))));
  }
  let [left, product] = [-1, 1];
  do {
    left++;
    product *= random();
  } while (product > Math.exp(-mean));
  return left;
}

function cabinetsOf(counts: HourlyCounts): HourlyCounts[] {
  const chance = seeded(7);
  const cabinets: HourlyCounts[] = [];
  for (const part of THINNED) {
    for (let first = 0, c = 0; first < counts.sensors.length; c++) {
      const next = first + (CABINETS[c % CABINETS.length] as number);
      cabinets.push({
        from: counts.from,
        sensors: counts.sensors.slice(first, next),
        people: counts.people.slice(first, next).map((one) => one.map((n) => thinned(n, part, () => chance.next()))),
      });
      first = next;
    }
  }
  return cabinets;
}

/** Several lists of examples as one. */
function together(parts: readonly Examples[]): Examples {
  const ends: number[] = [];
  let count = 0;
  for (const part of parts) {
    count += part.count;
    ends.push(count);
  }
  return {
    count,
    inputs: parts[0]?.inputs ?? 0,
    write(example, out, offset) {
      const part = ends.findIndex((end) => example < end);
      return (parts[part] as Examples).write(example - (ends[part - 1] ?? 0), out, offset);
    },
  };
}

const [path] = process.argv.slice(2);
if (!path) throw new Error("which file of hourly counts?");
const counts = readCounts(readFileSync(path, "utf8"));
const backend = await loadBackend(silent);
const histories = cabinetsOf(counts).map(historyOf);
const lines: string[] = [];
for (const horizon of HORIZONS) {
  const examples = together(
    histories.map((history) => examplesOf(history, FORGETFUL, horizon, placesIn(history, 4 * WEEK, hoursOf(counts)))),
  );
  const recipe = recipeFor(examples.count);
  const net = await fitNet(backend, examples, recipe, seeded(horizon), (step) => {
    if (step % 250 === 0) process.stderr.write(`${horizon} h: step ${step} of ${recipe.steps}\n`);
  });
  const text = Buffer.from(bytesOf(net)).toString("base64");
  lines.push(`  ${horizon}: "${text}",`);
  process.stderr.write(`${horizon} h: ${featureCount(horizon)} inputs, ${examples.count} examples\n`);
}
console.log(`import type { Horizon } from "../../controllers/footfall/features.ts";

/**
 * The networks that a cabinet begins with, as \`bytesOf\` wrote them, in base64. Derived by tools/train/forecast.ts from the
 * City of Melbourne Pedestrian Counting System, ${counts.sensors.length} sensors, hourly counts 2012 to 2014 (CC BY 4.0, data.melbourne.vic.gov.au).
 */
export const FORECAST_WEIGHTS: Readonly<Record<Horizon, string>> = {
${lines.join("\n")}
};`);
