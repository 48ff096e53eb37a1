import { readFileSync } from "node:fs";
import { setImmediate } from "node:timers/promises";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { WEEK } from "../controllers/footfall/history.ts";
import { hours, instant, minutes, seconds } from "../controllers/units.ts";
import { readConfig } from "../firmware/config/read.ts";
import { OwnHours } from "../firmware/forecast/own-hours.ts";
import { silent } from "../firmware/hal/log.ts";
import { loadBackend } from "../firmware/inference/backend.ts";
import { forecastEngine } from "../firmware/inference/forecast-engine.ts";
import { wasm } from "../firmware/inference/wasm.ts";
import { startRig } from "./rig.ts";

const text = readFileSync(new URL("./scenarios/suite/street.yaml", import.meta.url), "utf8");
const read = readConfig(`${text}\nforecast: { budget: 0 }\n`);
if (!read.ok) throw new Error(JSON.stringify(read.problems));
const { config } = read;

test("a cabinet that is told to foretells the hour that has begun, and does not say how few", async () => {
  assert.equal(config.forecast, { budget: seconds(0) });
  const backend = await loadBackend(silent, [wasm]);
  const start = instant(Date.UTC(2026, 10, 19, 2, 58));
  const ids = config.counters.map(({ id }) => id);
  // Paris is an hour ahead; its first counter sees 300 people each hour, the others 2.
  const now = Math.floor(start / 3_600_000) + 1;
  const past = new OwnHours(ids, now - 6 * WEEK);
  for (let wall = past.end; wall < now; wall++)
    for (const [i, id] of ids.entries()) past.add(id, wall, i === 0 ? 300 : 2, 60);
  past.closeBefore(now);
  const kept = new Map([["forecast-counts", past.bytes()]]);
  const store = {
    read: async (key: string) => kept.get(key) ?? null,
    write: async (key: string, value: Uint8Array) => void kept.set(key, value),
  };
  const engine = forecastEngine(backend);
  const forecasts = { ...engine, close: async () => {} };
  const { clock, cockpit, end } = startRig({ config, start, store, forecastEngine: async () => forecasts });
  // Modules are read in on real time.
  for (let i = 0; i < 50; i++) await setImmediate();
  await clock.advance(minutes(4));
  for (let i = 0; i < 50; i++) await setImmediate();
  await clock.advance(seconds(1));
  const told = cockpit.status.get("footfall.forecast");
  const of = (attribute: string, id: string | undefined) => told?.get(`${attribute} ${id}`);
  assert.ok(told, "nothing was told");
  const [low, middle, high] = ["low", "middle", "high"].map((name) => Number(of(name, ids[0]))) as [
    number,
    number,
    number,
  ];
  assert.ok(low <= middle && middle <= high && middle > 200 && middle < 400, `${low} ${middle} ${high}`);
  assert.is(of("from", ids[0]), "2026-11-19T03:00:00.000Z");
  assert.is(of("to", ids[0]), "2026-11-19T04:00:00.000Z");
  assert.ok([0, 11].includes(Number(of("high", ids[1]))), String(of("high", ids[1])));
  await clock.run(end(), hours(1));
});

test.run();
