import { type DayMemory, MEMORIES } from "./day-memory.ts";
import { at, type History, WEEK } from "./history.ts";
import { hourOfDay, weekday } from "./hourly.ts";

/** How far ahead a forecast looks: hours between the last count it knows and the hour it is for. */
export type Horizon = 1 | 24;
export const HORIZONS: readonly Horizon[] = [1, 24];

const RECENT = [1, 2, 3, 4, 5, 6];
const RECENT_CITY = [1, 2, 3, 4];
const DAY_BEFORE = [24, 25, 26, 27, 28, 30];
const DAY_BEFORE_CITY = [24, 25, 26, 28];
const DAYS_BEFORE = [48, 72, 96, 120, 144, 168, 192];
const DAYS_BEFORE_CITY = [48, 72, 144, 168];
const DAYS_BEFORE_COUNT = [24, 48, 144, 336];
const SPANS = [6, 12, 24, 72, 168, 672];
const SPANS_CITY = [6, 24, 72, 168];
const SPANS_DISTANCE = [168, 672];
const SAT = 5;
const SUN = 6;
const WED = 2;

/** Numbers in one row of features. */
export const featureCount = (horizon: Horizon): number =>
  5 +
  (horizon === 1 ? RECENT.length + RECENT_CITY.length + 12 : 0) +
  DAY_BEFORE.length +
  DAY_BEFORE_CITY.length +
  DAYS_BEFORE.length +
  DAYS_BEFORE_CITY.length +
  DAYS_BEFORE_COUNT.length +
  SPANS.length +
  SPANS_CITY.length +
  SPANS_DISTANCE.length +
  7 +
  3 +
  MEMORIES +
  3 +
  24 +
  7;

/**
 * Writes the features of hour `t` at a sensor into `out` from `offset`: numbers without a scale, so that one network
 * serves every street. They are made of counts up to `t - horizon` only; nothing of the hours after that is looked at.
 * All are relative to what the weeks before let expect (`History.base`), which must be known at `t`.
 */
export function writeFeatures(
  history: History,
  memory: DayMemory,
  horizon: Horizon,
  sensor: number,
  t: number,
  out: Float32Array,
  offset: number,
): void {
  const { logBase, log, deviation, city, unusual, means, counts } = history;
  const [mine, bases, counted] = [deviation[sensor], logBase[sensor], log[sensor]];
  const expected = at(bases, t);
  const wall = counts.from + t;
  const [hour, day, today] = [hourOfDay(wall), weekday(wall), Math.floor(t / 24)];
  const known = t - horizon + 1;
  const [myMean, cityMean, peopleMean, distance] = [
    means.deviation[sensor],
    means.city,
    means.people[sensor],
    means.distance[sensor],
  ];
  if (!myMean || !peopleMean || !distance) throw new TypeError(`no sensor ${sensor}`);
  let place = offset;
  const put = (value: number) => {
    out[place++] = Number.isNaN(value) ? 0 : Math.max(-3, Math.min(3, value));
  };

  let [sum, distances, n] = [0, 0, 0];
  for (let k = 1; k <= 4; k++) {
    const before = at(counted, t - WEEK * k);
    put(before - expected);
    if (Number.isNaN(before)) continue;
    sum += Math.expm1(before);
    n++;
  }
  put(Math.log1p(sum / n) - expected);

  if (horizon === 1) {
    for (const lag of RECENT) put(at(mine, t - lag));
    for (const lag of RECENT_CITY) put(at(city, t - lag));
    put(at(counted, t - 1) - expected);
    put(at(counted, t - 2) - expected);
    put(myMean(t - 3, t));
    put(cityMean(t - 3, t));
    put(at(mine, t - 1) - at(mine, t - 2));
    // Since midnight.
    put(myMean(t - hour, t));
    put(cityMean(t - hour, t));
    for (const lag of [22, 23]) {
      put(at(mine, t - lag));
      put(at(city, t - lag));
    }
    put(at(counted, t - 1) - at(bases, t - 24 * sinceDay(day, SUN) - 1));
  }
  for (const lag of DAY_BEFORE) put(at(mine, t - lag));
  for (const lag of DAY_BEFORE_CITY) put(at(city, t - lag));
  for (const lag of DAYS_BEFORE) put(at(mine, t - lag));
  for (const lag of DAYS_BEFORE_CITY) put(at(city, t - lag));
  for (const lag of DAYS_BEFORE_COUNT) put(at(counted, t - lag) - expected);
  for (const span of SPANS) put(myMean(known - span, known));
  for (const span of SPANS_CITY) put(cityMean(known - span, known));
  for (const span of SPANS_DISTANCE) put(distance(known - span, known));

  // The same hour of the last seven days, and how far the last four of this weekday were off.
  [sum, n] = [0, 0];
  for (let lag = 24; lag <= WEEK; lag += 24) {
    const before = at(mine, t - lag);
    if (Number.isNaN(before)) continue;
    sum += before;
    n++;
  }
  put(n > 0 ? sum / n : 0);
  n = 0;
  for (let k = 1; k <= 4; k++) {
    const before = at(mine, t - WEEK * k);
    if (Number.isNaN(before)) continue;
    distances += Math.abs(before);
    n++;
  }
  put(n > 0 ? distances / n : 0.3);
  put(expected - Math.log1p(peopleMean(known - 8 * WEEK, known)));
  put(expected / 4 - 1);
  put(Math.log1p(peopleMean(known - WEEK, known)) - Math.log1p(peopleMean(known - 8 * WEEK, known)));
  put(at(bases, t + 1) - expected);
  put(at(bases, t - 1) - expected);
  // What the same hour of other kinds of day lets expect: a holiday is often like a Sunday.
  for (const other of [SUN, SAT, WED]) put(at(bases, t - 24 * sinceDay(day, other)) - expected);

  memory.recall(sensor, t, out, place);
  place += MEMORIES;
  for (const back of [2, 7, 14]) put(at(unusual, today - back));
  for (let h = 0; h < 24; h++) put(h === hour ? 1 : 0);
  for (let d = 0; d < 7; d++) put(d === day ? 1 : 0);
}

/** Days since the last `other` weekday, 1 to 7. */
const sinceDay = (day: number, other: number): number => ((day - other + 6) % 7) + 1;
