/** Power: what a lamp draws against what it is expected to draw at its level. */
import { type Instant, type Level, minutes, type Watts } from "../units.ts";
import { cycling, litIs } from "./diagnosis-light.ts";
import type { Drawn, Evidence, Examined, LampDiagnosis, Seen } from "./diagnosis-model.ts";
import { stands } from "./diagnosis-model.ts";
import { type Expected, expectedPower, learntPower } from "./power-curve.ts";

/**
 * Power is judged this long after the level changed. The longest fade takes 90.5 s (IEC 62386-102 9.5.2), and gear may tell a
 * mean over some seconds.
 */
const STEADY = minutes(2);
/** A temperature counts so long: it is asked once an hour or so. */
const HOT_FOR = minutes(150);
/** Back within this part of the tolerance, and power is right again. */
const INNER = 0.7;
/** Expected powers so far apart are of levels that are clearly others; drawn powers so near are the same. */
const APART = 1.2;
const SAME = 0.08;
/** Between such two at most so long passes: in a longer time a fault of another kind may have begun. */
const SOON = minutes(60);

const w = (power: number): string => `${power.toFixed(1)} W`;

/** What a lamp that burns draws at least when it should be dark, and what one that is dark draws at most. */
const burns = ({ power }: Examined): number => Math.max(3, 0.12 * power);
const sleeps = ({ power }: Examined): number => Math.max(2, 0.08 * power);

export function seenPower(lamp: Examined, before: LampDiagnosis, target: Level, power: Watts, at: Instant): Seen {
  const { level } = before;
  // one that strays is at its level for moments only, between being told and being read back
  if (level === null || at - before.levelAt < STEADY || before.doubts.strays) return { state: before, evidence: [] };
  if (level === 0) return { state: before, evidence: target === 0 ? asleep(lamp, power) : [] };
  const expected = expectedPower(lamp, before.curve, level);
  const words = `it draws ${w(power)} at ${Math.round(level)} %, expected ${w(expected.power)} ± ${w(expected.tolerance)}`;
  if (power <= Math.min(sleeps(lamp), expected.power / 3)) {
    const state = litIs(before, false, at);
    return { state, evidence: [{ cause: "dark-by-power", message: words }, ...cycling(state, at)] };
  }
  const state = remembered(litIs(before, true, at), { power, expected: expected.power, at }, expected);
  const evidence: Evidence[] = [
    { cause: "dark-by-power", message: null },
    ...judged(state, power, expected, words, at),
  ];
  const odd = Math.abs(power - expected.power) > expected.tolerance;
  // a lamp under any suspicion teaches nothing
  if (odd || state.failed || Object.keys(state.doubts).length > 0) return { state, evidence };
  return { state: { ...state, curve: learntPower(lamp, state.curve, level, power, at) }, evidence };
}

function asleep(lamp: Examined, power: Watts): Evidence[] {
  if (power >= burns(lamp)) return [{ cause: "burns-by-power", message: `it draws ${w(power)} at 0 %` }];
  return power <= sleeps(lamp) ? [{ cause: "burns-by-power", message: null }] : [];
}

/** What its power shows, where it gives light. Between right and odd it shows nothing. */
function judged(state: LampDiagnosis, power: Watts, expected: Expected, words: string, at: Instant): Evidence[] {
  const off = power - expected.power;
  const elsewhere = state.drewElsewhere;
  const alike = elsewhere !== null && Math.abs(elsewhere.power - power) < SAME * power;
  if (Math.abs(off) <= expected.tolerance) {
    if (Math.abs(off) > INNER * expected.tolerance) return [];
    const well: Evidence[] = [
      { cause: "power", message: null },
      { cause: "hot", message: null },
    ];
    // right where it is stuck says nothing of other levels
    return alike ? well : [...well, { cause: "draws-the-same", message: null }];
  }
  if (alike && at - elsewhere.at <= SOON) {
    return [{ cause: "draws-the-same", message: `${words}: as much as where ${w(elsewhere.expected)} were expected` }];
  }
  const hot = state.hot !== null && at - state.hot.at < HOT_FOR ? state.hot : null;
  const heat = off < 0 && (hot !== null || stands(state, "derates") || stands(state, "hot"));
  if (!heat) return off < 0 && heatMayBe(state, at) ? [] : [{ cause: "power", message: words }];
  // what heat explains is no other fault
  const other: Evidence = { cause: "power", message: null };
  return hot === null ? [other] : [other, { cause: "hot", message: `${words}; ${hot.words}` }];
}

/** Whether its temperature is measured, and was not yet since it has drawn too little. */
const heatMayBe = ({ felt, weakSince }: LampDiagnosis, at: Instant): boolean =>
  felt !== null && at - felt < HOT_FOR && weakSince !== null && felt < weakSince;

/** Keeps what it drew, what it drew at the level before where that is clearly another, and since when it is too little. */
function remembered(state: LampDiagnosis, drew: Drawn, { power, tolerance }: Expected): LampDiagnosis {
  const last = state.drew;
  const apart =
    last !== null && Math.max(last.expected, drew.expected) > APART * Math.min(last.expected, drew.expected);
  const weak = drew.power < power - tolerance;
  return {
    ...state,
    drew,
    drewElsewhere: apart ? last : state.drewElsewhere,
    weakSince: weak ? (state.weakSince ?? drew.at) : null,
  };
}
