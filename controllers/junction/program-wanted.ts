import type { Instant } from "../units.ts";
import type { JunctionTable } from "./kernel-table.ts";
import type { Signal } from "./model.ts";

/** Whether anybody waits for a group of the stage. */
export function isWanted(table: JunctionTable, waiting: readonly (Instant | null)[], stage: number): boolean {
  for (const g of table.stages[stage]?.groups ?? []) if (waiting[g] !== null) return true;
  return false;
}

/** Whether a plan's stage is to be changed to: somebody waits for it, or all of it is green and others are to end. */
export function isDue(
  table: JunctionTable,
  { waiting, signals }: { readonly waiting: readonly (Instant | null)[]; readonly signals: readonly Signal[] },
  stage: number,
): boolean {
  if (isWanted(table, waiting, stage)) return true;
  for (const g of table.stages[stage]?.groups ?? []) if (signals[g]?.aspect !== "green") return false;
  return true;
}
