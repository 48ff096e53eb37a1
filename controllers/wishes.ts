import type { Wish } from "./model.ts";
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
