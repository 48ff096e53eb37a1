import type { StageId } from "./model.ts";

/** A stage that priority ended early, and in how many of its next greens it is not cut again. */
export interface Debt {
  readonly stage: StageId;
  readonly cycles: number;
}

/** Debts after a stage was left: a cut makes one, a green that was not cut pays one off. */
export function debtsAfter(debts: readonly Debt[], left: StageId, isCut: boolean, cycles: number): readonly Debt[] {
  const others = debts.filter(({ stage }) => stage !== left);
  const before = debts.find(({ stage }) => stage === left)?.cycles ?? 0;
  const owed = isCut ? cycles : before - 1;
  return owed > 0 ? [...others, { stage: left, cycles: owed }] : others;
}

export const isIndebted = (debts: readonly Debt[], stage: StageId): boolean =>
  debts.some((debt) => debt.stage === stage);
