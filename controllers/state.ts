import type { Alarms } from "./alarms.ts";
import { type Controls, noControls } from "./controls.ts";
import { type Hearing, listening } from "./footfall/silence.ts";
import type { OpenWindow } from "./footfall/window.ts";
import { type ClassInForce, uncounted } from "./lighting/class-in-force.ts";
import { UNSEEN } from "./lighting/diagnosis.ts";
import type { LampDiagnosis } from "./lighting/diagnosis-model.ts";
import type { Interval } from "./lighting/light-ahead.ts";
import type { Course } from "./lighting/ramp.ts";
import type { InForce } from "./lighting/schedule.ts";
import type { ComponentId, Target, Wish } from "./model.ts";
import type { Prepared } from "./prepare.ts";
import { type Trust, trusting } from "./trust.ts";
import { type Instant, instant } from "./units.ts";
import { inForceAt } from "./wishes.ts";

/** What the decision keeps of one lamp. */
export interface LampState {
  /** When somebody may be near. */
  readonly seen: readonly Interval[];
  /** What was wished from outside and stands or waits for its time: of each rank at most one at any time. */
  readonly wishes: readonly Wish[];
  /** Its automatic light, which goes to what is wanted step by step; null where it is off or not known. */
  readonly light: Course | null;
  /** Null before the first pass. */
  readonly target: Target | null;
}

/** Earlier than any pass: what is due then is due at the next. */
export const AT_ONCE: Instant = instant(0);

/** All that one pass of the decision hands to the next. Immutable data; nobody but `decide` makes one. */
export interface State {
  /** The pass that made it, and when it asked to be called again. */
  readonly at: Instant;
  readonly wakeAt: Instant;
  /** Null before the first pass. */
  readonly clockSet: boolean | null;
  /** When the wall clock was last seen to jump; null: never, or it has held since. */
  readonly jumpedAt: Instant | null;
  /** By programme of the site; null before it was first asked. */
  readonly schedules: readonly (InForce | null)[];
  readonly controls: Controls;
  /** By counter of the site, and when the first of them may fall silent. */
  readonly counters: readonly Hearing[];
  readonly silentAt: Instant | null;
  /** Whether counters' numbers can be people. */
  readonly trust: Trust;
  /** By selection of the site. */
  readonly classes: readonly ClassInForce[];
  /** By lamp of the site. */
  readonly lamps: readonly LampState[];
  /** By lamp of the site: when its target must be worked out again, `AT_ONCE` at the next pass; and the first of these. */
  readonly due: readonly Instant[];
  readonly dueAt: Instant;
  readonly targets: readonly Target[];
  /** By lamp of the site: how it fares. */
  readonly diagnoses: readonly LampDiagnosis[];
  /** Null before the first pass. Empty while there is no time to count by. */
  readonly window: OpenWindow | null;
  readonly alarms: Alarms;
}

/**
 * The state of a cabinet that starts at `now` and knows nothing yet: counters count as live, no lamp has a target. `proven`: counters
 * that are known to see, as `provenCounters` said before a restart.
 */
export function initialState(prepared: Prepared, now: Instant, proven: readonly ComponentId[] = []): State {
  const lamp: LampState = { seen: [], wishes: [], light: null, target: null };
  return {
    at: now,
    wakeAt: now,
    clockSet: null,
    jumpedAt: null,
    schedules: prepared.programmes.map(() => null),
    controls: noControls(prepared),
    counters: prepared.site.counters.map(() => listening(now)),
    silentAt: now,
    trust: trusting(prepared, proven, now),
    classes: prepared.selections.map(({ selection }) => uncounted(selection, now)),
    lamps: prepared.lamps.map(() => lamp),
    due: prepared.lamps.map(() => AT_ONCE),
    dueAt: AT_ONCE,
    targets: [],
    diagnoses: prepared.lamps.map(() => UNSEEN),
    window: null,
    alarms: new Map(),
  };
}

/** The outside wishes that stand at `now`, to be kept over a restart and given back through `Inputs.wishes`. */
export const standingWishes = (state: State, now: Instant): Wish[] =>
  state.lamps.flatMap(({ wishes }) => inForceAt(wishes, now));

/** Counters that ever saw somebody, to be kept over a restart and given to `initialState`. */
export const provenCounters = ({ site }: Prepared, { trust }: State): ComponentId[] =>
  site.counters.flatMap(({ id }, i) => (trust.proven[i] ? [id] : []));
