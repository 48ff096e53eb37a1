import type { ComponentId, Target, Wish } from "./model.ts";
import { type Instant, instant } from "./units.ts";

/**
 * The wishes for one lamp after another came at `now`: while that stands it is the only one of its rank. What stood before
 * ends when it begins, and does not come back; what was to begin while it stands begins at its end (TALQ 2.7.1
 * OverrideCommand: the last is used).
 */
export const withWish = (standing: readonly Wish[], added: Wish, now: Instant): readonly Wish[] => [
  ...standing.flatMap((wish) => leftBy(added, wish, now) ?? []),
  added,
];

/** What is left of a wish when a later one for its lamp comes: the very same where both can stand, null where nothing. */
function leftBy(later: Wish, wish: Wish, now: Instant): Wish | null {
  if (wish.rank !== later.rank) return wish;
  const begin = beginOf(later, now);
  const begun = beginOf(wish, now);
  if (wish.until <= begin || begun >= later.until) return wish;
  if (begun < begin) return { ...wish, until: begin };
  return begun > begin && wish.until > later.until ? { ...wish, from: later.until } : null;
}

const beginOf = ({ from }: Wish, now: Instant): Instant => instant(Math.max(from ?? now, now));

/** Whether it has begun at `now`. */
export const hasBegun = ({ from }: Wish, now: Instant): boolean => from === undefined || from <= now;

/** The wishes for one lamp after its operator withdrew, also of what has not begun. */
export const withoutOperator = (standing: readonly Wish[]): readonly Wish[] =>
  standing.filter(({ rank }) => rank !== "operator");

/** Those that have not ended at `now`; the same array where all stand. */
export const inForceAt = (standing: readonly Wish[], now: Instant): readonly Wish[] =>
  standing.every(({ until }) => until > now) ? standing : standing.filter(({ until }) => until > now);

/** Wishes for many lamps after withdrawals and then further wishes at `now`: of one rank for one lamp at most one at any time. */
export function standingAfter(
  standing: readonly Wish[],
  cancelled: readonly ComponentId[],
  added: readonly Wish[],
  now: Instant,
): readonly Wish[] {
  if (cancelled.length === 0 && added.length === 0) return standing;
  const gone = new Set(cancelled);
  const left = standing.filter(({ rank, target }) => rank !== "operator" || !gone.has(target));
  if (added.length === 0) return left;
  const byLamp = new Map<ComponentId, readonly Wish[]>(Map.groupBy(left, ({ target }) => target));
  for (const wish of added) byLamp.set(wish.target, withWish(byLamp.get(wish.target) ?? [], wish, now));
  return [...byLamp.values()].flat();
}

/** The wishes of others that end sooner or begin later because these came at `now`. */
export function replacedBy(added: readonly Wish[], standing: readonly Wish[], now: Instant): Wish[] {
  const later = new Map(added.map((wish) => [wish.target, wish]));
  return standing.filter((wish) => {
    const after = later.get(wish.target);
    return after !== undefined && after.issuer !== wish.issuer && leftBy(after, wish, now) !== wish;
  });
}

/** Targets that are not what was wished for their lamp to begin by `now`: something stronger, or later, won. */
export function overruled(wishes: readonly Wish[], targets: readonly Target[], now: Instant): Target[] {
  const wished = new Map(wishes.filter((wish) => hasBegun(wish, now)).map((wish) => [wish.target, wish]));
  return targets.filter((target) => {
    const wish = wished.get(target.lamp);
    return wish !== undefined && (target.rank !== wish.rank || target.level !== wish.level);
  });
}
