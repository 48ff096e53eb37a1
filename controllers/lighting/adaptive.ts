import type { Adaptive } from "../model.ts";
import { type Instant, instant, type Level, level } from "../units.ts";
import type { Interval } from "./light-ahead.ts";

const FULL = level(100);

/** A light that ended. */
export interface Held {
  readonly level: Level;
  readonly until: Instant;
}

/** What footfall knows about one lamp in an adaptive period. */
export interface Presence {
  /** Full light is wanted in these: sorted, apart from each other. */
  readonly seen: readonly Interval[];
  /** Whether a counter that matters to the lamp is silent, so that nobody knows who is there. */
  readonly silent: boolean;
  /** Lower lights that ended: a period without footfall, a counter's silence. The ramp goes down from them too. */
  readonly held: readonly Held[];
}

/** What footfall asks of a lamp, and the next instant that may change it. */
export interface Asked {
  /** Null while footfall has nothing to say and the schedule decides. */
  readonly wish: { readonly level: Level; readonly reason: string } | null;
  /** Later than the instant asked about; null where only news can change it. */
  readonly changesAt: Instant | null;
}

/**
 * The light a lamp needs at `now` by the people near it: full while somebody may be near, then down to `floor` in steps
 * of `law.rampStep` over `law.ramp`, the floor while nobody is there. With a silent counter the ramp ends at
 * `scheduled`, and the schedule decides. `floor` and `scheduled` in percent of full light.
 */
export function askedByFootfall(
  presence: Presence,
  floor: Level,
  scheduled: Level,
  law: Adaptive,
  now: Instant,
): Asked {
  const base = presence.silent ? Math.max(floor, scheduled) : floor;
  const steps = Math.max(1, Math.ceil(law.ramp / law.rampStep));
  let wanted: number = base;
  let reason = presence.silent ? "counter silent" : "nobody near";
  let changesAt = Number.POSITIVE_INFINITY;
  const ramp = (from: number, since: number, why: string) => {
    const step = Math.floor((now - since) / law.rampStep);
    const light = from - ((FULL - floor) * step) / steps;
    if (step >= steps || light <= base) return;
    changesAt = Math.min(changesAt, since + (step + 1) * law.rampStep);
    if (light > wanted) [wanted, reason] = [light, why];
  };
  for (const { level, until } of presence.held) ramp(level, until, "after schedule");
  for (const { from, until } of presence.seen) {
    if (from > now) changesAt = Math.min(changesAt, from);
    else if (until <= now) ramp(FULL, until, "footfall passed");
    else {
      changesAt = Math.min(changesAt, until);
      [wanted, reason] = [FULL, "footfall"];
    }
  }
  return {
    wish: presence.silent && wanted === base ? null : { level: level(wanted), reason },
    changesAt: Number.isFinite(changesAt) ? instant(changesAt) : null,
  };
}

/** How long after its end a full light still shows in the ramp. */
export const rampTime = (law: Adaptive): number => Math.max(1, Math.ceil(law.ramp / law.rampStep)) * law.rampStep;
