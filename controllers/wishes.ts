import type { ComponentId, Target, Wish } from "./model.ts";
import type { Instant } from "./units.ts";

/** The wishes for one lamp after another came: it replaces the one of its rank. */
export const withWish = (standing: readonly Wish[], added: Wish): readonly Wish[] => [
  ...standing.filter(({ rank }) => rank !== added.rank),
  added,
];

/** The wishes for one lamp after its operator withdrew. */
export const withoutOperator = (standing: readonly Wish[]): readonly Wish[] =>
  standing.filter(({ rank }) => rank !== "operator");

/** Those that have not ended at `now`; the same array where all stand. */
export const inForceAt = (standing: readonly Wish[], now: Instant): readonly Wish[] =>
  standing.every(({ until }) => until > now) ? standing : standing.filter(({ until }) => until > now);

/** Wishes for many lamps after withdrawals and then further wishes: one for each lamp and rank. */
export function standingAfter(
  standing: readonly Wish[],
  cancelled: readonly ComponentId[],
  added: readonly Wish[],
): readonly Wish[] {
  if (cancelled.length === 0 && added.length === 0) return standing;
  const gone = new Set(cancelled.map((lamp) => `operator ${lamp}`));
  const wishes = new Map<string, Wish>();
  for (const wish of standing) if (!gone.has(placeOf(wish))) wishes.set(placeOf(wish), wish);
  for (const wish of added) wishes.set(placeOf(wish), wish);
  return [...wishes.values()];
}

/** The wishes of others that end because these came: of two of one rank for a lamp the later one stands. */
export function replacedBy(added: readonly Wish[], standing: readonly Wish[]): Wish[] {
  const later = new Map(added.map((wish) => [placeOf(wish), wish]));
  return standing.filter((wish) => {
    const after = later.get(placeOf(wish));
    return after !== undefined && after.issuer !== wish.issuer;
  });
}

/** Targets that are not what was wished for their lamp: something stronger, or later, won. */
export function overruled(wishes: readonly Wish[], targets: readonly Target[]): Target[] {
  const wished = new Map(wishes.map((wish) => [wish.target, wish]));
  return targets.filter((target) => {
    const wish = wished.get(target.lamp);
    return wish !== undefined && (target.rank !== wish.rank || target.level !== wish.level);
  });
}

const placeOf = ({ rank, target }: Wish): string => `${rank} ${target}`;
