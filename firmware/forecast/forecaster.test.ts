import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Horizon } from "../../controllers/footfall/features.ts";
import { WEEK } from "../../controllers/footfall/history.ts";
import { hourOfDay } from "../../controllers/footfall/hourly.ts";
import type { Reading } from "../../controllers/model.ts";
import { hours, instant, minutes, seconds } from "../../controllers/units.ts";
import { VirtualClock } from "../../sim/clock.ts";
import { silent } from "../hal/log.ts";
import type { ForecastEngine } from "../inference/forecast-engine.ts";
import { forecaster } from "./forecaster.ts";

type Forecast = Extract<Reading, { kind: "forecast" }>;
const START = instant(Date.UTC(2026, 0, 5, 0));
const HOUR = 3_600_000;

function memory() {
  const kept = new Map<string, Uint8Array>();
  return {
    kept,
    read: async (key: string) => kept.get(key) ?? null,
    write: async (key: string, value: Uint8Array) => void kept.set(key, value.slice()),
  };
}

/** An engine that says what it is told to: this factor of the people expected. */
function puppet(say: (horizon: Horizon) => number | null = () => 1) {
  const calls: string[] = [];
  const engine: ForecastEngine & { close(): Promise<void> } = {
    load: async (horizon, weights) => {
      calls.push(`load ${horizon} ${weights ? "own" : "shipped"}`);
      return true;
    },
    expect: async (counts, horizon, t) => {
      const factor = say(horizon);
      if (factor === null) throw new Error("out of memory");
      return counts.people.map((mine) => {
        const expected = mine[t - WEEK];
        if (expected === undefined || Number.isNaN(expected)) return null;
        return {
          logBase: Math.log1p(expected),
          middle: Math.log(factor),
          low: Math.log(factor) - 0.1,
          high: Math.log(factor) + 0.1,
        };
      });
    },
    refresh: async (_counts, horizon, steps) => {
      calls.push(`refresh ${horizon} ${steps}`);
      return calls.filter((call) => call === `refresh ${horizon} ${steps}`).length % 3 > 0
        ? { left: 1 }
        : { left: 0, weights: new Uint8Array([horizon]), before: 2, after: 1 };
    },
    close: async () => void calls.push("close"),
  };
  return { engine, calls };
}

/** People of an hour: as many as its number, every day. */
const PEOPLE = (wall: number) => 60 * (1 + hourOfDay(wall));

async function played(given: {
  days: number;
  zone?: string;
  engine?: () => Promise<ForecastEngine & { close(): Promise<void> }>;
  store?: ReturnType<typeof memory>;
  budget?: number;
  start?: typeof START;
  quiet?: (at: number) => boolean;
}) {
  const { days, zone = "UTC", store = memory(), start = START } = given;
  const clock = new VirtualClock(start);
  const told: Forecast[] = [];
  const lines: string[] = [];
  const log = { ...silent, error: (_: object, text: string) => void lines.push(text) };
  const engine = given.engine ?? (async () => puppet().engine);
  const budget = seconds(given.budget ?? 0);
  const one = forecaster({ counters: ["counter/1"], timeZone: zone, clock, store, log, engine, budget });
  const stop = new AbortController();
  const running = one.run((reading) => void told.push(reading as Forecast), stop.signal);
  for (let minute = 0; minute < days * 1440; minute++) {
    await clock.advance(minutes(1));
    const [from, to] = [instant(clock.now() - 60_000), clock.now()];
    if (!given.quiet?.(from))
      one.footfall({ kind: "footfall", source: "counter/1", people: PEOPLE(Math.floor(from / HOUR)) / 60, from, to });
  }
  stop.abort();
  await clock.run(running, hours(1));
  return { told, store, lines, clock };
}

test("each hour is foretold when it begins and a day before, once its past is known", async () => {
  const { told } = await played({ days: 9 });
  assert.is(told.filter(({ to }) => to - START <= 7 * 24 * HOUR).length, 0, "nothing is known of it");
  const near = told.filter(({ from, at }) => from <= at);
  const far = told.filter(({ from, at }) => from > at);
  assert.is(near.length, 48);
  assert.ok(far.length >= 48 && far.every(({ from, at }) => from - at > 22 * HOUR && from - at < 23 * HOUR));
  for (const { from, to, low, middle, high } of told) {
    assert.is(to - from, HOUR);
    assert.is(Math.round(middle), PEOPLE(from / HOUR), "as a week ago");
    assert.ok(low < middle && middle < high);
  }
});

