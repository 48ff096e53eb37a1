/**
 * Diagnosis of a lamp from its readings, pure: state and reading in, state and verdicts out. It knows what the lamp was told,
 * so that a dimmed lamp is not a weak one, nor one that fades a faulty one.
 */
import type { Reading } from "../model.ts";
import type { Instant, Level } from "../units.ts";
import { type Verdict, weigh } from "./diagnosis-doubt.ts";
import { seenDiagnostics } from "./diagnosis-gear.ts";
import { lastingLight, seenLevel, seenStatus } from "./diagnosis-light.ts";
import type { Examined, LampDiagnosis, Seen } from "./diagnosis-model.ts";
import { seenPower } from "./diagnosis-watts.ts";

/** A lamp of which nothing was read. */
export const UNSEEN: LampDiagnosis = {
  level: null,
  levelAt: 0 as Instant,
  lit: null,
  litAt: 0 as Instant,
  offs: [],
  failed: false,
  hot: null,
  felt: null,
  weakSince: null,
  starts: null,
  told: 0,
  curve: [],
  drew: null,
  drewElsewhere: null,
  doubts: {},
};

/**
 * Takes one reading of a lamp whose target was `target` when it was read. The very same state where it shows nothing. What is
 * wrong is told once when it begins, with the numbers that show it, and once (null) when it is over.
 *
 * - a lamp that gives light, draws power or reads above 0 though its target is 0 burns by day; it ends when it is seen dark;
 * - one that gives none though told to is dark; one that goes dark three times within 6 h by itself cycles;
 * - one that is found at another level than it was told, four times in a row, does not dim;
 * - one that draws the same at levels that are far apart does not dim either, whatever level it tells;
 * - one that draws more or less than it did at that level before has a power fault, or is too hot where heat was measured.
 *
 * What needs time to end (a cycling lamp that burns on) is told at the first reading after that time, so that nothing is due
 * while nothing is read.
 */
export function diagnosed(
  lamp: Examined,
  before: LampDiagnosis,
  target: Level,
  reading: Reading,
): { readonly state: LampDiagnosis; readonly verdicts: readonly Verdict[] } {
  const { state, evidence } = seen(lamp, before, target, reading);
  const lasting = lastingLight(state, reading.at);
  if (evidence.length + lasting.length === 0) return { state, verdicts: [] };
  return weigh(state, [...evidence, ...lasting]);
}

function seen(lamp: Examined, before: LampDiagnosis, target: Level, reading: Reading): Seen {
  switch (reading.kind) {
    case "level":
      return seenLevel(lamp, before, target, reading);
    case "lamp":
      return seenStatus(lamp, before, target, reading);
    case "power":
      return seenPower(lamp, before, target, reading.power, reading.at);
    case "gear-diagnostics":
      return seenDiagnostics(before, reading.gear, reading.at);
    case "fault":
      return { state: lost(before), evidence: [] };
    case "gear-settings":
    case "gear-identity":
    case "energy":
    case "count":
    case "forecast":
    case "light":
    case "contact":
      return { state: before, evidence: [] };
  }
}

/** The line or the lamp failed or came back: it may be anywhere, and where it is found says nothing against it. */
export const lost = (before: LampDiagnosis): LampDiagnosis =>
  before.level === null && before.lit === null ? before : { ...before, level: null, lit: null };

/** The wall clock was set to `now`: times before it mean nothing. */
export const reset = (before: LampDiagnosis, now: Instant): LampDiagnosis =>
  before === UNSEEN
    ? before
    : { ...before, levelAt: now, litAt: now, offs: [], hot: null, felt: null, weakSince: null };
