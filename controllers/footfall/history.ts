import { type HourlyCounts, hoursOf } from "./hourly.ts";

/** Hours of a week. */
export const WEEK = 168;
/** Weeks of the past that an hour's expectation is made of. */
export const WEEKS = 7;
/** Hours of the past that a forecast looks back on: what a cabinet keeps. */
export const LOOK_BACK = 9 * WEEK;

/** What is known of the past, made ready for features. All by hour of the grid; NaN where nothing is known. */
export interface History {
  readonly counts: HourlyCounts;
  readonly hours: number;
  /** By sensor: log(1 + people). */
  readonly log: readonly Float32Array[];
  /** By sensor: people expected from the same hour of the weeks before, unusual days counting little. */
  readonly base: readonly Float32Array[];
  /** By sensor: log(1 + base). */
  readonly logBase: readonly Float32Array[];
  /** By sensor: log - logBase. */
  readonly deviation: readonly Float32Array[];
  /** Mean deviation of all sensors, the busy ones first. */
  readonly city: Float32Array;
  /** By day of the grid: how much busier than expected the city was, as a logarithm. */
  readonly unusual: Float32Array;
  readonly means: {
    readonly people: readonly Means[];
    readonly deviation: readonly Means[];
    readonly distance: readonly Means[];
    readonly city: Means;
  };
}

/** Mean of what is known in [from, to) of the grid; 0 where nothing is. */
export type Means = (from: number, to: number) => number;

/**
 * `base` and `logBase` of an hour `t` are made of hours up to `t - 48` only: a forecast from `t - 24` may look at them. All
 * else of an hour holds the hour itself, and `unusual` of a day that whole day.
 */
export function historyOf(counts: HourlyCounts): History {
  const hours = hoursOf(counts);
  const log = counts.people.map((people) => people.map(Math.log1p));
  const plain = counts.people.map((people) => people.map((_, t) => fourWeekMean(people, t)));
  const ownDays = counts.people.map((people, s) => dayDeviations(people, plain[s] as Float32Array));
  const unusual = median(ownDays, Math.ceil(hours / 24));
  const base = counts.people.map((people, s) => weighted(people, unusual, ownDays[s] as Float32Array));
  const logBase = base.map((people) => people.map(Math.log1p));
  const deviation = log.map((one, s) => one.map((value, t) => value - at(logBase[s], t)));
  const city = cityOf(deviation, base, hours);
  return {
    counts,
    hours,
    log,
    base,
    logBase,
    deviation,
    city,
    unusual,
    means: {
      people: counts.people.map(meansOf),
      deviation: deviation.map(meansOf),
      distance: deviation.map((values) => meansOf(values.map(Math.abs))),
      city: meansOf(city),
    },
  };
}

/**
 * Mean of the last four same hours of the week that were counted, at most six weeks back; NaN where there is none. The
 * forecast that needs no model.
 */
export function fourWeekMean(people: Float32Array, t: number): number {
  let [sum, n] = [0, 0];
  for (let k = 1; k <= 6 && n < 4; k++) {
    const value = at(people, t - WEEK * k);
    if (Number.isNaN(value)) continue;
    sum += value;
    n++;
  }
  return n > 0 ? sum / n : Number.NaN;
}

/** A value of the grid; NaN outside it. */
export const at = (values: Float32Array | undefined, t: number): number => values?.[t] ?? Number.NaN;

/** By day: log of people over people expected; 0 where nothing is known. */
function dayDeviations(people: Float32Array, expected: Float32Array): Float32Array {
  const days = new Float32Array(Math.ceil(people.length / 24));
  for (let day = 0; day < days.length; day++) {
    let [seen, awaited] = [0, 0];
    for (let t = day * 24; t < day * 24 + 24; t++) {
      const [a, b] = [at(people, t), at(expected, t)];
      if (Number.isNaN(a + b)) continue;
      seen += a;
      awaited += b;
    }
    days[day] = Math.log((seen + 1) / (awaited + 1));
  }
  return days;
}

function median(rows: readonly Float32Array[], length: number): Float32Array {
  return Float32Array.from({ length }, (_, i) => {
    const values = rows.map((row) => at(row, i)).sort((a, b) => a - b);
    return values[values.length >> 1] ?? 0;
  });
}

/** A day twice as busy as usual, or half, tells little of the next one; a week back tells more than two. */
function weighted(people: Float32Array, unusual: Float32Array, own: Float32Array): Float32Array {
  const trust = unusual.map(
    (city, day) => Math.exp(-((city / 0.25) ** 2)) * Math.exp(-((at(own, day) / 0.6) ** 2)) + 0.02,
  );
  return people.map((_, t) => {
    let [sum, weights] = [0, 0];
    for (let k = 1; k <= WEEKS; k++) {
      const past = t - WEEK * k;
      const value = at(people, past);
      if (Number.isNaN(value)) continue;
      const weight = at(trust, Math.floor(past / 24)) * 0.85 ** k;
      sum += weight * value;
      weights += weight;
    }
    return weights > 0 ? sum / weights : sameHour(people, t);
  });
}

/** For a counter that is new or was long away: the mean of this hour of the days before, yesterday not yet known. */
function sameHour(people: Float32Array, t: number): number {
  let [sum, n] = [0, 0];
  for (let past = t - 48; past >= t - 192; past -= 24) {
    const value = at(people, past);
    if (Number.isNaN(value)) continue;
    sum += value;
    n++;
  }
  return n > 0 ? sum / n : Number.NaN;
}

function cityOf(deviation: readonly Float32Array[], base: readonly Float32Array[], hours: number): Float32Array {
  return Float32Array.from({ length: hours }, (_, t) => {
    let [sum, weights] = [0, 0];
    for (const [s, one] of deviation.entries()) {
      const value = at(one, t);
      if (Number.isNaN(value)) continue;
      const expected = at(base[s], t);
      const weight = expected / (expected + 20) + 0.02;
      sum += weight * Math.max(-2, Math.min(2, value));
      weights += weight;
    }
    return weights > 0 ? sum / weights : Number.NaN;
  });
}

function meansOf(values: Float32Array): Means {
  const sums = new Float64Array(values.length + 1);
  const known = new Float64Array(values.length + 1);
  for (let t = 0; t < values.length; t++) {
    const value = at(values, t);
    sums[t + 1] = (sums[t] ?? 0) + (Number.isNaN(value) ? 0 : value);
    known[t + 1] = (known[t] ?? 0) + (Number.isNaN(value) ? 0 : 1);
  }
  const inside = (t: number) => Math.max(0, Math.min(values.length, t));
  return (from, to) => {
    const [a, b] = [inside(from), inside(to)];
    const n = (known[b] ?? 0) - (known[a] ?? 0);
    return n > 0 ? ((sums[b] ?? 0) - (sums[a] ?? 0)) / n : 0;
  };
}
