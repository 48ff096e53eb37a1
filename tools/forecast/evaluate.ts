import { dayMemory } from "../../controllers/footfall/day-memory.ts";
import type { Horizon } from "../../controllers/footfall/features.ts";
import { at, fourWeekMean, type History, historyOf, WEEK } from "../../controllers/footfall/history.ts";
import { type HourlyCounts, hoursOf } from "../../controllers/footfall/hourly.ts";
import {
  around,
  calibration,
  isInside,
  peopleOf,
  type Quantiles,
  type Width,
} from "../../controllers/footfall/interval.ts";
import type { Backend } from "../../firmware/inference/backend.ts";
import { fitNet } from "../../firmware/inference/fit.ts";
import { examplesOf, expectedAt, type Place, placesIn, recipeFor } from "../../firmware/inference/forecaster.ts";
import { loadModel } from "../../firmware/inference/model.ts";
import { seeded } from "../../firmware/inference/seeded.ts";
import { meanScore, type Score, Tally } from "./score.ts";

/** Wall hours [from, to). */
export interface Span {
  readonly from: number;
  readonly to: number;
}

export interface Question {
  readonly counts: HourlyCounts;
  readonly train: Span;
  readonly test: Span;
  readonly horizon: Horizon;
  /** Networks whose mean is the forecast. */
  readonly nets: number;
  /** Steps of each training; absent: as many as the examples ask for. */
  readonly steps?: number;
  readonly say: (text: string) => void;
}

export const MODELS = ["hulotte", "four-week-mean", "seasonal-naive"] as const;
export type ModelName = (typeof MODELS)[number];

export interface Answer {
  readonly examples: number;
  readonly steps: number;
  readonly sensors: number;
  /** Hours of the test that were counted but of which nothing was known before. */
  readonly unforecast: number;
  /** Mean over the sensors; `pooled`: WAPE of all people together. */
  readonly models: Readonly<Record<ModelName, Score & { readonly pooled: number }>>;
  readonly bySensor: Readonly<Record<string, Readonly<Record<ModelName, Score>>>>;
}

/** Weeks at the begin of the training from which only is looked back. */
const WARM_UP = 4 * WEEK;

/**
 * Trains on `train` and forecasts every hour of `test` from counts up to `horizon` hours before it; the weights stay as
 * trained, only the width of the intervals follows what came true. Throws TypeError where there is nothing to learn or test.
 */
export async function evaluate(backend: Backend, question: Question): Promise<Answer> {
  const { horizon, say, nets } = question;
  const counts = since(question.counts, question.train.from);
  const history = historyOf(counts);
  const inGrid = ({ from, to }: Span): Span => ({
    from: Math.max(0, from - counts.from),
    to: Math.min(history.hours, to - counts.from),
  });
  const [train, test] = [inGrid(question.train), inGrid(question.test)];
  const lessons = placesIn(history, Math.min(WARM_UP, train.from + Math.floor((train.to - train.from) / 3)), train.to);
  if (lessons.length < 1000)
    throw new TypeError(`the training has ${lessons.length} counted hours to learn from: allowed are 1000 and more`);
  const memory = dayMemory(history, train.to);
  const examples = examplesOf(history, memory, horizon, lessons);
  const recipe = { ...recipeFor(lessons.length), ...(question.steps === undefined ? {} : { steps: question.steps }) };
  const places = placesIn(history, test.from, test.to);
  if (places.length === 0) throw new TypeError("the test has no hour that was counted and had counts before it");

  const models = [];
  for (let n = 1; n <= nets; n++) {
    const progress = (step: number) => {
      if (step % 250 === 0) say(`network ${n} of ${nets}: step ${step} of ${recipe.steps}`);
    };
    models.push(loadModel(backend, await fitNet(backend, examples, recipe, seeded(n), progress)));
  }
  const expected = await expectedAt(models, history, memory, horizon, places);
  for (const model of models) model.dispose();
  return {
    examples: lessons.length,
    steps: recipe.steps,
    ...compare(history, horizon, places, expected, train, test),
  };
}

