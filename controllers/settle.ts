import { arbitrate } from "./arbiter.ts";
import type { Hearing } from "./footfall/silence.ts";
import type { InForce } from "./lighting/schedule.ts";
import { automaticWishes } from "./lighting/wishes.ts";
import type { Target } from "./model.ts";
import type { Prepared } from "./prepare.ts";
import type { LampState } from "./state.ts";
import type { Instant } from "./units.ts";
import { inForceAt } from "./wishes.ts";

/** What of the cabinet, beyond itself, a lamp's target depends on. */
export interface Around {
  readonly prepared: Prepared;
  /** By schedule of the site. */
  readonly schedules: readonly InForce[];
  /** By counter of the site. */
  readonly counters: readonly Hearing[];
  readonly clockSet: boolean;
}

/**
 * Works out the target of the lamp with index `i` at `now`, and when that may change by itself (`dueAt`, after `now`).
 * Keeps the very same target where level, rank and reason are the same.
 */
function settle(around: Around, i: number, lamp: LampState, now: Instant): LampState {
  const { prepared, schedules, counters, clockSet } = around;
  const limits = prepared.lamps[i];
  const said = limits && schedules[limits.schedule];
  if (!limits || !said) throw new TypeError(`lamp number ${i} is ${lamp.target?.lamp}: the state is another site's`);
  const automatic = automaticWishes(
    {
      limits,
      schedule: limits.scheduleName,
      inForce: said,
      law: prepared.site.adaptive,
      seen: lamp.seen,
      counters: limits.counters.map((counter) => counters[counter] as Hearing),
      clockSet,
    },
    now,
  );
  const wishes = inForceAt(lamp.wishes, now);
  const target = arbitrate(limits, [...automatic.wishes, ...wishes], now);
  let dueAt = automatic.changesAt;
  for (const { until } of wishes) if (until < dueAt) dueAt = until;
  return { seen: lamp.seen, wishes, target: lamp.target && same(lamp.target, target) ? lamp.target : target, dueAt };
}

/** All the lamps at `now`: those that are due settled, and what that changed. */
export interface Settled {
  readonly lamps: readonly LampState[];
  /** The very same array as before where no target changed. */
  readonly targets: readonly Target[];
  readonly changed: readonly Target[];
  /** The first instant at which a target may change by itself; null on a site without lamps. */
  readonly dueAt: Instant | null;
}

/** Settles each lamp that is due at `now`; the others keep their target. */
export function settleDue(
  around: Around,
  lamps: readonly LampState[],
  before: readonly Target[],
  now: Instant,
): Settled {
  const after = [...lamps];
  const changed: Target[] = [];
  let dueAt: Instant | null = null;
  for (let i = 0; i < lamps.length; i++) {
    let lamp = lamps[i] as LampState;
    if (lamp.dueAt === null || lamp.dueAt <= now) {
      lamp = settle(around, i, lamp, now);
      after[i] = lamp;
      if (lamp.target && lamp.target !== before[i]) changed.push(lamp.target);
    }
    if (lamp.dueAt !== null && (dueAt === null || lamp.dueAt < dueAt)) dueAt = lamp.dueAt;
  }
  const targets = changed.length === 0 ? before : after.map(({ target }) => target as Target);
  return { lamps: after, targets, changed, dueAt };
}

const same = (a: Target, b: Target): boolean => a.level === b.level && a.rank === b.rank && a.reason === b.reason;
