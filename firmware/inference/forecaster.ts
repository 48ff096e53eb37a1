import type { DayMemory } from "../../controllers/footfall/day-memory.ts";
import { featureCount, type Horizon, writeFeatures } from "../../controllers/footfall/features.ts";
import { at, type History } from "../../controllers/footfall/history.ts";
import type { Examples, Recipe } from "./fit.ts";
import type { Model } from "./model.ts";

/** One hour of one sensor, by their places in a history. */
export interface Place {
  readonly sensor: number;
  readonly t: number;
}

/** The network of a forecast: small, for a cabinet's processor; several of them, averaged, where there is time. */
export const RECIPE: Recipe = { hidden: [64, 32], steps: 2000, batch: 512, rate: 2e-3, decay: 0.1 };

/** How often each example is seen, and the most steps that makes. */
const EPOCHS = 5;
const MOST_STEPS = 3000;
/** Of few examples each is seen more often, but not until it is known by heart. */
const MOST_EPOCHS = 40;
const LEAST_STEPS = { few: 200, many: 500 };

/** The recipe for so many examples: time is bounded, however large the city. */
export function recipeFor(examples: number): Recipe {
  const epoch = examples / RECIPE.batch;
  const least = Math.max(LEAST_STEPS.few, Math.min(LEAST_STEPS.many, MOST_EPOCHS * epoch));
  return { ...RECIPE, steps: Math.round(Math.max(least, Math.min(MOST_STEPS, EPOCHS * epoch))) };
}

/** The places in [from, to) that were counted and of which something was expected. */
export function placesIn(history: History, from: number, to: number): Place[] {
  const places: Place[] = [];
  for (const [sensor, people] of history.counts.people.entries()) {
    for (let t = from; t < to; t++) {
      if (!Number.isNaN(at(people, t) + at(history.base[sensor], t))) places.push({ sensor, t });
    }
  }
  return places;
}

/** Busy hours count more, but not in proportion: a quiet street at night is lit too. */
const BUSY = 0.3;

/** To learn how far each place was from what was expected. Features look at hours up to `t - horizon` only. */
export function examplesOf(history: History, memory: DayMemory, horizon: Horizon, places: readonly Place[]): Examples {
  const sums = history.counts.people.map(() => ({ sum: 0, n: 0 }));
  for (const { sensor, t } of places) {
    const of = sums[sensor];
    if (!of) throw new TypeError(`no sensor ${sensor}`);
    of.sum += at(history.counts.people[sensor], t);
    of.n++;
  }
  return {
    count: places.length,
    inputs: featureCount(horizon),
    write(example, out, offset) {
      const { sensor, t } = places[example] as Place;
      writeFeatures(history, memory, horizon, sensor, t, out, offset);
      const { sum, n } = sums[sensor] as (typeof sums)[number];
      const share = (at(history.base[sensor], t) + 1) / (sum / n + 1);
      return { answer: at(history.deviation[sensor], t), weight: share ** BUSY };
    },
  };
}

const ROWS = 2048;

/**
 * What networks expect at places: three numbers each, in the order of `QUANTILES`, as deviations (logarithms) from
 * `logBase`; the mean of all networks.
 */
export async function expectedAt(
  models: readonly Model[],
  history: History,
  memory: DayMemory,
  horizon: Horizon,
  places: readonly Place[],
): Promise<Float32Array> {
  const inputs = featureCount(horizon);
  const expected = new Float32Array(places.length * 3);
  for (let from = 0; from < places.length; from += ROWS) {
    const some = places.slice(from, from + ROWS);
    const batch = new Float32Array(some.length * inputs);
    for (const [row, { sensor, t }] of some.entries())
      writeFeatures(history, memory, horizon, sensor, t, batch, row * inputs);
    for (const model of models) {
      const answer = await model.predict(batch, some.length);
      for (const [i, value] of answer.entries())
        expected[from * 3 + i] = (expected[from * 3 + i] as number) + value / models.length;
    }
  }
  return expected;
}
