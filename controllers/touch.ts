import type { Hearing } from "./footfall/silence.ts";
import type { Counted } from "./hear.ts";
import { lightFor, plausible, withInterval } from "./lighting/light-ahead.ts";
import type { Inputs } from "./model.ts";
import type { Prepared } from "./prepare.ts";
import type { LampState, State } from "./state.ts";
import type { Instant } from "./units.ts";
import { withoutOperator, withWish } from "./wishes.ts";

/** What a pass has learnt. */
export interface News {
  readonly inputs: Inputs;
  readonly counts: readonly Counted[];
  /** By counter of the site, as they are now. */
  readonly counters: readonly Hearing[];
  /** Whether the wall clock was set. */
  readonly moved: boolean;
}

/** Brings the news to the lamps it is for: those are due at once; the others stay the very same. */
export function touch(
  prepared: Prepared,
  state: State,
  { inputs, counts, counters, moved }: News,
  now: Instant,
): LampState[] {
  const law = prepared.site.adaptive;
  const lamps = [...state.lamps];
  const change = (i: number | undefined, news: (lamp: LampState) => Partial<LampState>) => {
    const lamp = i === undefined ? undefined : lamps[i];
    if (i !== undefined && lamp) lamps[i] = { ...lamp, ...news(lamp), dueAt: null };
  };
  if (moved) for (const i of lamps.keys()) change(i, ({ seen }) => ({ seen: plausible(seen, law, now) }));
  for (const { counter, direction, people, at } of counts) {
    if (people <= 0) continue;
    for (const { lamp, distance } of prepared.ways[counter]?.[direction] ?? []) {
      const before = lamps[lamp]?.seen ?? [];
      const seen = withInterval(before, lightFor(at, distance, law), law, now);
      if (seen !== before) change(lamp, () => ({ seen }));
    }
  }
  for (const [i, { silentSince, spokeAt }] of counters.entries()) {
    const then = state.counters[i];
    if (then?.silentSince === silentSince && then.spokeAt === spokeAt) continue;
    for (const { lamp } of prepared.ways[i]?.both ?? []) change(lamp, () => ({}));
  }
  for (const lamp of inputs.cancelled) {
    change(prepared.lampIndex.get(lamp), ({ wishes }) => ({ wishes: withoutOperator(wishes) }));
  }
  for (const wish of inputs.wishes) {
    change(prepared.lampIndex.get(wish.target), ({ wishes }) => ({ wishes: withWish(wishes, wish) }));
  }
  return lamps;
}
