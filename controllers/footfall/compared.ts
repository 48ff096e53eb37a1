import type { ComponentId, Reading } from "../model.ts";
import { type Instant, minutes } from "../units.ts";
import { blurred, type Release, type Zone } from "./privacy.ts";

type Forecast = Extract<Reading, { readonly kind: "forecast" }>;

/** An hour of a zone that is over: what was expected of it when it began, and who came as far as that is told. */
export interface ComparedHour {
  readonly zone: ComponentId;
  readonly from: Instant;
  readonly to: Instant;
  /** Quantiles as they are told: of several counters the sums of theirs, so that the band is rather too wide than too narrow. */
  readonly low: number;
  readonly middle: number;
  readonly high: number;
  /** Null where what was told of the zone does not add up to this very hour: fewer than 11, or not counted. */
  readonly people: number | null;
}

/** Hours that are not over, and what was told of them so far. */
export interface Comparing {
  readonly forecasts: readonly Forecast[];
  readonly releases: readonly Release[];
}

export const NOTHING_COMPARED: Comparing = { forecasts: [], releases: [] };

/** The last window of an hour is told with the first after it, a minute later where every counter lives. */
const SETTLE = minutes(5);

/** Takes what was foretold; only what is in force now counts: of the hour that has begun. */
export const foretold = (before: Comparing, forecast: Forecast): Comparing =>
  forecast.from > forecast.at || forecast.to <= forecast.at
    ? before
    : {
        ...before,
        forecasts: [
          ...before.forecasts.filter(({ source, from }) => source !== forecast.source || from !== forecast.from),
          forecast,
        ],
      };

/** Takes what was told of people who came. */
export const released = (before: Comparing, release: Release): Comparing =>
  before.forecasts.some(({ from, to }) => release.from >= from && release.to <= to)
    ? { ...before, releases: [...before.releases, release] }
    : before;

/** The hours that are over at `now`, in order of time; the very same state where none is. Where the clock was set back, what lies ahead is forgotten. */
export function compared(
  zones: readonly Zone[],
  before: Comparing,
  now: Instant,
): { readonly state: Comparing; readonly hours: readonly ComparedHour[] } {
  const isOver = ({ to }: Forecast) => to + SETTLE <= now;
  const isAhead = ({ from }: Forecast) => from > now;
  if (!before.forecasts.some((one) => isOver(one) || isAhead(one))) return { state: before, hours: [] };
  const forecasts = before.forecasts.filter((one) => !isOver(one) && !isAhead(one));
  const over = Map.groupBy(before.forecasts.filter(isOver), ({ from }) => from);
  const hours = [...over]
    .sort(([a], [b]) => a - b)
    .flatMap(([, ofHour]) => zones.flatMap((zone) => hourOf(zone, ofHour, before.releases)));
  const releases = before.releases.filter((one) => forecasts.some(({ from, to }) => one.from >= from && one.to <= to));
  return { state: { forecasts, releases }, hours };
}

/** None where one of the zone's counters was not foretold. */
function hourOf({ id, counters }: Zone, ofHour: readonly Forecast[], releases: readonly Release[]): ComparedHour[] {
  const mine = ofHour.filter(({ source }) => counters.includes(source));
  const [first] = mine;
  if (!first || mine.length < counters.length) return [];
  const { from, to } = first;
  const told = releases.filter((one) => one.zone === id && one.from >= from && one.to <= to);
  const isWhole = told.reduce((sum, one) => sum + one.to - one.from, 0) === to - from;
  const sum = (of: (forecast: Forecast) => number) => mine.reduce((all, one) => all + blurred(of(one)), 0);
  return [
    {
      zone: id,
      from,
      to,
      low: sum(({ low }) => low),
      middle: sum(({ middle }) => middle),
      high: sum(({ high }) => high),
      people: isWhole ? told.reduce((all, one) => all + one.people, 0) : null,
    },
  ];
}
