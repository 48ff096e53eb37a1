import { HORIZONS, type Horizon } from "../../controllers/footfall/features.ts";
import { fourWeekMean } from "../../controllers/footfall/history.ts";
import {
  AS_LEARNED,
  around,
  isInside,
  learned,
  peopleOf,
  type Quantiles,
} from "../../controllers/footfall/interval.ts";
import { remembered, type Trusted, trusted } from "../../controllers/footfall/trust.ts";
import { localClock } from "../../controllers/lighting/local-time.ts";
import type { ComponentId, Event, Reading } from "../../controllers/model.ts";
import { type Duration, duration, type Instant, instant, milliseconds, seconds } from "../../controllers/units.ts";
import type { Clock } from "../hal/clock.ts";
import type { Log } from "../hal/log.ts";
import type { Store } from "../hal/store.ts";
import type { ForecastEngine } from "../inference/forecast-engine.ts";
import { OwnHours } from "./own-hours.ts";
import { noRecords, recordBytes, recordsFrom } from "./record.ts";

type Footfall = Extract<Event, { readonly kind: "footfall" }>;

export interface ForecasterOptions {
  readonly counters: readonly ComponentId[];
  readonly timeZone: string;
  readonly clock: Clock;
  readonly store: Store;
  readonly log: Log;
  /** Starts what computes the networks; rejects where it cannot be had. */
  readonly engine: () => Promise<ForecastEngine & { close(): Promise<void> }>;
  /** Processor time a night for teaching the networks what was counted here; 0: never. */
  readonly budget: Duration;
}

/** Foretells, each hour, the people of that hour and of the same hour of tomorrow. */
export interface Forecaster {
  /** A window that was counted. */
  footfall(event: Footfall): void;
  /** Tells forecasts until the signal aborts; then resolves. */
  run(tell: (reading: Reading) => void, signal: AbortSignal): Promise<void>;
}

/** After an hour its last windows are still on their way. */
const SETTLE = seconds(90);
/** Of the local day: nobody needs the processor less. */
const REFRESH_HOUR = 3;
const SLICE = 4;
/** Others have the processor for three times as long. */
const SHARE = 3;
const REST = milliseconds(500);
const MINUTE = 60_000;

const COUNTS = "forecast-counts";
const RECORD = "forecast-record";
const weightsKey = (horizon: Horizon) => `forecast-weights-${horizon}`;

/** What was foretold of an hour and waits to come true. */
interface Pending {
  readonly wall: number;
  readonly horizon: Horizon;
  /** By counter; null where that one could not be had. */
  readonly network: readonly (Quantiles | null)[];
  readonly plain: readonly (Quantiles | null)[];
  /** The one that was believed. */
  readonly told: readonly (Quantiles | null)[];
}

/**
 * A forecast of a network where it may be believed, else the mean of the last four same hours of the week. Whatever fails
 * here costs forecasts only.
 */