test("without a network, or where it fails, the mean of four weeks takes its place", async () => {
  const none = await played({ days: 9, engine: () => Promise.reject(new Error("no backend")) });
  assert.is(none.told.filter(({ from, at }) => from <= at).length, 48);
  assert.is(Math.round((none.told[0] as Forecast).middle), PEOPLE((none.told[0] as Forecast).from / HOUR));
  const fails = await played({ days: 8, engine: async () => puppet(() => null).engine });
  assert.is(fails.told.filter(({ from, at }) => from <= at).length, 24);
  assert.ok(fails.lines.some((line) => /mean of four weeks/.test(line)));
});

test("a network that is worse than the mean of four weeks is not believed any more after three days", async () => {
  const { told } = await played({ days: 12, engine: async () => puppet(() => 2).engine });
  const ratio = ({ from, middle }: Forecast) => Math.round((middle / PEOPLE(from / HOUR)) * 10) / 10;
  const near = told.filter(({ from, at }) => from <= at).map(ratio);
  assert.equal(new Set(near.slice(0, 71)), new Set([2]));
  assert.equal(new Set(near.slice(73)), new Set([1]));
});

test("at three at night it learns in slices with rests, keeps what is better, and finds it again", async () => {
  const store = memory();
  const { engine, calls } = puppet();
  await played({ days: 1, engine: async () => engine, store, budget: 60 });
  assert.equal(calls, [
    "load 1 shipped",
    "load 24 shipped",
    ...Array(3).fill("refresh 1 4"),
    ...Array(3).fill("refresh 24 4"),
    "close",
  ]);
  assert.equal(store.kept.get("forecast-weights-24"), new Uint8Array([24]));
  const again = puppet();
  await played({ days: 0.1, engine: async () => again.engine, store, start: instant(START + 24 * HOUR) });
  assert.equal(again.calls, ["load 1 own", "load 24 own", "close"], "no budget, no refresh");
});

test("what was counted outlives a restart; a damaged store costs only what it held", async () => {
  const store = memory();
  await played({ days: 8, store });
  const start = instant(START + 8 * 24 * HOUR);
  const { told } = await played({ days: 0.2, store, start });
  assert.is(told.filter(({ from, at }) => from <= at).length, 4);
  for (const key of store.kept.keys()) store.kept.set(key, new Uint8Array([1, 2, 3]));
  assert.is((await played({ days: 0.2, store, start })).told.length, 0);
});

test("a counter that was silent is not taken for an empty street", async () => {
  const silence = (at: number) => at >= START + 24 * HOUR && at < START + 48 * HOUR;
  const { told } = await played({ days: 9, quiet: silence });
  assert.is(told.filter(({ from }) => silence(from - 7 * 24 * HOUR)).length, 0);
});

test("nothing is foretold while the clock is not set", async () => {
  const clock = new VirtualClock(START);
  clock.trust = "unset";
  let asked = 0;
  const engine = async () => {
    asked++;
    return puppet().engine;
  };
  const one = forecaster({
    counters: ["counter/1"],
    timeZone: "UTC",
    clock,
    store: memory(),
    log: silent,
    engine,
    budget: seconds(0),
  });
  const stop = new AbortController();
  const running = one.run(() => assert.unreachable(), stop.signal);
  await clock.advance(hours(5));
  assert.is(asked, 0);
  clock.trust = "synchronised";
  await clock.advance(hours(1));
  assert.is(asked, 1);
  stop.abort();
  await clock.run(running, hours(1));
});

test("in a zone that is half an hour off, hours are those of its wall clock; the hour left out in spring is not foretold", async () => {
  const half = await played({ days: 8, zone: "Asia/Kolkata" });
  assert.ok(half.told.length > 0 && half.told.every(({ from }) => from % HOUR === HOUR / 2));
  const spring = await played({ days: 9, zone: "Europe/Paris", start: instant(Date.UTC(2026, 2, 21)) });
  const gap = Date.UTC(2026, 2, 29, 1);
  assert.ok(spring.told.every(({ from, to }) => to - from === HOUR));
  assert.is(spring.told.filter(({ from, at }) => from === gap && from <= at).length, 1);
  assert.is(spring.told.filter(({ from, at }) => from === gap && from > at).length, 1);
  const autumn = await played({ days: 9, zone: "Europe/Paris", start: instant(Date.UTC(2026, 9, 17)) });
  const twice = [0, 1].map((hour) => Date.UTC(2026, 9, 25, hour));
  assert.ok(autumn.told.every(({ from, to }) => to - from === HOUR));
  assert.equal(
    autumn.told.filter(({ from, at }) => twice.includes(from) && from <= at).map(({ from }) => from),
    twice,
    "the hour that comes twice is foretold twice",
  );
});

test.run();
