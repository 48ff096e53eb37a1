import { type Edit, editOf } from "./edit.ts";
import type { Counted, Heard } from "./hear.ts";
import type { ClassInForce } from "./lighting/class-in-force.ts";
import { anybody, gaitOf, lightFor, litUntil, nextOf, plausible, withInterval } from "./lighting/light-ahead.ts";
import type { DynamicControl, Inputs } from "./model.ts";
import type { Prepared } from "./prepare.ts";
import { AT_ONCE, type LampState, type State } from "./state.ts";
import type { Instant } from "./units.ts";
import { withoutOperator, withWish } from "./wishes.ts";

/** What a pass has learnt. */
export interface News {
  readonly inputs: Inputs;
  readonly counts: readonly Counted[];
  readonly heard: Heard;
  /** By counter: whether it ever saw anybody. */
  readonly proven: readonly boolean[];
  /** By selection of the site, as they are now. */
  readonly classes: readonly ClassInForce[];
  /** By programme: the dynamic controls that act. */
  readonly acting: readonly (readonly DynamicControl[])[];
  /** Whether the wall clock was set. */
  readonly moved: boolean;
}

/** Lamps and when they are due, as changed by news; more may be changed. */
export interface Touched {
  readonly lamps: Edit<LampState>;
  readonly due: Edit<Instant>;
}

/** Brings the news to the lamps it is for: those whose target it may change are due. */
export function touch(
  prepared: Prepared,
  state: State,
  { inputs, counts, heard, proven, classes, acting, moved }: News,
  now: Instant,
): Touched {
  const law = prepared.site.adaptive;
  const lamps = editOf(state.lamps);
  const due = editOf(state.due);
  const change = (i: number | undefined, news: (lamp: LampState) => Partial<LampState>) => {
    const lamp = i === undefined ? undefined : lamps.at(i);
    if (i === undefined || !lamp) return;
    const { seen = lamp.seen, wishes = lamp.wishes, light = lamp.light } = news(lamp);
    lamps.set(i, { seen, wishes, light, target: lamp.target });
    due.set(i, AT_ONCE);
  };
  /** An empty street must be known to be empty: where it was not watched somebody may be anywhere. */
  const unwatched = (i: number, seen: LampState["seen"]) =>
    prepared.lamps[i]?.empty === undefined ? seen : withInterval(seen, anybody(now, law), law, now);
  if (moved) {
    for (const i of state.lamps.keys()) {
      change(i, ({ seen }) => ({ seen: unwatched(i, plausible(seen, law, now)), light: null }));
    }
  }
  for (const { counter, direction, people, speed, at } of counts) {
    if (people <= 0) continue;
    const gait = gaitOf(law, speed);
    for (const way of prepared.ways[counter]?.[direction] ?? []) {
      if (!prepared.lamps[way.lamp]?.followsPeople) continue;
      const lamp = lamps.at(way.lamp) as LampState;
      const seen = withInterval(lamp.seen, lightFor(at, way, law, gait), law, now);
      if (seen === lamp.seen) continue;
      lamps.set(way.lamp, { seen, wishes: lamp.wishes, light: lamp.light, target: lamp.target });
      // A lamp that is lit for people and stays lit has nothing to do now; one that will be, not before.
      const lit = litUntil(seen, now) !== null;
      if (lit && litUntil(lamp.seen, now) !== null) continue;
      const dueAt = lit ? AT_ONCE : (nextOf(seen, now) ?? AT_ONCE);
      if (dueAt < (due.at(way.lamp) as Instant)) due.set(way.lamp, dueAt);
    }
  }
  if (acting !== state.controls.acting) {
    for (const [i, { schedule }] of prepared.lamps.entries()) {
      if (acting[schedule] !== state.controls.acting[schedule]) due.set(i, AT_ONCE);
    }
  }
  for (const i of heard.turned) {
    const again = heard.counters[i]?.silentSince === null;
    for (const { lamp } of prepared.ways[i]?.both ?? []) {
      change(lamp, ({ seen }) => (again ? { seen: unwatched(lamp, seen) } : {}));
    }
  }
  if (proven !== state.trust.proven) {
    for (const [i, ways] of prepared.ways.entries()) {
      if (proven[i] !== state.trust.proven[i]) for (const { lamp } of ways.both) due.set(lamp, AT_ONCE);
    }
  }
  if (classes !== state.classes) {
    for (const [i, { step }] of classes.entries()) {
      if (state.classes[i]?.step === step) continue;
      for (const lamp of prepared.selections[i]?.lamps ?? []) due.set(lamp, AT_ONCE);
    }
  }
  for (const lamp of inputs.cancelled) {
    change(prepared.lampIndex.get(lamp), ({ wishes }) => ({ wishes: withoutOperator(wishes) }));
  }
  for (const wish of inputs.wishes) {
    change(prepared.lampIndex.get(wish.target), ({ wishes }) => ({ wishes: withWish(wishes, wish, now) }));
  }
  return { lamps, due };
}
