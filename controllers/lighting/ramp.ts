import type { Adaptive } from "../model.ts";
import { type Duration, duration, type Instant, instant, type Level, level, seconds } from "../units.ts";

const FULL = 100;
/** Less is no difference in light, but of arithmetic. */
const NOTHING = 1e-6;

/** A rise of less is one step: the gear's own fade smooths it, and steps within a fade would slow it down. */
const RISE_STEP = seconds(2);

/** How light may change: percent of full light at each step, and the time between two. */
export interface Pace {
  readonly step: Duration;
  readonly fall: number;
  readonly riseStep: Duration;
  readonly rise: number;
}

/** The automatic light of a lamp on its way: from a level since a moment to another. */
export interface Course {
  readonly from: Level;
  readonly to: Level;
  /** Begin of the fall; upwards the first step's moment. */
  readonly since: Instant;
  /** When it last rose before that; null where it did not. */
  readonly rose: Instant | null;
  /** Why it came to be at `from`. */
  readonly left: string;
  /** Why it goes to `to`. */
  readonly reason: string;
}

/** What is wanted of a lamp, and why. */
export interface Wanted {
  readonly level: Level;
  readonly reason: string;
}

/**
 * The pace of a lamp whose lowest automatic light is `lowest`: from full to there in `law.ramp`, in steps of `law.rampStep`, but
 * never faster than `law.down` and `law.up` percent a second. What a step leaves of the limit the gear's own fade smooths.
 */
export function paceOf(law: Pick<Adaptive, "ramp" | "rampStep" | "up" | "down">, lowest: Level): Pace {
  const riseStep = duration(Math.max(RISE_STEP, law.rampStep));
  const limited = (rate: number | undefined, time: Duration) => ((rate ?? Number.POSITIVE_INFINITY) * time) / 1000;
  const steps = Math.max(1, Math.ceil(law.ramp / law.rampStep));
  return {
    step: law.rampStep,
    fall: Math.min((FULL - lowest) / steps, limited(law.down, law.rampStep)),
    riseStep,
    rise: Math.min(FULL, limited(law.up, riseStep)),
  };
}

/** A light that is where it is wanted. */
export const settled = ({ level: at, reason }: Wanted, since: Instant): Course => ({
  from: at,
  to: at,
  since,
  rose: null,
  left: reason,
  reason,
});

/** The light after this is wanted of it at `now`: it goes there from where it is. The very same where nothing changes. */
export function towards(before: Course, wanted: Wanted, pace: Pace, now: Instant): Course {
  const { level: to, reason } = wanted;
  if (before.to === to) return before.reason === reason ? before : { ...before, reason };
  const from = litAt(before, pace, now).level;
  const rose = lastRise(before, pace, now);
  // Where any rise is one step there is no limit to keep.
  const waits = to > from && rose !== null && pace.rise < FULL;
  const since = waits ? instant(Math.max(now, rose + pace.riseStep)) : now;
  return { from, to, since, rose, left: before.reason, reason };
}

/** When a light rose last, at `now`. */
function lastRise({ from, to, since, rose }: Course, { riseStep, rise }: Pace, now: Instant): Instant | null {
  if (to <= from || now < since) return rose;
  const steps = Math.min(Math.floor((now - since) / riseStep), Math.ceil((to - from - NOTHING) / rise) - 1);
  return instant(since + Math.max(0, steps) * riseStep);
}

/** Light of a course at a moment, and when it changes next; null where it has arrived. */
export interface Lit {
  readonly level: Level;
  readonly changesAt: Instant | null;
}

/**
 * Upwards the first step is at once; downwards they come at multiples of the step since 1970, so that all lamps of a cabinet
 * step together, and the first is never at once.
 */
export function litAt({ from, to, since }: Course, { step, fall, riseStep, rise }: Pace, now: Instant): Lit {
  if (to > from) {
    const steps = Math.max(0, Math.floor((now - since) / riseStep) + 1);
    if (from + steps * rise >= to - NOTHING) return { level: to, changesAt: null };
    return { level: level(from + steps * rise), changesAt: instant(since + steps * riseStep) };
  }
  const last = Math.floor(now / step);
  const light = from - Math.max(0, last - Math.floor(since / step)) * fall;
  if (to === from || light <= to + NOTHING) return { level: to, changesAt: null };
  return { level: level(light), changesAt: instant((last + 1) * step) };
}
