import { FORGETFUL } from "../../controllers/footfall/day-memory.ts";
import { featureCount, type Horizon } from "../../controllers/footfall/features.ts";
import { at, type History, historyOf, WEEK } from "../../controllers/footfall/history.ts";
import type { HourlyCounts } from "../../controllers/footfall/hourly.ts";
import type { Backend } from "./backend.ts";
import { fitNet, QUANTILES } from "./fit.ts";
import { examplesOf, expectedAt, type Place, placesIn } from "./forecaster.ts";
import { loadModel, type Model } from "./model.ts";
import type { Net } from "./net.ts";
import { seeded } from "./seeded.ts";
import { bytesOf, netOf } from "./weights.ts";

/** What a network says of one sensor's hour: deviations from `logBase`, as logarithms. */
export interface Expected {
  readonly logBase: number;
  readonly middle: number;
  readonly low: number;
  readonly high: number;
}

/** How far a refresh has come. */
export type Refreshed =
  | { readonly left: number }
  /** `weights` are null where they were not better in the last week than those before: those stay. */
  | { readonly left: 0; readonly weights: Uint8Array | null; readonly before: number; readonly after: number };

/** The networks of a cabinet and what they do; lives in the worker. */
export interface ForecastEngine {
  /** Takes a network for a horizon, null for the one it was shipped with; false where the bytes are none that fits. */
  load(horizon: Horizon, weights: Uint8Array | null): Promise<boolean>;
  /** By sensor of the counts, the hour `t` of their grid; null without a network or without a past. */
  expect(counts: HourlyCounts, horizon: Horizon, t: number): Promise<readonly (Expected | null)[]>;
  /**
   * Goes on by up to `steps` steps in teaching a copy of the network what the counts hold, from the begin where none is under way.
   * The last week is not taught: at the end both networks forecast it, and the better one stays.
   */
  refresh(counts: HourlyCounts, horizon: Horizon, steps: number): Promise<Refreshed>;
}

/** A refresh corrects, it does not begin anew: it has few weeks to learn from. */
const STEPS = 240;
const REFRESH = { hidden: [], steps: STEPS, batch: 256, rate: 3e-4, decay: 0.1 };
const LEAST_EXAMPLES = 500;
/** The same chance each night. */
const SEED = 1;

export function forecastEngine(backend: Backend): ForecastEngine {
  const nets = new Map<Horizon, { net: Net; model: Model }>();
  const under = new Map<Horizon, Refresh>();

  const take = (horizon: Horizon, net: Net) => {
    nets.get(horizon)?.model.dispose();
    nets.set(horizon, { net, model: loadModel(backend, net) });
  };

  return {
    async load(horizon, weights) {
      const parsed = netOf(weights ?? (await shipped(horizon)));
      if (!parsed.ok || parsed.net.inputs !== featureCount(horizon) || parsed.net.outputs !== QUANTILES.length)
        return false;
      take(horizon, parsed.net);
      return true;
    },

    async expect(counts, horizon, t) {
      const history = historyOf(counts);
      const model = nets.get(horizon)?.model;
      const places = counts.people.map((_, sensor) => ({ sensor, t }));
      const known = places.filter(({ sensor }) => model && !Number.isNaN(at(history.base[sensor], t)));
      const rows = model ? await expectedAt([model], history, FORGETFUL, horizon, known) : new Float32Array();
      return places.map((place) => {
        const row = known.indexOf(place);
        if (row < 0) return null;
        const [middle, low, high] = rows.subarray(row * 3, row * 3 + 3) as unknown as [number, number, number];
        return { logBase: at(history.logBase[place.sensor], t), middle, low, high };
      });
    },

    async refresh(counts, horizon, steps) {
      const now = nets.get(horizon);
      let refresh = under.get(horizon);
      if (!refresh) {
        if (!now) return { left: 0, weights: null, before: Number.NaN, after: Number.NaN };
        refresh = begin(backend, now.net, counts, horizon);
        under.set(horizon, refresh);
      }
      const left = await refresh.advance(steps);
      if (left > 0) return { left };
      under.delete(horizon);
      const { net, before, after } = await refresh.end();
      if (!net || !now || !(after < before)) return { left: 0, weights: null, before, after };
      take(horizon, net);
      return { left: 0, weights: bytesOf(net), before, after };
    },
  };
}

/** Read in only where it is wanted: some 90 kB of text. */
async function shipped(horizon: Horizon): Promise<Uint8Array> {
  const { FORECAST_WEIGHTS } = await import("./forecast-weights.ts");
  return Uint8Array.from(atob(FORECAST_WEIGHTS[horizon]), (char) => char.charCodeAt(0));
}

interface Refresh {
  /** Steps that are left after so many more. */
  advance(steps: number): Promise<number>;
  end(): Promise<{ readonly net: Net | null; readonly before: number; readonly after: number }>;
}

function begin(backend: Backend, from: Net, counts: HourlyCounts, horizon: Horizon): Refresh {
  const history = historyOf(counts);
  let last = history.hours;
  while (last > 0 && counts.people.every((people) => Number.isNaN(at(people, last - 1)))) last--;
  const lessons = placesIn(history, 2 * WEEK, last - WEEK);
  const exam = placesIn(history, last - WEEK, last);
  if (lessons.length < LEAST_EXAMPLES || exam.length === 0)
    return { advance: async () => 0, end: async () => ({ net: null, before: Number.NaN, after: Number.NaN }) };

  let allowed = 0;
  let done = 0;
  let go = Promise.withResolvers<void>();
  let reached = Promise.withResolvers<void>();
  const pause = async (step: number) => {
    done = step;
    if (done < allowed || done === STEPS) return;
    reached.resolve();
    await go.promise;
  };
  const examples = examplesOf(history, FORGETFUL, horizon, lessons);
  let training: Promise<Net> | undefined;
  return {
    async advance(steps) {
      allowed = Math.min(STEPS, done + Math.max(1, steps));
      reached = Promise.withResolvers();
      const before = go;
      go = Promise.withResolvers();
      before.resolve();
      training ??= fitNet(backend, examples, REFRESH, seeded(SEED), pause, from);
      await Promise.race([reached.promise, training]);
      return STEPS - done;
    },
    async end() {
      const net = (await training) as Net;
      const loss = async (candidate: Net) => {
        const model = loadModel(backend, candidate);
        const expected = await expectedAt([model], history, FORGETFUL, horizon, exam);
        model.dispose();
        return pinball(history, exam, expected);
      };
      return { net, before: await loss(from), after: await loss(net) };
    },
  };
}

/** Mean loss of all quantiles: what a forecast costs, its interval included. */
function pinball(history: History, places: readonly Place[], expected: Float32Array): number {
  let sum = 0;
  for (const [row, { sensor, t }] of places.entries()) {
    for (const [i, quantile] of QUANTILES.entries()) {
      const error = at(history.deviation[sensor], t) - (expected[row * 3 + i] as number);
      sum += Math.max(error * quantile, error * (quantile - 1));
    }
  }
  return sum / places.length;
}
