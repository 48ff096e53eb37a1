import { heapInUse } from "./heap.ts";
import type { DistrictFigures } from "./lighting-district.ts";
import { measurePass } from "./lighting-pass.ts";
import type { Figure } from "./line.ts";

/** What a year of passes may leave on the heap beside what the year itself keeps: its sums of 8,760 hours and its classes. */
const MOST_GROWN = 8;

/** The row "decision pass": its time for 512 lamps and 32 counters, and what a whole simulated year leaves on the heap. */
export function passFigure({ grownMB, passes: passesAYear }: Pick<DistrictFigures, "grownMB" | "passes">): Figure {
  heapInUse();
  const { p50Ms, p99Ms, maxMs, passes } = measurePass();
  const round = (value: number) => Number(value.toPrecision(3));
  return {
    name: "decision pass, 512 lamps, 32 sensors, p99",
    value: p99Ms,
    unit: "ms",
    target: 2,
    parts: {
      p50Ms: round(p50Ms),
      maxMs: round(maxMs),
      passes,
      heapGrownOverYearMB: round(grownMB),
      passesOverYear: passesAYear,
    },
    holds: grownMB <= MOST_GROWN,
  };
}
