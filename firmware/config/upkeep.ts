import { curveProblem, type Upkeep } from "../../controllers/lighting/clo.ts";
import { instant } from "../../controllers/units.ts";
import type { LampEntry } from "./lamps.ts";

type Entry = Pick<LampEntry, "clo" | "cleaning">;

const pointsOf = (clo: readonly (readonly [number, number])[]) => clo.map(([hours, percent]) => ({ hours, percent }));

/** From an entry that passed every check. */
export function upkeepOf({ clo = [], cleaning }: Entry): Upkeep {
  const curve = pointsOf(clo);
  if (!cleaning) return { curve };
  const { months, percent, last } = cleaning;
  return { curve, cleaning: { months, percent, last: instant(Date.parse(`${last}T00:00:00Z`)) } };
}

/** Why the points are no curve of maintenance, in words; null where they are one. */
export const cloProblem = (clo: readonly (readonly [number, number])[]): string | null => curveProblem(pointsOf(clo));

/** A date that the calendar has. */
export function isDate(text: string): boolean {
  const at = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(text);
}
