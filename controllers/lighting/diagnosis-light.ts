/** Light and levels: what burns though it should be dark, is dark though it should burn, comes and goes, or strays. */
import type { Reading } from "../model.ts";
import { type Instant, type Level, minutes } from "../units.ts";
import { toArc } from "./curve.ts";
import type { Evidence, Examined, LampDiagnosis, Seen } from "./diagnosis-model.ts";
import { stands } from "./diagnosis-model.ts";

/** So often dark by itself within this time, and it cycles; so long alight without a break, and it no longer does. */
const CYCLES = 3;
const CYCLES_WITHIN = minutes(360);
const LASTING = minutes(180);
/** Starts that nobody told it to, between two reports of its own count. */
const STRAY_STARTS = 4;

type Of<Kind extends Reading["kind"]> = Extract<Reading, { readonly kind: Kind }>;

const percent = (level: number): string => `${Number(level.toFixed(1))} %`;

/**
 * A level was read back, or told. It strays where the lamp was at its target, or told to go there, and is elsewhere now;
 * it keeps its level where the same level is said again, which a lamp that strayed does a few times.
 */
export function seenLevel(lamp: Examined, before: LampDiagnosis, target: Level, { level, at }: Of<"level">): Seen {
  const same = (a: Level, b: Level) => Math.abs(toArc(a, lamp.curve) - toArc(b, lamp.curve)) <= 1;
  const told = before.level !== null && same(before.level, target);
  const evidence: Evidence[] = [];
  const switched = before.level === null || before.level > 0 !== level > 0;
  let state: LampDiagnosis = {
    ...before,
    level,
    levelAt: before.level === level ? before.levelAt : at,
    told: before.told + (switched && level > 0 ? 1 : 0),
    ...(switched ? { lit: null } : {}),
  };
  if (told && !same(level, target)) {
    const message = `told ${percent(target)}, found at ${percent(level)}`;
    if (target === 0) evidence.push({ cause: "burns-by-level", message });
    else if (level > 0) evidence.push({ cause: "strays", message });
    else {
      state = wentDark(before, { ...state, lit: false, litAt: at }, at);
      evidence.push({ cause: "dark-by-level", message }, ...cycling(state, at));
    }
  } else if (told && before.level === level) {
    evidence.push({ cause: "strays", message: null }, { cause: "dark-by-level", message: null });
    if (target === 0) evidence.push({ cause: "burns-by-level", message: null });
  }
  return { state, evidence };
}

/** What a lamp says of itself in its status. */
export function seenStatus(_lamp: Examined, before: LampDiagnosis, target: Level, reading: Of<"lamp">): Seen {
  const { lit, shared, at } = reading;
  const failed = reading.lampFailure || reading.gearFailure;
  let state: LampDiagnosis = failed === before.failed ? before : { ...before, failed };
  const evidence: Evidence[] = [];
  if (shared !== undefined)
    evidence.push({ cause: "address", message: shared ? "most of its answers are spoilt by another's" : null });
  const { level } = before;
  if (lit === undefined || level === null) return { state, evidence };
  state = litIs(state, lit, at);
  if (level === 0 && target === 0) {
    evidence.push({ cause: "burns-by-status", message: lit ? "it is told 0 % and gives light" : null });
    if (!lit) evidence.push({ cause: "burns-by-level", message: null });
  }
  if (level > 0) {
    if (!lit) evidence.push({ cause: "dark-by-status", message: `it is told ${percent(level)} and gives no light` });
    else if (!stands(state, "cycles") && recentOffs(state, at) <= 1)
      evidence.push({ cause: "dark-by-status", message: null });
    evidence.push(...cycling(state, at));
  }
  return { state, evidence };
}

/** The state after its light was seen, or seen to be gone, at the level it has. */
export function litIs(before: LampDiagnosis, lit: boolean, at: Instant): LampDiagnosis {
  if (lit === before.lit) return before;
  const state = { ...before, lit, litAt: at };
  return lit || before.level === 0 ? state : wentDark(before, state, at);
}

function wentDark(before: LampDiagnosis, state: LampDiagnosis, at: Instant): LampDiagnosis {
  if (before.lit !== true) return state;
  return { ...state, offs: [...before.offs.slice(1 - CYCLES), at] };
}

const recentOffs = ({ offs }: LampDiagnosis, at: Instant): number =>
  offs.filter((off) => at - off < CYCLES_WITHIN).length;

/** For cycling where it went dark by itself often enough; against it is only time (`lastingLight`). */
export function cycling(state: LampDiagnosis, at: Instant): Evidence[] {
  const offs = recentOffs(state, at);
  if (offs < CYCLES) return [];
  const span = Math.round((at - (state.offs[0] as number)) / 60_000);
  return [{ cause: "cycles", message: `it went dark by itself ${offs} times in ${span} min` }];
}

/** What time alone shows, seen at any reading: a lamp that has given light for long is well. */
export function lastingLight(state: LampDiagnosis, at: Instant): Evidence[] {
  const waits = stands(state, "cycles") || stands(state, "dark-by-status");
  if (!waits || state.lit !== true || state.level === 0 || at - state.litAt < LASTING) return [];
  return [
    { cause: "cycles", message: null },
    { cause: "dark-by-status", message: null },
  ];
}

/** Starts as the lamp itself counts them: cycling faster than it is asked shows there only. */
export function seenStarts(before: LampDiagnosis, starts: number): Seen {
  const more = before.starts === null ? 0 : starts - before.starts - before.told;
  const state = { ...before, starts, told: 0 };
  if (more < STRAY_STARTS) return { state, evidence: [] };
  return {
    state,
    evidence: [{ cause: "cycles", message: `it started ${more} times by itself since it was last asked` }],
  };
}