export function forecaster(options: ForecasterOptions): Forecaster {
  const { counters, clock, store, log, budget } = options;
  const local = localClock(options.timeZone);
  const wallOf = (at: Instant) => local.day(at) * 24 + Math.floor(local.minutes(at) / 60);
  const instantOf = (wall: number) => local.at(Math.floor(wall / 24), (wall % 24) * 60);
  const hours = new OwnHours(counters, wallOf(clock.now()));
  let records = noRecords();
  let pending: Pending[] = [];
  let engine: (ForecastEngine & { close(): Promise<void> }) | null = null;
  const said = new Map<Horizon, Trusted>();

  const restore = async () => {
    const [counts, record] = await Promise.all([store.read(COUNTS), store.read(RECORD)]);
    if (counts && !hours.restore(counts)) log.warn({}, "the kept hourly counts are damaged: counting begins anew");
    const kept = record && recordsFrom(record);
    if (record && !kept) log.warn({}, "the kept record of forecasts is damaged: it begins anew");
    if (kept) records = kept;
  };

  const start = async () => {
    if (engine) return;
    try {
      const started = await options.engine();
      engine = started;
      for (const horizon of HORIZONS) {
        const own = await store.read(weightsKey(horizon));
        const loaded = (own && (await started.load(horizon, own))) || (await started.load(horizon, null));
        if (loaded) records[horizon].examined ??= clock.now();
        else records[horizon].examined = null;
      }
    } catch (error) {
      await lost(error);
    }
  };

  const lost = async (error: unknown) => {
    log.error({ err: error }, "no network forecasts: the mean of four weeks takes their place");
    const gone = engine;
    engine = null;
    await gone?.close().catch(() => {});
  };

  /** What came true of what was foretold for the hours before `now`. */
  const learn = (now: number) => {
    for (const { wall, horizon, network, plain, told } of pending.filter((one) => one.wall < now)) {
      const record = records[horizon];
      let [n, mine, theirs] = [0, 0, 0];
      for (const [i, id] of counters.entries()) {
        const came = hours.people(i, wall);
        const best = told[i];
        if (Number.isNaN(came) || !best) continue;
        record.widths.set(id, learned(record.widths.get(id) ?? AS_LEARNED, isInside(best, came)));
        const [a, b] = [network[i], plain[i]];
        if (!a || !b) continue;
        n++;
        mine += Math.abs(came - a.middle);
        theirs += Math.abs(came - b.middle);
      }
      if (n > 0) record.outcomes = remembered(record.outcomes, { wall, network: mine, plain: theirs });
    }
    pending = pending.filter((one) => one.wall >= now);
  };

  const forecast = async (horizon: Horizon, tell: (reading: Reading) => void) => {
    const counts = hours.counts();
    const wall = hours.end + horizon - 1;
    const t = wall - counts.from;
    const { widths, examined, outcomes } = records[horizon];
    const width = (i: number) => widths.get(counters[i] as string) ?? AS_LEARNED;
    const plain = counts.people.map((people, i) => {
      const mean = fourWeekMean(people, t);
      return Number.isNaN(mean) ? null : around(mean, width(i));
    });
    let network: readonly (Quantiles | null)[] = [];
    try {
      const expected = (await engine?.expect(counts, horizon, t)) ?? [];
      network = expected.map((e, i) => e && peopleOf(e.logBase, e.middle, e.low, e.high, width(i)));
    } catch (error) {
      await lost(error);
    }
    const whose = engine ? trusted(examined, outcomes, clock.now()) : "missing";
    if (said.get(horizon) !== whose) log.info({ horizon, whose }, "whose forecast is believed");
    said.set(horizon, whose);
    const told = plain.map((mean, i) => (whose === "network" ? network[i] : null) ?? mean);
    // The hour that comes twice is one on the grid: the later forecast stands.
    pending = pending.filter((one) => one.wall !== wall || one.horizon !== horizon);
    pending.push({ wall, horizon, network, plain, told });
    const at = clock.now();
    const from =
      horizon === 1 ? instant(at - (at % MINUTE) - Math.floor(local.minutes(at) % 60) * MINUTE) : instantOf(wall);
    if (wallOf(from) !== wall) return; // an hour that the clocks leave out
    const to = instant(from + 60 * MINUTE);
    for (const [i, source] of counters.entries()) {
      const best = told[i];
      if (best) tell({ kind: "forecast", source, from, to, ...best, at });
    }
  };

  const refresh = async (signal: AbortSignal) => {
    let left = Number(budget);
    for (const horizon of HORIZONS) {
      while (engine && left > 0) {
        const began = clock.monotonic();
        const step = await engine.refresh(hours.counts(), horizon, SLICE);
        const took = clock.monotonic() - began;
        left -= took;
        if ("weights" in step) {
          log.info({ horizon, before: step.before, after: step.after, kept: step.weights !== null }, "refreshed");
          if (Number.isFinite(step.after)) records[horizon].examined = clock.now();
          if (step.weights) await store.write(weightsKey(horizon), step.weights);
          break;
        }
        await clock.sleep(duration(Math.max(REST, took * SHARE)), "forecast refresh", signal);
      }
    }
  };

  const hour = async (tell: (reading: Reading) => void, signal: AbortSignal) => {
    if (!clock.isSet()) return;
    const now = clock.now();
    hours.closeBefore(wallOf(now));
    await start();
    learn(hours.end);
    for (const horizon of HORIZONS) await forecast(horizon, tell);
    await store.write(COUNTS, hours.bytes());
    await store.write(RECORD, recordBytes(records));
    if (budget > 0 && engine && Math.floor(local.minutes(now) / 60) === REFRESH_HOUR)
      await refresh(signal).catch((error) => (signal.aborted ? undefined : lost(error)));
  };

  return {
    footfall({ source, people, from, to }) {
      hours.add(source, wallOf(from), people, (to - from) / MINUTE);
    },

    async run(tell, signal) {
      await restore().catch((error) => log.error({ err: error }, "nothing kept of forecasts can be read"));
      while (!signal.aborted) {
        try {
          const next = duration((60 - (local.minutes(clock.now()) % 60)) * MINUTE + SETTLE);
          await clock.sleep(next, "next forecast", signal);
          await hour(tell, signal);
        } catch (error) {
          if (!signal.aborted) log.error({ err: error }, "no forecast this hour");
        }
      }
      await engine?.close();
    },
  };
}
