import { type Finding, silenceFinding } from "./alarms.ts";
import { type Hearing, heard, listened, restarted, silentAt } from "./footfall/silence.ts";
import type { Counter, Reading } from "./model.ts";
import type { Prepared } from "./prepare.ts";
import type { Duration, Instant } from "./units.ts";

/** A count of one of the site's counters, given as its index. */
export type Counted = Extract<Reading, { readonly kind: "count" }> & { readonly counter: number };

/** The counts among the readings, none later than `now`: another clock is not believed before the cabinet's. */
export function countsOf(prepared: Prepared, readings: readonly Reading[], now: Instant): Counted[] {
  const counts: Counted[] = [];
  for (const reading of readings) {
    const counter = prepared.counterIndex.get(reading.source);
    if (reading.kind !== "count" || counter === undefined) continue;
    counts.push({ ...reading, counter, at: reading.at < now ? reading.at : now });
  }
  return counts;
}

/** What is known of the life of the site's counters. */
export interface Hearings {
  /** By counter of the site. */
  readonly counters: readonly Hearing[];
  /** Before it none falls silent; null where none is live. */
  readonly silentAt: Instant | null;
}

export interface Heard extends Hearings {
  /** Those that fell silent or spoke again, as indices into the site's. */
  readonly turned: readonly number[];
}

/** The life of every counter at `now`, after these counts; `moved` says that the wall clock was set. */
export function hear(
  { staleAfter }: Prepared,
  before: Hearings,
  counts: readonly Counted[],
  moved: boolean,
  now: Instant,
): Heard {
  const due = moved || (before.silentAt !== null && now >= before.silentAt);
  if (counts.length === 0 && !due) return { counters: before.counters, silentAt: before.silentAt, turned: [] };
  const counters = moved ? before.counters.map((counter) => restarted(counter, now)) : before.counters.slice();
  const turned = new Set<number>();
  const look = (i: number) => {
    const [then, counter] = [before.counters[i] as Hearing, counters[i] as Hearing];
    if (then.silentSince !== counter.silentSince || then.spokeAt !== counter.spokeAt) turned.add(i);
  };
  for (const { counter, at } of counts) {
    const stale = staleAfter[counter] as Duration;
    counters[counter] = listened(heard(counters[counter] as Hearing, at, stale), stale, now);
    look(counter);
  }
  // Counts only make it later: where none is due nothing else can have changed.
  if (!due && before.silentAt !== null) return { counters, silentAt: before.silentAt, turned: [...turned] };
  let first: Instant | null = null;
  for (let i = 0; i < counters.length; i++) {
    const counter = listened(counters[i] as Hearing, staleAfter[i] as Duration, now);
    counters[i] = counter;
    look(i);
    if (counter.silentSince !== null) continue;
    const at = silentAt(counter, staleAfter[i] as Duration);
    if (first === null || at < first) first = at;
  }
  return { counters, silentAt: first, turned: [...turned] };
}

/** Which counters fell silent, and which spoke again. */
export function silenceFindings(
  prepared: Prepared,
  before: readonly Hearing[],
  { counters, turned }: Heard,
): Finding[] {
  const found: Finding[] = [];
  for (const i of turned) {
    const { id } = prepared.site.counters[i] as Counter;
    const [then, counter] = [before[i] as Hearing, counters[i] as Hearing];
    if (then.silentSince === null && counter.silentSince !== null)
      found.push(silenceFinding(id, true, counter.silentSince));
    if (then.silentSince !== null && counter.silentSince === null)
      found.push(silenceFinding(id, false, counter.heardAt));
  }
  return found;
}
