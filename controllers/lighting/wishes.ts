import type { Limits } from "../arbiter.ts";
import type { DynamicControl, Wish } from "../model.ts";
import { after, hours, type Instant, type Level, level } from "../units.ts";
import { askedByFootfall, type Lights } from "./adaptive.ts";
import { programmeLevel } from "./dynamic.ts";
import type { Interval } from "./light-ahead.ts";
import { type Course, litAt, type Pace, settled, towards, type Wanted } from "./ramp.ts";
import type { InForce } from "./schedule.ts";

/** What the automatic light of one lamp depends on. */
export interface LampView {
  readonly limits: Limits;
  /** What its programme says now, and the dynamic controls of it that act, the strongest first. */
  readonly inForce: InForce;
  readonly acting: readonly DynamicControl[];
  readonly pace: Pace;
  /** Light of the class in force, and whether that follows the use of the street. */
  readonly near: Level;
  readonly followsUse: boolean;
  /** When somebody may be near. */
  readonly seen: readonly Interval[];
  /** Whether a counter reaches it, and whether one that does is silent. */
  readonly reached: boolean;
  readonly silent: boolean;
  /** Whether it may be darker than its class while nobody is near, and a counter that reaches it never saw anybody. */
  readonly unproven: boolean;
  readonly clockSet: boolean;
  /** Its automatic light after the pass before; null where it was off or is not known. */
  readonly light: Course | null;
}

export interface Automatic {
  readonly wishes: readonly Wish[];
  readonly light: Course | null;
  /** The next instant at which they may change by themselves; later than the one asked about. */
  readonly changesAt: Instant;
}

/**
 * The automatic wishes for a lamp at `now`: its schedule's and, in an adaptive period, footfall's and those of the class in
 * force; the fail-safe's without a clock.
 */
export function automaticWishes(view: LampView, now: Instant): Automatic {
  const { inForce, limits } = view;
  const target = limits.lamp;
  if (!view.clockSet) {
    const until = after(now, hours(1));
    const wish: Wish = { target, level: limits.failSafe, rank: "fail-safe", reason: "clock not set", until };
    return { wishes: [wish], light: null, changesAt: until };
  }
  const { period, to, schedule } = inForce;
  const fixed = period?.level ?? level(0);
  const programmed = programmeLevel(fixed, view.acting);
  const because = view.acting[0]?.name ?? (programmed === 0 ? "off" : null);
  const reason = because === null ? `schedule ${schedule}` : `schedule ${schedule}: ${because}`;
  const scheduled: Wish = { target, level: programmed, rank: "schedule", reason, until: to };
  const followsPeople = period?.adaptive === true && (fixed > 0 || programmed > 0);
  if (!followsPeople && programmed === 0) return { wishes: [scheduled], light: null, changesAt: to };
  if (!followsPeople || onlyScheduled(view)) {
    const held = { level: atLeast(limits.floor, programmed), reason: SCHEDULE };
    return { wishes: [scheduled], light: settled(held, now), changesAt: to };
  }
  return adaptive(view, scheduled, now);
}

const SCHEDULE = "schedule";
const CONTROL = "control ";
const SILENT = "counter silent";
const UNPROVEN = "counter saw nobody yet";

function adaptive(view: LampView, scheduled: Wish, now: Instant): Automatic {
  const { limits, acting, reached, silent, unproven, seen, pace } = view;
  const lights = lightsOf(view, scheduled.level);
  const unknowing = reached ? (silent ? SILENT : UNPROVEN) : "nobody counts here";
  const people = askedByFootfall({ seen, unknown: silent || unproven || !reached ? unknowing : null }, lights, now);
  const known = people.reason !== unknowing && people.reason !== "footfall";
  const control = known && lights.empty > emptyOf(view) ? acting[0] : undefined;
  const asked = control ? { ...people, reason: CONTROL + control.name } : people;
  const light = view.light === null ? settled(asked, now) : towards(view.light, asked, pace, now);
  const lit = litAt(light, pace, now);
  let changesAt = scheduled.until;
  for (const at of [asked.changesAt, lit.changesAt]) if (at !== null && at < changesAt) changesAt = at;
  const unknown = asked.reason === unknowing && lit.level === asked.level;
  // Nobody knows who is there, and the schedule lights the same: it decides.
  if (unknown && lit.level === atLeast(limits.floor, scheduled.level)) return { wishes: [scheduled], light, changesAt };
  const reason = reasonOf(light, asked, lit.level);
  const wish: Wish = { target: limits.lamp, level: lit.level, reason, rank: "adaptive", until: changesAt };
  return { wishes: [scheduled, wish], light, changesAt };
}

/** No counter reaches it and its class does not change. Somebody may still be followed to it: who goes against a street's way. */
const onlyScheduled = ({ reached, followsUse, seen, light }: LampView): boolean =>
  !reached && !followsUse && seen.length === 0 && (light === null || light.from === light.to);

/**
 * Where the class follows use it holds for everybody, seen or not, but for an empty street that may be darker. Dynamic
 * controls change what there is while nobody is near, never to less than is allowed then.
 */
function lightsOf(view: LampView, scheduled: Level): Lights {
  const { limits, acting, near, followsUse, reached } = view;
  const legal = followsUse ? near : limits.floor;
  const empty = emptyOf(view);
  return {
    near,
    empty: atLeast(empty, programmeLevel(empty, acting)),
    unknown: followsUse && !reached ? atLeast(near, programmeLevel(near, acting)) : atLeast(legal, scheduled),
  };
}

/** While nobody is near and no control acts. */
const emptyOf = ({ limits, near, followsUse }: LampView): Level =>
  level(Math.min(limits.empty ?? (followsUse ? near : limits.floor), near));

/** Why a lamp has the light it has: on the way down, what was before. */
function reasonOf({ left }: Course, asked: Wanted, lit: Level): string {
  if (lit <= asked.level) return asked.reason;
  if (left.startsWith(CONTROL)) return "control over";
  if (left === "footfall") return asked.reason === "footfall" ? "class lowered" : "footfall passed";
  return [SCHEDULE, SILENT, UNPROVEN].includes(left) ? "after schedule" : "class lowered";
}

const atLeast = (floor: Level, wanted: Level): Level => level(Math.max(floor, wanted));
