/** A process of its own: what the forecast's thread adds to a cabinet's memory, and what one inference takes. Prints JSON. */
import { readFileSync } from "node:fs";
import { FORGETFUL } from "../../controllers/footfall/day-memory.ts";
import { featureCount, HORIZONS, writeFeatures } from "../../controllers/footfall/features.ts";
import { historyOf, LOOK_BACK } from "../../controllers/footfall/history.ts";
import { silent } from "../../firmware/hal/log.ts";
import { loadBackend } from "../../firmware/inference/backend.ts";
import { startForecastThread } from "../../firmware/inference/forecast-thread.ts";
import { FORECAST_WEIGHTS } from "../../firmware/inference/forecast-weights.ts";
import { loadModel } from "../../firmware/inference/model.ts";
import { syntheticCity } from "../../firmware/inference/synthetic-city.ts";
import { netOf } from "../../firmware/inference/weights.ts";
import { median, percentile } from "./line.ts";

const COUNTERS = 32;
const RUNS = 2000;

const resident = (): number => Number(/VmRSS:\s+(\d+)/.exec(readFileSync("/proc/self/status", "utf8"))?.[1]) / 1024;

const city = syntheticCity(COUNTERS, LOOK_BACK + 48, 3);
const before = resident();
let most = 0;
const thread = await startForecastThread();
for (const horizon of HORIZONS) await thread.load(horizon, null);
for (let hour = 0; hour < 24; hour++) {
  for (const horizon of HORIZONS) await thread.expect(city, horizon, LOOK_BACK + hour);
  most = Math.max(most, resident() - before);
}
for (const horizon of HORIZONS) {
  for (
    let step = await thread.refresh(city, horizon, 4);
    !("weights" in step);
    step = await thread.refresh(city, horizon, 4)
  )
    most = Math.max(most, resident() - before);
}
await thread.close();

const backend = await loadBackend(silent);
const parsed = netOf(Uint8Array.from(atob(FORECAST_WEIGHTS[1]), (char) => char.charCodeAt(0)));
if (!parsed.ok) throw new Error(parsed.message);
const model = loadModel(backend, parsed.net);
const history = historyOf(city);
const row = new Float32Array(featureCount(1));
const times: number[] = [];
for (let run = 0; run < RUNS; run++) {
  const began = performance.now();
  writeFeatures(history, FORGETFUL, 1, run % COUNTERS, LOOK_BACK, row, 0);
  await model.predict(row, 1);
  times.push(performance.now() - began);
}
const warm = times.slice(RUNS / 10);
console.log(
  JSON.stringify({ backend: backend.name, milliseconds: median(warm), longest: percentile(warm, 99), megabytes: most }),
);