/** Everything from a wall hour on, at the begin of its day: what was before is not given. */
function since(counts: HourlyCounts, wall: number): HourlyCounts {
  const skip = Math.max(0, Math.floor(wall / 24) * 24 - counts.from);
  return { ...counts, from: counts.from + skip, people: counts.people.map((values) => values.slice(skip)) };
}

function compare(
  history: History,
  horizon: Horizon,
  places: readonly Place[],
  expected: Float32Array,
  train: Span,
  test: Span,
): Omit<Answer, "examples" | "steps"> {
  const { counts } = history;
  const rows = new Map<number, { place: Place; row: number }[]>();
  for (const [row, place] of places.entries()) {
    const of = rows.get(place.sensor);
    if (of) of.push({ place, row });
    else rows.set(place.sensor, [{ place, row }]);
  }
  const scores: Record<ModelName, Score[]> = { hulotte: [], "four-week-mean": [], "seasonal-naive": [] };
  const tallies: Record<ModelName, Tally[]> = { hulotte: [], "four-week-mean": [], "seasonal-naive": [] };
  const bySensor: Record<string, Record<ModelName, Score>> = {};
  for (const [sensor, mine] of rows) {
    const people = counts.people[sensor] as Float32Array;
    const step = weekStep(people, train);
    const known = (value: number, t: number) => (Number.isNaN(value) ? at(history.base[sensor], t) : value);
    const forecasts: Record<ModelName, (of: { place: Place; row: number }, width: Width) => Quantiles> = {
      hulotte: ({ place: { t }, row }, width) => {
        const [middle, low, high] = expected.subarray(row * 3, row * 3 + 3) as unknown as [number, number, number];
        return peopleOf(at(history.logBase[sensor], t), middle, low, high, width);
      },
      "four-week-mean": ({ place: { t } }, width) => around(known(fourWeekMean(people, t), t), width),
      "seasonal-naive": ({ place: { t } }, width) => around(known(at(people, t - WEEK), t), width),
    };
    const own = {} as Record<ModelName, Score>;
    for (const model of MODELS) {
      const tally = new Tally();
      const widths = calibration(horizon);
      for (const of of mine) {
        const { t } = of.place;
        const forecast = forecasts[model](of, widths.widthAt(t));
        const came = at(people, t);
        tally.add(counts.from + t, came, forecast);
        widths.came(t, isInside(forecast, came));
      }
      own[model] = tally.score(step);
      scores[model].push(own[model]);
      tallies[model].push(tally);
    }
    bySensor[counts.sensors[sensor] as string] = own;
  }
  const summary = (model: ModelName) => ({ ...meanScore(scores[model]), pooled: Tally.pooled(tallies[model]) });
  let counted = 0;
  for (const people of counts.people)
    for (let t = test.from; t < test.to; t++) if (!Number.isNaN(at(people, t))) counted++;
  return {
    sensors: rows.size,
    unforecast: counted - places.length,
    models: {
      hulotte: summary("hulotte"),
      "four-week-mean": summary("four-week-mean"),
      "seasonal-naive": summary("seasonal-naive"),
    },
    bySensor,
  };
}

/** Mean change from one week to the next within the training: the scale of MASE. */
function weekStep(people: Float32Array, { from, to }: Span): number {
  let [sum, n] = [0, 0];
  for (let t = from + WEEK; t < Math.min(to, people.length); t++) {
    const change = Math.abs(at(people, t) - at(people, t - WEEK));
    if (Number.isNaN(change)) continue;
    sum += change;
    n++;
  }
  return sum / n;
}

/** The wall hours of a file of counts. */
export const spanOf = (counts: HourlyCounts): Span => ({ from: counts.from, to: counts.from + hoursOf(counts) });
