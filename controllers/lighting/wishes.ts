import type { Limits } from "../arbiter.ts";
import type { Hearing } from "../footfall/silence.ts";
import type { Adaptive, Wish } from "../model.ts";
import { after, hours, type Instant, type Level, level } from "../units.ts";
import { askedByFootfall, type Held } from "./adaptive.ts";
import type { Interval } from "./light-ahead.ts";
import type { InForce } from "./schedule.ts";

/** What the automatic light of one lamp depends on. */
export interface LampView {
  readonly limits: Limits;
  /** The name of its schedule, and what that says now. */
  readonly schedule: string;
  readonly inForce: InForce;
  readonly law: Adaptive;
  /** When somebody may be near. */
  readonly seen: readonly Interval[];
  /** The counters that reach it. Where there is none it only follows its schedule. */
  readonly counters: readonly Hearing[];
  readonly clockSet: boolean;
}

export interface Automatic {
  readonly wishes: readonly Wish[];
  /** The next instant at which they may change by themselves; later than the one asked about. */
  readonly changesAt: Instant;
}

/** The automatic wishes for a lamp at `now`: its schedule's and, in an adaptive period, footfall's; the fail-safe's without a clock. */
export function automaticWishes(view: LampView, now: Instant): Automatic {
  const { inForce, limits } = view;
  const target = limits.lamp;
  if (!view.clockSet) {
    const until = after(now, hours(1));
    const wish: Wish = { target, level: limits.failSafe, rank: "fail-safe", reason: "clock not set", until };
    return { wishes: [wish], changesAt: until };
  }
  const { period, to } = inForce;
  if (period === null || period.level === 0) {
    const off: Wish = {
      target,
      level: level(0),
      rank: "schedule",
      reason: `schedule ${view.schedule}: off`,
      until: to,
    };
    return { wishes: [off], changesAt: to };
  }
  const reason = `schedule ${view.schedule}`;
  const scheduled: Wish = { target, level: period.level, rank: "schedule", reason, until: to };
  if (!period.adaptive || view.counters.length === 0) return { wishes: [scheduled], changesAt: to };
  const silent = view.counters.some(({ silentSince }) => silentSince !== null);
  const presence = { seen: view.seen, silent, held: heldBefore(view, period.level) };
  const asked = askedByFootfall(presence, limits.floor, period.level, view.law, now);
  const changesAt = asked.changesAt !== null && asked.changesAt < to ? asked.changesAt : to;
  if (asked.wish === null) return { wishes: [scheduled], changesAt };
  return { wishes: [scheduled, { target, ...asked.wish, rank: "adaptive", until: changesAt }], changesAt };
}

/** The lights without footfall that ended: the ramp goes down from them, so that nobody notices either. */
function heldBefore({ inForce, limits, counters }: LampView, scheduled: Level): Held[] {
  const held: Held[] = [];
  const { before, from } = inForce;
  if (before && !before.adaptive && before.level > 0)
    held.push({ level: atLeast(limits.floor, before.level), until: from });
  for (const { spokeAt } of counters) {
    if (spokeAt !== null) held.push({ level: atLeast(limits.floor, scheduled), until: spokeAt });
  }
  return held;
}

const atLeast = (floor: Level, wanted: Level): Level => level(Math.max(floor, wanted));
