import { type DiagnosisCause, type Doubt, type Evidence, type LampDiagnosis, RULES } from "./diagnosis-model.ts";

/** A cause that began to stand (`message`) or no longer does (null). */
export interface Verdict {
  readonly cause: DiagnosisCause;
  readonly message: string | null;
}

/** Weighs evidence in its order: a cause begins and ends only by so many pieces in a row as its rule says. */
export function weigh(
  state: LampDiagnosis,
  evidence: readonly Evidence[],
): { state: LampDiagnosis; verdicts: Verdict[] } {
  let { doubts } = state;
  const verdicts: Verdict[] = [];
  for (const { cause, message } of evidence) {
    const before = doubts[cause] ?? NONE;
    const says = message !== null;
    const contrary = says === before.stands ? 0 : before.contrary + 1;
    if (contrary === before.contrary) continue;
    const { begins, ends } = RULES[cause];
    const flips = contrary >= (before.stands ? ends : begins);
    if (flips) verdicts.push({ cause, message });
    doubts = put(doubts, cause, flips ? { stands: says, contrary: 0 } : { stands: before.stands, contrary });
  }
  return { state: doubts === state.doubts ? state : { ...state, doubts }, verdicts };
}

const NONE: Doubt = { stands: false, contrary: 0 };

function put(doubts: LampDiagnosis["doubts"], cause: DiagnosisCause, doubt: Doubt): LampDiagnosis["doubts"] {
  const { [cause]: _, ...others } = doubts;
  return doubt.stands || doubt.contrary > 0 ? { ...others, [cause]: doubt } : others;
}
