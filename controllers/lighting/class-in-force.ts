import type { ClassReason, ClassSelection, ComponentId, Reading } from "../model.ts";
import { type Instant, instant } from "../units.ts";

type Forecast = Extract<Reading, { readonly kind: "forecast" }>;

/** Which class is in force on one street, and what is counted towards the next. */
export interface ClassInForce {
  /** Into the selection's steps: 0 is the brightest. */
  readonly step: number;
  readonly why: ClassReason;
  /** Begin of the window that is open, and the people in it. */
  readonly from: Instant;
  readonly people: number;
  /** Whether every counter was live since the window's begin, so that few people means few. */
  readonly whole: boolean;
  /** What is expected, not over yet. */
  readonly expected: readonly Forecast[];
}

/** What a pass has learnt about the use of one street. */
export interface UseNews {
  /** People whom the selection's counters saw, none later than now. */
  readonly counts: readonly { readonly people: number; readonly at: Instant }[];
  /** Of its counters. */
  readonly forecasts: readonly Forecast[];
  /** Whether one of its counters is silent. */
  readonly silent: boolean;
  readonly clockSet: boolean;
  /** Whether the wall clock was set. */
  readonly moved: boolean;
}

/** More than two days of hours for each counter is not needed. */
const MOST_EXPECTED = 48;
const HOUR = 3_600_000;

/** Before anything was counted: the brightest class. */
export const uncounted = (selection: ClassSelection, now: Instant): ClassInForce => ({
  step: 0,
  why: "not counted yet",
  from: openedAt(selection, now),
  people: 0,
  whole: false,
  expected: [],
});

/** When the open window ends: the class may change by itself then. */
export const endsAt = (selection: ClassSelection, { from }: ClassInForce): Instant => instant(from + selection.window);

/**
 * The class in force at `now`. At the end of each window it follows the people counted in it, or those expected in the
 * next, whichever are more: upwards at once, also within the window when its count already says so; downwards by one
 * step, only when a whole window stayed under the part `hysteresis` of the step's threshold. Where a counter is silent or
 * the clock is not set, or was set, nobody knows, and the brightest is in force until a whole window was counted.
 * The very same object where nothing changed.
 */
export function classAfter(selection: ClassSelection, before: ClassInForce, news: UseNews, now: Instant): ClassInForce {
  const { counts, forecasts, silent, clockSet, moved } = news;
  let state = before;
  if (forecasts.length > 0) state = { ...state, expected: withForecasts(selection, state.expected, forecasts, now) };
  if (!clockSet || moved) {
    const why = !clockSet ? "clock not set" : silent ? "counter silent" : "not counted yet";
    return same(before, { ...uncounted(selection, now), why, expected: state.expected });
  }
  for (const { people, at } of counts) {
    state = closed(selection, state, at, now);
    if (people > 0) state = { ...state, people: state.people + people };
  }
  state = closed(selection, state, now, now);
  if (silent) return same(before, { ...state, step: 0, why: "counter silent", whole: false });
  if (state.why === "counter silent" || state.why === "clock not set") state = { ...state, why: "not counted yet" };
  return same(before, raised(selection, state));
}

/** The windows that are over at `at` closed. */
function closed(selection: ClassSelection, state: ClassInForce, at: Instant, now: Instant): ClassInForce {
  const end = endsAt(selection, state);
  if (at < end) return state;
  const from = openedAt(selection, at);
  const expected = state.expected.every(({ to }) => to > now)
    ? state.expected
    : state.expected.filter(({ to }) => to > now);
  const next = { ...state, from, people: 0, whole: from === end, expected };
  if (!state.whole || from !== end) return raised(selection, next);
  const counted = perHour(selection, state.people);
  const forecast = expectedAt(selection, next);
  const why = stepFor(selection, forecast) < stepFor(selection, counted) ? "forecast" : "counted";
  const rate = Math.max(counted, forecast);
  const wanted = stepFor(selection, rate);
  if (wanted <= state.step) return { ...next, step: wanted, why };
  const { from: threshold } = selection.steps[state.step] as ClassSelection["steps"][number];
  return { ...next, step: rate < threshold * selection.hysteresis ? state.step + 1 : state.step, why };
}

/** Up at once where the people counted in the open window so far, or expected in it, already ask for a brighter class. */
function raised(selection: ClassSelection, state: ClassInForce): ClassInForce {
  if (state.step === 0) return state;
  const counted = stepFor(selection, perHour(selection, state.people));
  const forecast = stepFor(selection, expectedAt(selection, state));
  if (Math.min(counted, forecast) >= state.step) return state;
  return counted <= forecast
    ? { ...state, step: counted, why: "counted" }
    : { ...state, step: forecast, why: "forecast" };
}

const perHour = ({ window }: ClassSelection, people: number): number => (people * HOUR) / window;

/** The brightest step whose threshold so many people an hour reach; the last is from 0. */
function stepFor({ steps }: ClassSelection, rate: number): number {
  const step = steps.findIndex(({ from }) => rate >= from);
  return step < 0 ? steps.length - 1 : step;
}

/** People an hour to be reckoned with in the open window: of each counter the most that any forecast over it says. */
function expectedAt(selection: ClassSelection, { from, expected }: ClassInForce): number {
  if (expected.length === 0) return 0;
  const end = from + selection.window;
  const rates = new Map<ComponentId, number>();
  for (const forecast of expected) {
    if (forecast.from >= end || forecast.to <= from) continue;
    const rate = (forecast.high * HOUR) / (forecast.to - forecast.from);
    rates.set(forecast.source, Math.max(rate, rates.get(forecast.source) ?? 0));
  }
  let sum = 0;
  for (const rate of rates.values()) sum += rate;
  return sum;
}

/** A later forecast of one counter from the same moment takes the place of the earlier; those that say nothing are left out. */
function withForecasts(
  selection: ClassSelection,
  before: readonly Forecast[],
  added: readonly Forecast[],
  now: Instant,
): readonly Forecast[] {
  const kept = new Map(before.map((forecast) => [placeOf(forecast), forecast]));
  for (const forecast of added) {
    if (forecast.to > forecast.from && forecast.to > now && forecast.high >= 0) kept.set(placeOf(forecast), forecast);
  }
  const most = MOST_EXPECTED * selection.counters.length;
  return [...kept.values()].toSorted((a, b) => a.from - b.from).slice(0, most);
}

const placeOf = ({ source, from }: Forecast): string => `${from} ${source}`;

/** Windows are aligned to the hour: their length divides it, and zones differ by quarters of it. */
const openedAt = ({ window }: ClassSelection, at: Instant): Instant => instant(Math.floor(at / window) * window);

const same = (before: ClassInForce, after: ClassInForce): ClassInForce =>
  before.step === after.step &&
  before.why === after.why &&
  before.from === after.from &&
  before.people === after.people &&
  before.whole === after.whole &&
  before.expected === after.expected
    ? before
    : after;
