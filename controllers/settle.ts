import { arbitrate } from "./arbiter.ts";
import { editOf } from "./edit.ts";
import type { Hearing } from "./footfall/silence.ts";
import type { ClassInForce } from "./lighting/class-in-force.ts";
import { stillOf } from "./lighting/light-ahead.ts";
import type { InForce } from "./lighting/schedule.ts";
import { automaticWishes } from "./lighting/wishes.ts";
import type { DynamicControl, Target } from "./model.ts";
import type { Prepared } from "./prepare.ts";
import type { LampState, State } from "./state.ts";
import type { Touched } from "./touch.ts";
import { type Instant, instant, type Level } from "./units.ts";
import { inForceAt } from "./wishes.ts";

/** What of the cabinet, beyond itself, a lamp's target depends on. */
export interface Around {
  readonly prepared: Prepared;
  /** By programme of the site. */
  readonly schedules: readonly InForce[];
  /** By programme: the dynamic controls that act, the strongest first. */
  readonly acting: readonly (readonly DynamicControl[])[];
  /** By counter of the site. */
  readonly counters: readonly Hearing[];
  readonly proven: readonly boolean[];
  /** By selection of the site. */
  readonly classes: readonly ClassInForce[];
  readonly clockSet: boolean;
}

/**
 * Works out the target of the lamp with index `i` at `now`, and when that may change by itself (`dueAt`, after `now`).
 * Keeps the very same target where level, rank and reason are the same.
 */
function settle(around: Around, i: number, lamp: LampState, now: Instant): { lamp: LampState; dueAt: Instant } {
  const { prepared, schedules, acting, counters, proven, classes, clockSet } = around;
  const limits = prepared.lamps[i];
  const said = limits && schedules[limits.schedule];
  if (!limits || !said) throw new TypeError(`lamp number ${i} is ${lamp.target?.lamp}: the state is another site's`);
  const step = limits.selection === null ? 0 : (classes[limits.selection] as ClassInForce).step;
  const seen = lamp.seen.length > 0 ? stillOf(lamp.seen, prepared.site.adaptive, now) : lamp.seen;
  const automatic = automaticWishes(
    {
      limits,
      inForce: said,
      acting: acting[limits.schedule] as readonly DynamicControl[],
      pace: limits.pace,
      near: limits.classes[step] as Level,
      followsUse: limits.selection !== null,
      seen,
      reached: limits.counters.length > 0,
      silent: limits.counters.some((counter) => (counters[counter] as Hearing).silentSince !== null),
      unproven: limits.empty !== undefined && limits.counters.some((counter) => !proven[counter]),
      clockSet,
      light: lamp.light,
    },
    now,
  );
  const wishes = inForceAt(lamp.wishes, now);
  const target = arbitrate(limits, wishes.length === 0 ? automatic.wishes : [...automatic.wishes, ...wishes], now);
  let dueAt = automatic.changesAt;
  for (const { from, until } of wishes) {
    const next = from !== undefined && from > now ? from : until;
    if (next < dueAt) dueAt = next;
  }
  const kept = lamp.target && same(lamp.target, target) ? lamp.target : target;
  return { lamp: { seen, wishes, light: automatic.light, target: kept }, dueAt };
}

/** All the lamps at `now`: those that are due settled, and what that changed. */
export interface Settled extends Pick<State, "lamps" | "due" | "dueAt"> {
  /** The very same array as before where no target changed. */
  readonly targets: readonly Target[];
  readonly changed: readonly Target[];
}

/** Settles each lamp that is due at `now`; the others keep their target. `lamps` and `due` are those `before` after news. */
export function settleDue(around: Around, before: State, { lamps, due }: Touched, now: Instant): Settled {
  const dues = due.result();
  const targets = editOf(before.targets);
  const changed: Target[] = [];
  if (dues === before.due && now < before.dueAt) {
    return { lamps: lamps.result(), due: dues, dueAt: before.dueAt, targets: before.targets, changed };
  }
  let first: number = LAST;
  for (let i = 0; i < dues.length; i++) {
    let dueAt = dues[i] as Instant;
    if (dueAt <= now) {
      const result = settle(around, i, lamps.at(i) as LampState, now);
      lamps.set(i, result.lamp);
      dueAt = result.dueAt;
      due.set(i, dueAt);
      const { target } = result.lamp;
      if (target && target !== before.targets[i]) {
        changed.push(target);
        targets.set(i, target);
      }
    }
    if (dueAt < first) first = dueAt;
  }
  return { lamps: lamps.result(), due: due.result(), dueAt: instant(first), targets: targets.result(), changed };
}

/** No lamp, nothing due. */
const LAST = 8.64e15;

const same = (a: Target, b: Target): boolean => a.level === b.level && a.rank === b.rank && a.reason === b.reason;
