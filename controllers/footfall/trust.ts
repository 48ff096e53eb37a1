import { type Duration, hours, type Instant } from "../units.ts";

/** Whose forecast counts: a network's, or the mean of the last four same hours of the week, and why not the network's. */
export type Trusted = "network" | "missing" | "stale" | "worse";

/** A network that was examined longer ago has not seen the street as it is now. */
export const STALE_AFTER: Duration = hours(24 * 35);
/** Errors are compared over so many days, and not before there are so many hours of them. */
export const COMPARED_DAYS = 14;
const LEAST_HOURS = 72;

/** How far off both were in one hour, all counters together. */
export interface Outcome {
  /** Wall hour. */
  readonly wall: number;
  readonly network: number;
  readonly plain: number;
}

/** After one more hour came true; what is older than what is compared is forgotten. */
export const remembered = (outcomes: readonly Outcome[], outcome: Outcome): readonly Outcome[] => [
  ...outcomes.filter(({ wall }) => wall > outcome.wall - 24 * COMPARED_DAYS && wall < outcome.wall),
  outcome,
];

/** Whether a network may be believed at `now`; `examined`: when it last was found good, null where there is none. */
export function trusted(examined: Instant | null, outcomes: readonly Outcome[], now: Instant): Trusted {
  if (examined === null) return "missing";
  if (now - examined > STALE_AFTER) return "stale";
  if (outcomes.length < LEAST_HOURS) return "network";
  const sum = (of: (outcome: Outcome) => number) => outcomes.reduce((all, outcome) => all + of(outcome), 0);
  return sum(({ network }) => network) > sum(({ plain }) => plain) ? "worse" : "network";
}
