import type { Finding } from "./alarms.ts";
import { DOUBTS, type HourOf, judged, type Plausibility, rejudged, unjudged } from "./footfall/plausible.ts";
import type { Counted } from "./hear.ts";
import type { ComponentId, Counter } from "./model.ts";
import type { Prepared } from "./prepare.ts";
import type { Instant } from "./units.ts";

/** Whether counters' numbers can be people. */
export interface Trust {
  /** By counter of the site. */
  readonly counters: readonly Plausibility[];
  /** People counted since the start by all counters of its street, at the index of the first of them. */
  readonly streets: readonly number[];
  /** By counter: whether it ever saw anybody. One that did not may be blind: that it sees nobody says nothing. */
  readonly proven: readonly boolean[];
}

export const trusting = ({ site }: Prepared, proven: readonly ComponentId[], now: Instant): Trust => ({
  counters: site.counters.map(() => unjudged(now)),
  streets: site.counters.map(() => 0),
  proven: site.counters.map(({ id }) => proven.includes(id)),
});

/** After what the counters said. A counter of presences is not judged: it may well say the same each minute. */
export function trustAfter(
  { site, local, streetOf }: Prepared,
  before: Trust,
  counts: readonly Counted[],
  { moved, clockSet }: { readonly moved: boolean; readonly clockSet: boolean },
  now: Instant,
): Trust {
  if (counts.length === 0 && !moved) return before;
  const counters = moved ? before.counters.map((one) => rejudged(one, now)) : before.counters.slice();
  const streets = before.streets.slice();
  let { proven } = before;
  const hourOf: HourOf = (at) => (clockSet ? hourCell(local.day(at), local.minutes(at)) : null);
  for (const { counter, people, at } of counts) {
    if (people > 0 && !proven[counter]) proven = proven.with(counter, true);
    if (site.counters[counter]?.presence) continue;
    const one = counters[counter] as Plausibility;
    const first = streetOf[counter] as number;
    // What is not believed of one is held against no other.
    const street = (streets[first] as number) + (one.doubt === null ? people : 0);
    streets[first] = street;
    counters[counter] = judged(one, { people, at, street }, hourOf);
  }
  return { counters, streets, proven };
}

/** Of 48: the hours of a workday, then those of a weekend's day. 1970-01-01 was a Thursday. */
function hourCell(day: number, minutes: number): number {
  const weekday = (((day + 3) % 7) + 7) % 7;
  return Math.floor(minutes / 60) + (weekday >= 5 ? 24 : 0);
}

/** Only what those counters say who are believed: for the rest of the cabinet one that is not has fallen silent. */
export function believed(trust: Trust, counts: readonly Counted[]): readonly Counted[] {
  const doubted = ({ counter }: Counted) => (trust.counters[counter]?.doubt ?? null) !== null;
  return counts.some(doubted) ? counts.filter((count) => !doubted(count)) : counts;
}

/** Which counters are believed no more, and which are again. */
export function trustFindings({ site }: Prepared, before: Trust, trust: Trust, now: Instant): Finding[] {
  if (before === trust) return [];
  const found: Finding[] = [];
  for (let i = 0; i < site.counters.length; i++) {
    if (before.counters[i] === trust.counters[i]) continue;
    const doubt = trust.counters[i]?.doubt ?? null;
    if ((before.counters[i]?.doubt ?? null) === doubt) continue;
    const { id } = site.counters[i] as Counter;
    found.push({ code: "footfall.sensor", component: id, cause: "doubt", message: doubt && DOUBTS[doubt], at: now });
  }
  return found;
}
