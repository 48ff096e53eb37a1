import type { ComponentId } from "../model.ts";
import { type Duration, hours, type Instant, instant, minutes } from "../units.ts";

/** Fewer people than this are never told. Insee blurs its gridded data below 11 households. */
export const LEAST = 11;
/** The finest window told, and those into which it is merged, aligned to multiples of themselves since 1970 UTC. */
export const SPANS: readonly Duration[] = [minutes(15), hours(1), hours(6), hours(24)];

const QUARTER = SPANS[0] as Duration;
const DAY = SPANS.at(-1) as Duration;
/** Whoever counted nothing at all for so long was away, or its clock was set. */
const BREAK = minutes(5);

/** Counters that are told as one. Each counter is in one zone only: whoever subtracts one zone from another finds nothing. */
export interface Zone {
  readonly id: ComponentId;
  readonly counters: readonly ComponentId[];
}

/** People a counter counted in [from, to), a window of at most a minute. */
export interface CountedPeople {
  readonly source: ComponentId;
  readonly people: number;
  readonly from: Instant;
  readonly to: Instant;
}

/** What may be told: at least `LEAST` people passed the counters of a zone in [from, to). */
export interface Release {
  readonly zone: ComponentId;
  readonly people: number;
  readonly from: Instant;
  readonly to: Instant;
}

/** People of a zone who are not told yet, since `from`. */
interface Pending {
  readonly from: Instant;
  readonly people: number;
}

/** What is held back. It may be lost at any time: then its people are never told. */
export interface Withheld {
  /** Begin of the open quarter of an hour; null before anything was counted. */
  readonly quarter: Instant | null;
  /** When the counting that goes on began, and the newest window of it. */
  readonly since: Instant;
  readonly last: Instant;
  /** By counter that was heard in the open quarter. */
  readonly people: ReadonlyMap<ComponentId, number>;
  /** By zone. */
  readonly pending: readonly (Pending | null)[];
}

export const nothingWithheld = (zones: readonly Zone[]): Withheld => ({
  quarter: null,
  since: instant(0),
  last: instant(0),
  people: new Map(),
  pending: zones.map(() => null),
});

/**
 * Takes people counted, and says what may be told. Windows of a quarter of an hour are merged forward to the end of the hour,
 * of 6 hours, of the day, until at least `LEAST` people passed; what is fewer at the day's end is never told, nobody at all no
 * otherwise than ten: a 0 would tell that the window beside it holds all the people of a sum. Each person is in one told sum
 * at most, so no sum or difference of what is told is of fewer than `LEAST`. A quarter in which the cabinet was not up, or a
 * counter of the zone was silent, is not counted and ends what is merged. The windows of all counters come in the order of time;
 * a quarter is closed by the first window after it.
 */
export function release(
  zones: readonly Zone[],
  state: Withheld,
  { source, people, from }: CountedPeople,
): { readonly state: Withheld; readonly released: readonly Release[] } {
  const before = state.quarter ?? aligned(from);
  const isBroken = state.quarter === null || from < before || from > state.last + BREAK;
  const since = isBroken ? from : state.since;
  const released: Release[] = [];
  let { people: heard, pending } = state;
  let quarter = before;
  if (from < before || from >= before + QUARTER) {
    quarter = aligned(from);
    const isNext = quarter === before + QUARTER;
    pending = zones.map((zone, i) => {
      const own = !isBroken && since <= before ? sumOf(zone, heard) : null;
      const merged = merge(zone.id, pending[i] ?? null, before, own);
      const held = isNext || merged.pending === null ? merged : merge(zone.id, merged.pending, endOf(before), null);
      for (const one of [merged.released, held === merged ? null : held.released]) if (one) released.push(one);
      return held.pending;
    });
    heard = new Map();
  }
  const all = new Map(heard).set(source, (heard.get(source) ?? 0) + people);
  return { state: { quarter, since, last: from, people: all, pending }, released };
}

/** Whole people expected; where they are few only whether there are any: a forecast must not say more than a count may. */
export const blurred = (people: number): number =>
  people >= LEAST - 0.5 ? Math.round(people) : people < LEAST / 2 ? 0 : LEAST;

/** Adds a quarter to what a zone holds back; null: it was not counted. */
function merge(
  zone: ComponentId,
  before: Pending | null,
  quarter: Instant,
  counted: number | null,
): { readonly pending: Pending | null; readonly released: Release | null } {
  const told = (people: number, from: Instant, to: Instant) => ({
    pending: null,
    released: people >= LEAST ? { zone, people, from, to } : null,
  });
  // Why it ends here has nothing to do with how many people there were.
  if (counted === null) return told(before?.people ?? 0, before?.from ?? quarter, quarter);
  const from = before?.from ?? quarter;
  const people = (before?.people ?? 0) + counted;
  const to = endOf(quarter);
  const isEnd = SPANS.some((span) => to === nextMultiple(from, span));
  if (isEnd && (people >= LEAST || to === nextMultiple(from, DAY))) return told(people, from, to);
  return { pending: { from, people }, released: null };
}

/** Null where one of its counters was not heard. */
function sumOf({ counters }: Zone, heard: ReadonlyMap<ComponentId, number>): number | null {
  let sum = 0;
  for (const counter of counters) {
    const people = heard.get(counter);
    if (people === undefined) return null;
    sum += people;
  }
  return sum;
}

const aligned = (at: Instant): Instant => instant(Math.floor(at / QUARTER) * QUARTER);
const endOf = (quarter: Instant): Instant => instant(quarter + QUARTER);
const nextMultiple = (from: Instant, span: Duration): number => (Math.floor(from / span) + 1) * span;
