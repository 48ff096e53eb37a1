/** The buses of the demonstration's junction: they come every minute or so, halt at stops, stand at red, and say where they are. */
import type { Approach } from "../../controllers/junction/model.ts";
import { seconds } from "../../controllers/units.ts";
import type { Clock } from "../../firmware/hal/clock.ts";
import type { Random } from "../../firmware/hal/random.ts";
import { type BusPosition, busSays } from "../../sim/junction/bus-position.ts";

/** Metres: where a bus is first heard, and where it is heard no more. */
const FROM = 340;
const TO = -90;
/** A bus stands so far before the stop line, or before the bus that stands there. */
const AT_LINE = 4;
const SPACING = 16;

interface Bus extends BusPosition {
  readonly approach: Approach;
  readonly cruise: number;
  /** Seconds that it still stands at its stop. */
  dwell: number;
  before: number;
}

export interface BusOptions {
  readonly approaches: readonly Approach[];
  readonly clock: Clock;
  readonly random: Random;
  /** Whether a group shows green now. */
  readonly isGreen: (group: string) => boolean;
  readonly publish: (message: { readonly topic: string; readonly payload: Uint8Array }) => void;
}

/** Drives until the signal aborts. */
export async function driveBuses(options: BusOptions, signal: AbortSignal): Promise<void> {
  const { approaches, clock, random, isGreen, publish } = options;
  const next = approaches.map((_, i) => 8 + 25 * i);
  let vehicle = 400;
  let buses: Bus[] = [];
  const begin = (approach: Approach): Bus => ({
    approach,
    vehicle: ++vehicle,
    desi: approach.id % 2 === 1 ? "L5" : "L6",
    line: approach.line,
    before: FROM,
    speed: 0,
    cruise: 8.5 + 3 * random.next(),
    lateness: Math.round(240 * random.next()) - 60,
    dwell: approach.stops.length > 0 ? 8 + 14 * random.next() : 0,
  });
  while (!signal.aborted) {
    for (const [i, approach] of approaches.entries()) {
      next[i] = (next[i] ?? 0) - 1;
      if (next[i] > 0) continue;
      next[i] = 35 + 60 * random.next();
      buses.push(begin(approach));
    }
    const moved: Bus[] = [];
    for (const bus of buses) {
      const { approach, before, cruise } = bus;
      const stop = approach.stops[0]?.distance ?? Number.NEGATIVE_INFINITY;
      const ahead = moved.findLast((one) => one.approach === approach);
      let least = before - cruise;
      if (bus.dwell > 0 && before >= stop) least = Math.max(least, stop);
      if (before >= AT_LINE && !isGreen(approach.group)) least = Math.max(least, AT_LINE);
      if (ahead) least = Math.max(least, ahead.before + SPACING);
      const to = Math.min(before, least);
      const dwell = before === stop ? bus.dwell - 1 : bus.dwell;
      const now = { ...bus, before: to, dwell, speed: before - to };
      publish(busSays(now, clock.now()));
      if (to > TO) moved.push(now);
    }
    buses = moved;
    await clock.sleep(seconds(1), "buses", signal).catch(() => {});
  }
}
