import type { Answer, To } from "../command.ts";
import { queryActualLevel, queryStatus, type Status } from "../commands/gear.ts";
import { ask, type Sequence } from "../sequence.ts";

export interface LampState {
  /** Arc power level 0..254, null where the gear cannot tell. */
  readonly level: Answer<number | null>;
  readonly status: Answer<Status>;
}

/** Reads what a lamp gives and how it is. Each query stands alone, so others may go between. */
export function* readLampState(to: To): Sequence<LampState> {
  return { level: yield* ask(queryActualLevel(to)), status: yield* ask(queryStatus(to)) };
}
