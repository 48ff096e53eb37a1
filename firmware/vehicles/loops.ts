/** Detectors at which priority vehicles check in and out: loops and contacts that see a vehicle but do not know which. */
import type { Approach, Detector } from "../../controllers/junction/model.ts";
import type { VehicleWord } from "../../controllers/junction/request-model.ts";
import type { ComponentId } from "../../controllers/model.ts";
import { type Duration, type Instant, milliseconds } from "../../controllers/units.ts";
import { counting, type Feed } from "./feed.ts";

/** A detector that changed. */
export interface DetectorChange {
  readonly id: ComponentId;
  readonly occupied: boolean;
}

export interface LoopOptions {
  readonly source: string;
  readonly detectors: readonly Detector[];
  readonly approaches: readonly Approach[];
  /** A vehicle that checked in and never out is forgotten after. */
  readonly forget: Duration;
}

/** A wheel that leaves a loop and comes back is the same vehicle, ms. */
const SAME = 2000;
/** Vehicles between check-in and check-out of a movement. */
const MOST = 16;

/**
 * Changes of detectors into words. Whoever occupies a check-in asks for its group, with the time that its way takes at the approach's
 * speed and stops; whoever comes to a check-out is the one of its group that checked in first. A check-out without a check-in says nothing.
 */
export function loopFeed({ source, detectors, approaches, forget }: LoopOptions): Feed<DetectorChange> {
  const count = counting(["check-ins", "check-outs", "bounced", "unmatched", "forgotten", "too-many", "not-a-vehicle"]);
  const known = new Map(detectors.map((one) => [one.id, one]));
  const occupied = new Set<ComponentId>();
  const freed = new Map<ComponentId, Instant>();
  /** By group, in the order in which they came. */
  const inside = new Map<string, { readonly id: string; readonly at: Instant }[]>();
  let number = 0;

  const checkIn = (detector: Detector, now: Instant): VehicleWord[] => {
    const { group } = detector;
    const queue = inside.get(group) ?? [];
    if (queue.length >= MOST) {
      count.add("too-many");
      return [];
    }
    count.add("check-ins");
    number = (number + 1) % 1_000_000;
    const id = `${detector.id}/${number}`;
    inside.set(group, [...queue, { id, at: now }]);
    const eta = etaOf(detector, approaches);
    return [{ kind: "request", source, id, movement: { group }, ...(eta === null ? {} : { eta }), facts: {}, at: now }];
  };

  const checkOut = ({ group }: Detector, now: Instant): VehicleWord[] => {
    const [first, ...others] = inside.get(group) ?? [];
    if (!first) {
      count.add("unmatched");
      return [];
    }
    count.add("check-outs");
    inside.set(group, others);
    return [{ kind: "passed", source, id: first.id, at: now }];
  };

  return {
    tally: count.tally,
    take({ id, occupied: isOccupied }, now) {
      for (const [group, queue] of inside) {
        const left = queue.filter(({ at }) => now - at <= forget);
        for (let i = left.length; i < queue.length; i++) count.add("forgotten");
        inside.set(group, left);
      }
      const detector = known.get(id);
      if (!detector || (detector.use !== "check-in" && detector.use !== "check-out")) {
        count.add("not-a-vehicle");
        return [];
      }
      if (!isOccupied) {
        if (occupied.delete(id)) freed.set(id, now);
        return [];
      }
      if (occupied.has(id)) return [];
      occupied.add(id);
      const before = freed.get(id);
      if (before !== undefined && now >= before && now - before < SAME) {
        count.add("bounced");
        return [];
      }
      return detector.use === "check-in" ? checkIn(detector, now) : checkOut(detector, now);
    },
  };
}

/** Null where several approaches, or none, lead to its group: nobody knows how fast it comes. */
function etaOf({ group, distance }: Detector, approaches: readonly Approach[]): Duration | null {
  const [approach, ...others] = approaches.filter((one) => one.group === group);
  if (!approach || others.length > 0 || distance < 0) return null;
  const dwells = approach.stops.filter((stop) => stop.distance < distance).reduce((sum, { dwell }) => sum + dwell, 0);
  return milliseconds(Math.round((distance / approach.speed) * 1000 + dwells));
}
