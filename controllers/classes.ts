import type { Counted, Heard } from "./hear.ts";
import { type ClassInForce, classAfter, endsAt } from "./lighting/class-in-force.ts";
import type { ClassSelection, Event, Inputs } from "./model.ts";
import type { Prepared, PreparedSelection } from "./prepare.ts";
import type { State } from "./state.ts";
import type { Instant } from "./units.ts";

/** What a pass has learnt of the use of its streets. */
export interface StreetNews {
  readonly inputs: Inputs;
  readonly counts: readonly Counted[];
  readonly heard: Heard;
  /** Whether the wall clock was set. */
  readonly moved: boolean;
}

/**
 * Brings counts, forecasts and silence to the selections they are for: the classes in force at `now`, by selection of the
 * site. The very same array where nothing is new.
 */
export function classesAfter(
  prepared: Prepared,
  before: readonly ClassInForce[],
  { inputs, counts, heard, moved }: StreetNews,
  now: Instant,
): readonly ClassInForce[] {
  const { clockSet, readings } = inputs;
  const forecasts = readings.filter((reading) => reading.kind === "forecast");
  const people = counts.filter((count) => count.people > 0);
  const every = moved || !clockSet || heard.turned.length > 0;
  let after: ClassInForce[] | null = null;
  for (let i = 0; i < before.length; i++) {
    const { selection, counters: mine } = prepared.selections[i] as PreparedSelection;
    const here = people.length === 0 ? people : people.filter(({ counter }) => mine.has(counter));
    const expected =
      forecasts.length === 0
        ? forecasts
        : forecasts.filter(({ source }) => mine.has(prepared.counterIndex.get(source) ?? -1));
    const over = now >= endsAt(selection, before[i] as ClassInForce);
    if (!every && !over && here.length === 0 && expected.length === 0) continue;
    let silent = false;
    for (const counter of mine) if (heard.counters[counter]?.silentSince !== null) silent = true;
    const news = { counts: here, forecasts: expected, silent, clockSet, moved };
    const state = classAfter(selection, before[i] as ClassInForce, news, now);
    if (state === before[i]) continue;
    after ??= before.slice();
    after[i] = state;
  }
  return after ?? before;
}

/** The classes that are new, or in force for another reason. At the first pass all. */
export function classEvents(
  prepared: Prepared,
  { classes: before, clockSet }: State,
  after: readonly ClassInForce[],
  now: Instant,
): Event[] {
  if (after === before && clockSet !== null) return [];
  const events: Event[] = [];
  for (const [i, state] of after.entries()) {
    const then = before[i];
    if (clockSet !== null && (state === then || (then?.step === state.step && then.why === state.why))) continue;
    const { step, why } = state;
    const { selection } = prepared.selections[i] as PreparedSelection;
    const { street, steps } = selection;
    const { class: lit } = steps[step] as ClassSelection["steps"][number];
    events.push({ kind: "class", street, class: lit, why, at: now });
  }
  return events;
}
