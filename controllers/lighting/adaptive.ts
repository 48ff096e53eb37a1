import { type Instant, instant, type Level } from "../units.ts";
import type { Interval } from "./light-ahead.ts";
import type { Wanted } from "./ramp.ts";

/** What footfall knows about one lamp in an adaptive period. */
export interface Presence {
  /** Somebody may be near in these: sorted, apart from each other. */
  readonly seen: readonly Interval[];
  /** Why nobody knows who is there, such as a silent counter; null where it is known. */
  readonly unknown: string | null;
}

/** The lights of one lamp, percent of full light. */
export interface Lights {
  /** Of the class in force: for people near. */
  readonly near: Level;
  /** While nobody is near. */
  readonly empty: Level;
  /** While nobody knows. */
  readonly unknown: Level;
}

/** What footfall asks of a lamp, and the next instant that may change it. */
export interface Asked extends Wanted {
  /** Later than the instant asked about; null where only news can change it. */
  readonly changesAt: Instant | null;
}

/**
 * The light a lamp needs at `now` by the people near it. How fast it goes there is not said here: see `ramp.ts`. Where people
 * near make no difference nothing is said of them.
 */
export function askedByFootfall(presence: Presence, lights: Lights, now: Instant): Asked {
  const { near, empty, unknown } = lights;
  const base = presence.unknown === null ? empty : unknown;
  if (near <= base) return { level: base, reason: presence.unknown ?? "class in force", changesAt: null };
  const coming = presence.seen.find(({ until }) => until > now);
  if (coming && coming.from <= now) {
    return { level: near, reason: "footfall", changesAt: coming.until };
  }
  const reason = presence.unknown ?? "nobody near";
  return { level: base, reason, changesAt: coming ? instant(coming.from) : null };
}
