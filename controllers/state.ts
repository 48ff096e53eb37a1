import type { Alarms } from "./alarms.ts";
import { type Hearing, listening } from "./footfall/silence.ts";
import type { OpenWindow } from "./footfall/window.ts";
import { UNSEEN } from "./lighting/diagnosis.ts";
import type { LampDiagnosis } from "./lighting/diagnosis-model.ts";
import type { Interval } from "./lighting/light-ahead.ts";
import type { InForce } from "./lighting/schedule.ts";
import type { Target, Wish } from "./model.ts";
import type { Prepared } from "./prepare.ts";
import type { Instant } from "./units.ts";
import { inForceAt } from "./wishes.ts";

/** What the decision keeps of one lamp. */
export interface LampState {
  /** When somebody may be near. */
  readonly seen: readonly Interval[];
  /** What was wished from outside and stands: at most one of each rank. */
  readonly wishes: readonly Wish[];
  /** Null before the first pass. */
  readonly target: Target | null;
  /** When the target must be worked out again; null: at the next pass. */
  readonly dueAt: Instant | null;
}

/** All that one pass of the decision hands to the next. Immutable data; nobody but `decide` makes one. */
export interface State {
  /** The pass that made it, and when it asked to be called again. */
  readonly at: Instant;
  readonly wakeAt: Instant;
  /** Null before the first pass. */
  readonly clockSet: boolean | null;
  /** When the wall clock was last seen to jump; null: never, or it has held since. */
  readonly jumpedAt: Instant | null;
  /** By schedule of the site; null before it was first asked. */
  readonly schedules: readonly (InForce | null)[];
  /** By counter of the site. */
  readonly counters: readonly Hearing[];
  /** By lamp of the site. */
  readonly lamps: readonly LampState[];
  readonly targets: readonly Target[];
  /** By lamp of the site: how it fares. */
  readonly diagnoses: readonly LampDiagnosis[];
  /** Null before the first pass. Empty while there is no time to count by. */
  readonly window: OpenWindow | null;
  readonly alarms: Alarms;
}

/** The state of a cabinet that starts at `now` and knows nothing yet: counters count as live, no lamp has a target. */
export function initialState(prepared: Prepared, now: Instant): State {
  const lamp: LampState = { seen: [], wishes: [], target: null, dueAt: null };
  return {
    at: now,
    wakeAt: now,
    clockSet: null,
    jumpedAt: null,
    schedules: prepared.site.schedules.map(() => null),
    counters: prepared.site.counters.map(() => listening(now)),
    lamps: prepared.lamps.map(() => lamp),
    targets: [],
    diagnoses: prepared.lamps.map(() => UNSEEN),
    window: null,
    alarms: new Map(),
  };
}

/** The outside wishes that stand at `now`, to be kept over a restart and given back through `Inputs.wishes`. */
export const standingWishes = (state: State, now: Instant): Wish[] =>
  state.lamps.flatMap(({ wishes }) => inForceAt(wishes, now));
