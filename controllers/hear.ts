import { type Finding, silenceFinding } from "./alarms.ts";
import { type Hearing, heard, listened, restarted } from "./footfall/silence.ts";
import type { Reading } from "./model.ts";
import type { Prepared } from "./prepare.ts";
import type { Instant } from "./units.ts";

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

/** The life of every counter at `now`, after these counts; `moved` says that the wall clock was set. */
export function hear(
  prepared: Prepared,
  before: readonly Hearing[],
  counts: readonly Counted[],
  moved: boolean,
  now: Instant,
): readonly Hearing[] {
  const { staleAfter } = prepared.site.adaptive;
  const counters = before.map((counter) => (moved ? restarted(counter, now) : counter));
  for (const { counter, at } of counts) counters[counter] = heard(counters[counter] as Hearing, at, staleAfter);
  return counters.map((counter) => listened(counter, staleAfter, now));
}

/** Which counters fell silent, and which spoke again. */
export function silenceFindings(prepared: Prepared, before: readonly Hearing[], now: readonly Hearing[]): Finding[] {
  const found: Finding[] = [];
  for (const [i, { id }] of prepared.site.counters.entries()) {
    const [then, counter] = [before[i] as Hearing, now[i] as Hearing];
    if (then.silentSince === null && counter.silentSince !== null)
      found.push(silenceFinding(id, true, counter.silentSince));
    if (then.silentSince !== null && counter.silentSince === null)
      found.push(silenceFinding(id, false, counter.heardAt));
  }
  return found;
}
