import { type Duration, minutes } from "../../controllers/units.ts";
import type { MachineFigures } from "../hal/machine.ts";
import { hottest } from "./figures.ts";

/** What can make the alarm `cabinet.health`; each has a component of its own. */
export const CONCERNS = ["heat", "disk", "memory", "supply"] as const;
export type Concern = (typeof CONCERNS)[number];

/** What is wrong now, and when each of these was last seen to be so (monotonic time). */
export type Concerns = ReadonlyMap<Concern, Duration>;

export interface ConcernChange {
  readonly concern: Concern;
  readonly active: boolean;
  readonly message: string;
}

/** Wrong, surely right again, or between the two: then it stays as it was. */
type Finding = "wrong" | "right" | "between";

/** °C. A Raspberry Pi slows its processor down from 80 on. */
const HOT = 80;
const COOL = 75;
/** Percent free. */
const SHORT = 5;
const ENOUGH = 8;
/** A supply that is too low dips for moments: it counts as mended after so long without. */
const STEADY = minutes(10);

/**
 * Compares what the machine tells with its limits, with hysteresis so that an alarm does not flutter: returns what is wrong now and
 * what changed. What a machine does not tell stays as it was.
 */
export function judge(
  before: Concerns,
  machine: MachineFigures,
  now: Duration,
): { readonly concerns: Concerns; readonly changes: readonly ConcernChange[] } {
  const concerns = new Map(before);
  const changes: ConcernChange[] = [];
  for (const [concern, finding, message] of findings(machine)) {
    const since = before.get(concern);
    if (finding === "wrong") {
      concerns.set(concern, now);
      if (since === undefined) changes.push({ concern, active: true, message });
    } else if (finding === "right" && since !== undefined) {
      if (concern === "supply" && now - since < STEADY) continue;
      concerns.delete(concern);
      changes.push({ concern, active: false, message });
    }
  }
  return { concerns, changes };
}

function* findings(machine: MachineFigures): Generator<readonly [Concern, Finding, string]> {
  const heat = hottest(machine);
  if (heat !== null) yield ["heat", heat >= HOT ? "wrong" : heat < COOL ? "right" : "between", `${heat.toFixed(1)} °C`];
  for (const concern of ["disk", "memory"] as const) {
    const room = machine[concern];
    if (!room || room.size <= 0) continue;
    const free = (100 * room.free) / room.size;
    yield [concern, free < SHORT ? "wrong" : free > ENOUGH ? "right" : "between", `${free.toFixed(1)} % free`];
  }
  const low = machine.underVoltage;
  if (low !== null) yield ["supply", low ? "wrong" : "right", low ? "under-voltage" : "voltage is good"];
}
