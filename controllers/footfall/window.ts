import type { ComponentId, Event } from "../model.ts";
import { type Duration, duration, type Instant, instant } from "../units.ts";

/** Length of a counting window where nothing else is said. */
export const WINDOW: Duration = duration(60_000);

/** The counting window that is not closed yet, with what was heard in it. */
export interface OpenWindow {
  readonly from: Instant;
  /** Null where nobody was heard yet. */
  readonly last: Heard | null;
}

/** A count and those before it: one more costs one entry, however many there are, and what was handed out stays as it is. */
export interface Heard {
  readonly source: ComponentId;
  readonly people: number;
  readonly before: Heard | null;
  readonly length: number;
}

/** So many counts of a window, and they are added up by counter: a counter that never stops fills no memory. */
const LONGEST = 1000;

/** A count as the windows need it. */
export interface Count {
  readonly source: ComponentId;
  readonly people: number;
  readonly at: Instant;
}

export interface Counted {
  readonly open: OpenWindow;
  /** `footfall` events of the windows that closed, with one for each counter heard in them, with 0 too. */
  readonly closed: readonly Event[];
}

/**
 * Sums counts into windows [from, from + length) aligned to multiples of `length` since 1970, and closes what is over at
 * `now`; `before` is null at the start. A counter that was not heard in a window is left out of it: not counted is not
 * nobody. A count that comes after its window closed goes into the open one, so that no person is lost. When the clock
 * was set back the open window moves with it.
 */
export function countWindows(
  before: OpenWindow | null,
  counts: readonly Count[],
  now: Instant,
  length: Duration = WINDOW,
): Counted {
  const closed: Event[] = [];
  let from = aligned(now, length);
  if (before && before.from < from) from = before.from;
  let last = before?.last ?? null;
  const closeUpTo = (at: Instant) => {
    if (at < from + length) return;
    const to = instant(from + length);
    for (const [source, people] of addedUp(last)) closed.push({ kind: "footfall", source, people, from, to });
    from = aligned(at, length);
    last = null;
  };
  for (const { source, people, at } of counts) {
    closeUpTo(at < now ? at : now);
    last = listed(last, source, people);
    if (last.length < LONGEST) continue;
    const sums = addedUp(last);
    last = null;
    for (const [counter, sum] of sums) last = listed(last, counter, sum);
  }
  closeUpTo(now);
  return { open: { from, last }, closed };
}

/** When there will be something to close; null where nobody was heard yet. */
export const closesAt = (open: OpenWindow, length: Duration = WINDOW): Instant | null =>
  open.last !== null ? instant(open.from + length) : null;

const listed = (before: Heard | null, source: ComponentId, people: number): Heard => ({
  source,
  people,
  before,
  length: (before?.length ?? 0) + 1,
});

/** People by counter, in the order in which counters were first heard; one that said nobody has 0. */
function addedUp(last: Heard | null): ReadonlyMap<ComponentId, number> {
  const counts: Heard[] = [];
  for (let one = last; one; one = one.before) counts.push(one);
  const sums = new Map<ComponentId, number>();
  for (const { source, people } of counts.toReversed()) sums.set(source, (sums.get(source) ?? 0) + people);
  return sums;
}

const aligned = (at: Instant, length: Duration): Instant => instant(Math.floor(at / length) * length);
