import type { Finding } from "./alarms.ts";
import { diagnosed, lost, reset } from "./lighting/diagnosis.ts";
import { type LampDiagnosis, RULES } from "./lighting/diagnosis-model.ts";
import type { Reading, Target } from "./model.ts";
import type { Prepared } from "./prepare.ts";
import type { Instant } from "./units.ts";

/** What the pass knows when it examines its lamps. */
export interface Examination {
  /** By lamp of the site. */
  readonly before: readonly LampDiagnosis[];
  /** Those that lamps had when the readings were taken: of the pass before. Empty before the first. */
  readonly targets: readonly Target[];
  readonly readings: readonly Reading[];
  /** Whether the wall clock was set. */
  readonly moved: boolean;
}

/** Takes each reading to the lamp it is of. Costs nothing where none is of a lamp: the very same array comes back. */
export function diagnose(
  prepared: Prepared,
  { before, targets, readings, moved }: Examination,
  now: Instant,
): { readonly diagnoses: readonly LampDiagnosis[]; readonly found: readonly Finding[] } {
  let after: LampDiagnosis[] | undefined;
  const found: Finding[] = [];
  const put = (i: number, state: LampDiagnosis) => {
    if (state === (after ?? before)[i]) return;
    after ??= [...before];
    after[i] = state;
  };
  if (moved) for (const [i, state] of before.entries()) put(i, reset(state, now));
  for (const reading of readings) {
    const { source, at } = reading;
    const i = prepared.lampIndex.get(source);
    if (i === undefined) {
      if (reading.kind !== "fault") continue;
      for (const [j, { line }] of prepared.site.lamps.entries()) {
        if (line === source) put(j, lost((after ?? before)[j] as LampDiagnosis));
      }
      continue;
    }
    const [lamp, target] = [prepared.site.lamps[i], targets[i]];
    if (!lamp || !target) continue;
    const state = (after ?? before)[i] as LampDiagnosis;
    const result = diagnosed(lamp, state, target.level, at > now ? { ...reading, at: now } : reading);
    put(i, result.state);
    for (const { cause, message } of result.verdicts) {
      found.push({ code: RULES[cause].code, component: source, cause, message, at });
    }
  }
  return { diagnoses: after ?? before, found };
}
