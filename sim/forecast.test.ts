import { readFileSync } from "node:fs";
import { setImmediate } from "node:timers/promises";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { WEEK } from "../controllers/footfall/history.ts";
import { hours, instant, minutes, seconds } from "../controllers/units.ts";
import { type CabinetConfig, readConfig } from "../firmware/config/read.ts";
import { OwnHours } from "../firmware/forecast/own-hours.ts";
import { readPeople } from "../firmware/forecast/people-shelf.ts";
import { silent } from "../firmware/hal/log.ts";
import { loadBackend } from "../firmware/inference/backend.ts";
import { forecastEngine } from "../firmware/inference/forecast-engine.ts";
import { wasm } from "../firmware/inference/wasm.ts";
import { startNode } from "../firmware/link/node.ts";
import { connectSupervisor } from "../firmware/link/supervisor.ts";
import { MemoryBroker } from "./broker.ts";
import { VirtualClock } from "./clock.ts";
import { cabinetOf, lamps } from "./pair.ts";
import { memoryStore } from "./ports.ts";
import { SeededRandom } from "./random.ts";
import { type RigOptions, startRig } from "./rig.ts";

const text = readFileSync(new URL("./scenarios/suite/street.yaml", import.meta.url), "utf8");
const read = readConfig(`${text}\nforecast: { budget: 0 }\n`);
if (!read.ok) throw new Error(JSON.stringify(read.problems));
const { config } = read;

const START = instant(Date.UTC(2026, 10, 19, 2, 58));

/** A cabinet at three in the morning whose first counter sees 300 people each hour, the others 2; it has just foretold. */
async function foretelling(config: CabinetConfig, more: Partial<RigOptions> = {}) {
  const backend = await loadBackend(silent, [wasm]);
  const start = START;
  const ids = config.counters.map(({ id }) => id);
  // Paris is an hour ahead.
  const now = Math.floor(start / 3_600_000) + 1;
  const past = new OwnHours(ids, now - 6 * WEEK);
  for (let wall = past.end; wall < now; wall++)
    for (const [i, id] of ids.entries()) past.add(id, wall, i === 0 ? 300 : 2, 60);
  past.closeBefore(now);
  const store = memoryStore();
  await store.write("forecast-counts", past.bytes());
  const forecasts = { ...forecastEngine(backend), close: async () => {} };
  const rig = startRig({ config, start, store, forecastEngine: async () => forecasts, ...more });
  // Modules are read in on real time.
  for (let i = 0; i < 50; i++) await setImmediate();
  await rig.clock.advance(minutes(4));
  for (let i = 0; i < 50; i++) await setImmediate();
  await rig.clock.advance(seconds(1));
  const told = rig.cockpit.status.get("footfall.forecast");
  const of = (attribute: string, id: string | undefined) => told?.get(`${attribute} ${id}`);
  const quantiles = ["low", "middle", "high"].map((name) => Number(of(name, ids[0]))) as [number, number, number];
  return { ...rig, store, ids, of, quantiles };
}

test("a cabinet that is told to foretells the hour that has begun, and does not say how few", async () => {
  assert.equal(config.forecast, { budget: seconds(0) });
  const { clock, ids, of, quantiles, end } = await foretelling(config);
  const [low, middle, high] = quantiles;
  assert.ok(low <= middle && middle <= high && middle > 200 && middle < 400, `${low} ${middle} ${high}`);
  assert.is(of("from", ids[0]), "2026-11-19T03:00:00.000Z");
  assert.is(of("to", ids[0]), "2026-11-19T04:00:00.000Z");
  assert.ok([0, 11].includes(Number(of("high", ids[1]))), String(of("high", ids[1])));
  await clock.run(end(), hours(1));
});

const NODE = "21231/lone";
const small = cabinetOf(
  NODE,
  `
streets: [{ name: rue du Lac, length: 300 }]
counters:
  - { id: counter/1, kind: ascii, port: /dev/counter-1, street: rue du Lac, position: 60 }
  - { id: counter/2, kind: ascii, port: /dev/counter-2, street: rue du Lac, position: 160 }
forecast: { budget: 0 }
${lamps("0-1")}`,
);

test("what was foretold while the cockpit could not be reached is told afterwards, hour by hour", async () => {
  const clock = new VirtualClock(START);
  const broker = new MemoryBroker(clock);
  const entries: { readonly from: string; readonly middle: number }[] = [];
  const desk = connectSupervisor({
    url: "mqtt://simulated",
    id: "desk",
    clock,
    random: new SeededRandom(1),
    open: broker.open,
    onEntry({ code, values }) {
      if (code !== "footfall.forecast") return;
      const of = (attribute: string) => (values[attribute] as Record<string, unknown>)["counter/1"];
      entries.push({ from: String(of("from")), middle: Number(of("middle")) });
    },
  });
  const cut = clock.sleep(minutes(1), "cut", new AbortController().signal).then(() => broker.cut(NODE));
  const { end } = await foretelling(small, {
    clock,
    connect: (options, process) => startNode({ ...options, open: process.session(broker.open) }),
  });
  await cut;
  await clock.advance(hours(1));
  assert.equal(entries, []);
  broker.restore(NODE);
  await clock.advance(minutes(5));
  const first = entries.find(({ from }) => from === "2026-11-19T03:00:00.000Z");
  assert.ok(first && first.middle > 200 && first.middle < 400, JSON.stringify(entries));
  const told = [...new Set(entries.map(({ from }) => from))];
  assert.equal(told, ["2026-11-19T03:00:00.000Z", "2026-11-19T04:00:00.000Z"]);
  await desk.close();
  await clock.run(end(), seconds(5));
});

test("what was foretold is kept beside who then came, as far as that is told", async () => {
  const { clock, cabinet, store, quantiles, end } = await foretelling(small);
  for (let minute = 0; minute < 65; minute++) {
    if (minute < 56) cabinet.counters.get("counter/1")?.pass("up");
    if (minute < 10) cabinet.counters.get("counter/2")?.pass("up");
    await clock.advance(minutes(1));
  }
  const begin = instant(Date.UTC(2026, 10, 19, 3));
  assert.equal((await readPeople(store, instant(Date.UTC(2026, 10, 19))))?.hours, [
    {
      from: begin,
      of: [
        [...quantiles, 56],
        [0, 0, 0, null],
      ],
    },
  ]);
  await clock.run(end(), hours(1));
});

test.run();
