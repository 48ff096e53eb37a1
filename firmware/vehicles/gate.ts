/** How much of a feed is worked on: a flood costs the flood, not the junction. */
import type { Instant } from "../../controllers/units.ts";

/** Messages of one feed in a second. A city's feed brings hundreds. */
const MOST_A_SECOND = 2000;
/** Positions of one vehicle: not closer than this, ms. Vehicles speak once a second. */
const CLOSEST = 200;
/** Vehicles that are told apart. */
const KNOWN = 4096;

export interface Gate {
  /** Whether one message more may be worked on. */
  message(now: Instant): boolean;
  /** Whether one position more of that vehicle may be heard. */
  position(vehicle: string, now: Instant): boolean;
}

export function gate(): Gate {
  let second = Number.NaN;
  let taken = 0;
  const heard = new Map<string, Instant>();
  return {
    message(now) {
      const current = Math.floor(now / 1000);
      if (current !== second) [second, taken] = [current, 0];
      return ++taken <= MOST_A_SECOND;
    },
    position(vehicle, now) {
      const last = heard.get(vehicle);
      // A clock that was set back makes nobody wait.
      if (last !== undefined && now >= last && now - last < CLOSEST) return false;
      heard.delete(vehicle);
      if (heard.size >= KNOWN) heard.delete(heard.keys().next().value as string);
      heard.set(vehicle, now);
      return true;
    },
  };
}
