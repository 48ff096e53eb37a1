/** What intelligent gear says of its own health: conditions and temperatures of memory banks 205 and 206 (IEC 62386-253). */
import type { GearCondition, GearDiagnostics } from "../gear.ts";
import type { Instant } from "../units.ts";
import { seenStarts } from "./diagnosis-light.ts";
import type { DiagnosisCause, Evidence, LampDiagnosis, Seen } from "./diagnosis-model.ts";

/** Above this somebody may be dimming for heat, degrees Celsius. Makers set their own limits: not verified for any model. */
const HOT_GEAR = 80;
const HOT_LAMP = 90;

const TELLS: readonly (readonly [DiagnosisCause, readonly GearCondition[]])[] = [
  ["gear-condition", ["gear-failure", "gear-shutdown"]],
  ["lamp-condition", ["lamp-failure", "lamp-short", "lamp-open"]],
  ["derates", ["gear-derating", "lamp-derating", "lamp-shutdown"]],
];

export function seenDiagnostics(before: LampDiagnosis, gear: GearDiagnostics, at: Instant): Seen {
  const { state, evidence } =
    gear.lampStarts === undefined ? { state: before, evidence: [] } : seenStarts(before, gear.lampStarts);
  const { gearTemperature, lampTemperature, conditions } = gear;
  const words = temperatures(gear);
  const felt = gearTemperature !== undefined || lampTemperature !== undefined ? at : state.felt;
  const hot = (gearTemperature ?? 0) >= HOT_GEAR || (lampTemperature ?? 0) >= HOT_LAMP ? { at, words } : null;
  return {
    state: { ...state, hot, felt },
    evidence: conditions ? [...evidence, ...conditionEvidence(conditions, words)] : evidence,
  };
}

const conditionEvidence = (conditions: readonly GearCondition[], words: string): Evidence[] =>
  TELLS.map(([cause, those]) => {
    const there = conditions.filter((condition) => those.includes(condition));
    if (there.length === 0) return { cause, message: null };
    return { cause, message: `it says ${there.join(", ")}${words && `; ${words}`}` };
  });

function temperatures({ gearTemperature, lampTemperature }: GearDiagnostics): string {
  const told: string[] = [];
  if (gearTemperature !== undefined) told.push(`gear at ${gearTemperature} °C`);
  if (lampTemperature !== undefined) told.push(`lamp at ${lampTemperature} °C`);
  return told.join(", ");
}
