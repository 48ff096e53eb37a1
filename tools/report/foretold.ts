/** What the cabinet's own forecaster would have said of hours that were played: the same code, on a clock that is not real. */
import { HORIZONS } from "../../controllers/footfall/features.ts";
import { LOOK_BACK } from "../../controllers/footfall/history.ts";
import type { Reading } from "../../controllers/model.ts";
import { hours, type Instant, instant, minutes, seconds } from "../../controllers/units.ts";
import { forecaster } from "../../firmware/forecast/forecaster.ts";
import { silent } from "../../firmware/hal/log.ts";
import { loadBackend } from "../../firmware/inference/backend.ts";
import { forecastEngine } from "../../firmware/inference/forecast-engine.ts";
import { wasm } from "../../firmware/inference/wasm.ts";
import { VirtualClock } from "../../sim/clock.ts";
import { memoryStore } from "../../sim/ports.ts";

type Forecast = Extract<Reading, { readonly kind: "forecast" }>;

const HOUR = 3_600_000;
const DISTRICT = "counter/all";
/** It learns how wide its bands must be from weeks that are not drawn. */
const REHEARSED = LOOK_BACK * HOUR;

/** By begin of the hour: what was foretold when it began. `counted`: people by UTC hour, in order of time, without a gap. */
export async function foretoldOf(
  counted: readonly { readonly at: Instant; readonly people: number }[],
  timeZone: string,
  from: Instant,
): Promise<ReadonlyMap<number, Forecast>> {
  const told = new Map<number, Forecast>();
  const past = counted.filter(({ at }) => at >= from - REHEARSED);
  const [first] = past;
  if (!first) return told;
  const clock = new VirtualClock(first.at);
  // Read in on real time, before the other begins; from then on it computes at once.
  const networks = forecastEngine(await loadBackend(silent, [wasm]));
  for (const horizon of HORIZONS) await networks.load(horizon, null);
  const engine = async () => ({ ...networks, load: async () => true, close: async () => {} });
  const options = { counters: [DISTRICT], timeZone, clock, store: memoryStore(), log: silent, engine };
  const one = forecaster({ ...options, budget: seconds(0) });
  const stop = new AbortController();
  const running = one.run((reading) => {
    if (reading.kind === "forecast" && reading.from <= reading.at) told.set(reading.from, reading);
  }, stop.signal);
  for (const { at, people } of past) {
    await clock.until(instant(at + HOUR));
    one.footfall({ kind: "footfall", source: DISTRICT, people, from: at, to: instant(at + HOUR) });
    await clock.advance(minutes(5));
  }
  stop.abort();
  await clock.run(running, hours(1));
  return told;
}
