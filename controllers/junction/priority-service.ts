import { between, type Duration, duration, type Instant } from "../units.ts";
import { type GroupId, INDIANA, type JunctionEvent, type Signal } from "./model.ts";
import type { Green, Live } from "./request.ts";

/** Priority on one movement, for as long as vehicles want it: they share it. */
export interface Service {
  readonly group: GroupId;
  /** The greens it would have had, as planned when it began; null: nobody knows, and nothing is said of what it was given. */
  readonly base: readonly Green[] | null;
  readonly emergency: boolean;
  /** Green that the base plan would not have given, since anybody used it. */
  readonly unused: Duration;
  /** It was given green that the base plan had not. */
  readonly early: boolean;
  readonly extended: boolean;
  /** Until when that was counted. */
  readonly at: Instant;
}

export interface Serviced {
  readonly services: readonly Service[];
  /** Groups whose priority is over. */
  readonly over: readonly GroupId[];
  readonly events: readonly JunctionEvent[];
}

/**
 * Services after a pass: begun with the first activated request of a group, ended when none is left and the green that was
 * given is over. Green beyond the base plan's counts from when it is shown to when it ends or a vehicle uses it.
 */
export function servicesAfter(
  services: readonly Service[],
  seen: {
    readonly live: readonly Live[];
    readonly passed: readonly { readonly live: Live }[];
    readonly signalOf: (group: GroupId) => Signal | null | undefined;
    readonly numberOf: (group: GroupId) => number;
  },
  now: Instant,
): Serviced {
  const events: JunctionEvent[] = [];
  const indiana = (code: (typeof INDIANA)[keyof typeof INDIANA], group: GroupId) =>
    events.push({ kind: "indiana", code, parameter: seen.numberOf(group), at: now });
  const next: Service[] = [];
  const over: GroupId[] = [];
  const active = seen.live.filter(({ request }) => request.state === "activated");
  for (const service of services) {
    const { group, base } = service;
    const signal = seen.signalOf(group);
    const green = signal?.aspect === "green" ? signal.since : null;
    let { unused, early, extended } = service;
    if (seen.passed.some(({ live }) => live.request.group === group)) unused = duration(0);
    const isGiven = green !== null && base !== null && !within(base, now);
    if (isGiven) {
      const isExtension = base.some(({ to }) => green < to && to <= now);
      if (isExtension ? !extended : !early)
        indiana(isExtension ? INDIANA.adjustedExtension : INDIANA.adjustedEarlyGreen, group);
      if (isExtension) extended = true;
      else early = true;
      const from = isExtension ? Math.max(...base.filter(({ to }) => to <= now).map(({ to }) => to)) : green;
      unused = duration(unused + between(Math.max(from, service.at) as Instant, now));
    }
    const wanted = active.some(({ request }) => request.group === group);
    if (wanted || (isGiven && (early || extended))) {
      next.push({ ...service, unused, early, extended, at: now });
      continue;
    }
    over.push(group);
    indiana(INDIANA.serviceEnd, group);
    if (unused > 0) events.push({ kind: "unused", group, green: unused, at: now });
  }
  for (const live of active) {
    const { group, type } = live.request;
    if (next.some((service) => service.group === group)) continue;
    indiana(INDIANA.serviceStart, group);
    const emergency = type === "emergency";
    next.push({ group, base: live.base, emergency, unused: duration(0), early: false, extended: false, at: now });
  }
  return { services: next, over, events };
}

const within = (greens: readonly Green[], at: Instant): boolean => greens.some(({ from, to }) => from <= at && at < to);

/** What a vehicle that passes at `at` in a green since `green` was given against the base plan. */
export function givenTo(
  base: readonly Green[] | null,
  green: Instant | null | undefined,
  at: Instant,
): { readonly extension: Duration; readonly reduction: Duration } {
  const nothing = { extension: duration(0), reduction: duration(0) };
  if (green == null || base === null || base.length === 0) return nothing;
  const inside = base.find(({ from, to }) => from <= at && at < to);
  if (inside) return { ...nothing, reduction: between(green, inside.from) };
  const over = base.filter(({ to }) => to <= at).at(-1);
  if (over && green < over.to) return { ...nothing, extension: between(over.to, at) };
  const coming = base.find(({ from }) => from > at);
  return coming ? { ...nothing, reduction: between(green, coming.from) } : nothing;
}
