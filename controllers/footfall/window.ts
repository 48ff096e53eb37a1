import type { ComponentId, Event } from "../model.ts";
import { type Duration, duration, type Instant, instant } from "../units.ts";

/** Length of a counting window where nothing else is said. */
export const WINDOW: Duration = duration(60_000);

/** The counting window that is not closed yet: people by counter; a counter is in it once it was heard, even with nobody. */
export interface OpenWindow {
  readonly from: Instant;
  readonly people: ReadonlyMap<ComponentId, number>;
}

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

const NOBODY: ReadonlyMap<ComponentId, number> = new Map();

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
  let people = before?.people ?? NOBODY;
  const closeUpTo = (at: Instant) => {
    if (at < from + length) return;
    const to = instant(from + length);
    for (const [source, number] of people) closed.push({ kind: "footfall", source, people: number, from, to });
    from = aligned(at, length);
    people = NOBODY;
  };
  for (const { source, people: number, at } of counts) {
    closeUpTo(at < now ? at : now);
    people = new Map(people).set(source, (people.get(source) ?? 0) + number);
  }
  closeUpTo(now);
  return { open: { from, people }, closed };
}

/** When there will be something to close; null where nobody was heard yet. */
export const closesAt = (open: OpenWindow, length: Duration = WINDOW): Instant | null =>
  open.people.size > 0 ? instant(open.from + length) : null;

const aligned = (at: Instant, length: Duration): Instant => instant(Math.floor(at / length) * length);
