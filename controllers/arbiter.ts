import { type ComponentId, RANKS, type Rank, type Target, type Wish } from "./model.ts";
import { type Instant, type Level, level } from "./units.ts";

/** What every automatic light of a lamp keeps to. */
export interface Limits {
  readonly lamp: ComponentId;
  /** Percent of full light that meets the reduced lighting class; the ceiling is full light. */
  readonly floor: Level;
  /** What footfall may dim an empty street to, where the city permits less than the floor. */
  readonly empty?: Level;
  /** Used where nobody wishes anything. */
  readonly failSafe: Level;
}

/**
 * The one target of a lamp: the strongest rank's wish among those in force at `now` (`from <= now < until`), of two of one
 * rank the later in the list. Automatic wishes are held within [floor, full], footfall's also where an empty street may be
 * darker within [empty, full]; only the schedule may also switch off.
 * Wishes of operators and of safety, which all end by themselves, are taken as they are.
 */
export function arbitrate(limits: Limits, wishes: readonly Wish[], now: Instant): Target {
  let best: Wish | undefined;
  for (const wish of wishes) {
    if (wish.target !== limits.lamp || wish.until <= now || (wish.from ?? now) > now) continue;
    if (!best || strength(wish.rank) >= strength(best.rank)) best = wish;
  }
  if (!best) {
    return {
      lamp: limits.lamp,
      level: allowed(limits, "fail-safe", limits.failSafe),
      rank: "fail-safe",
      reason: "no wish",
    };
  }
  return { lamp: limits.lamp, level: allowed(limits, best.rank, best.level), rank: best.rank, reason: best.reason };
}

function allowed(limits: Limits, rank: Rank, wished: Level): Level {
  switch (rank) {
    case "safety":
    case "operator":
      return wished;
    case "schedule":
      return wished === 0 ? wished : level(Math.max(limits.floor, wished));
    case "adaptive":
      return level(Math.max(Math.min(limits.floor, limits.empty ?? limits.floor), wished));
    case "priority":
    case "fail-safe":
      return level(Math.max(limits.floor, wished));
  }
}

const strength = (rank: Rank): number => -RANKS.indexOf(rank);
