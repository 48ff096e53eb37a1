/** What diagnosis keeps of one lamp, and what a reading can show about it. Data only. */
import type { AlarmCode, Lamp } from "../model.ts";
import type { Instant, Level } from "../units.ts";
import type { PowerCurve } from "./power-curve.ts";

/** One way to see one thing that is wrong. Two of them may raise the same alarm; it ends with the last. */
export type DiagnosisCause =
  | "burns-by-status"
  | "burns-by-level"
  | "burns-by-power"
  | "dark-by-status"
  | "dark-by-level"
  | "dark-by-power"
  | "cycles"
  | "strays"
  | "draws-the-same"
  | "power"
  | "address"
  | "gear-condition"
  | "lamp-condition"
  | "derates"
  | "hot";

export interface Rule {
  readonly code: AlarmCode;
  /** So many pieces of evidence in a row, none against it between, and it begins; so many against it, and it ends. */
  readonly begins: number;
  readonly ends: number;
}

/**
 * Status flags come debounced (two answers agree), so that one is enough. A level that strays may be a lost frame or a short cut of
 * the mains, a power value noise or a peak: they have to come again.
 */
export const RULES: Readonly<Record<DiagnosisCause, Rule>> = {
  "burns-by-status": { code: "lighting.day-burner", begins: 1, ends: 1 },
  "burns-by-level": { code: "lighting.day-burner", begins: 4, ends: 1 },
  "burns-by-power": { code: "lighting.day-burner", begins: 2, ends: 2 },
  "dark-by-status": { code: "lighting.lamp", begins: 1, ends: 1 },
  "dark-by-level": { code: "lighting.lamp", begins: 3, ends: 3 },
  "dark-by-power": { code: "lighting.lamp", begins: 2, ends: 2 },
  cycles: { code: "lighting.cycling", begins: 1, ends: 1 },
  strays: { code: "lighting.dimming", begins: 4, ends: 3 },
  "draws-the-same": { code: "lighting.dimming", begins: 3, ends: 2 },
  power: { code: "lighting.power", begins: 4, ends: 4 },
  address: { code: "lighting.address", begins: 1, ends: 1 },
  "gear-condition": { code: "lighting.gear", begins: 1, ends: 2 },
  "lamp-condition": { code: "lighting.lamp", begins: 1, ends: 2 },
  derates: { code: "lighting.thermal", begins: 1, ends: 2 },
  hot: { code: "lighting.thermal", begins: 2, ends: 8 },
};

/** A cause under examination: whether it stands, and how many pieces of evidence in a row say otherwise. Absent: not, none. */
export interface Doubt {
  readonly stands: boolean;
  readonly contrary: number;
}

export interface LampDiagnosis {
  /** The level said last, read back or as told; null where the line or the lamp was lost since. */
  readonly level: Level | null;
  /** Since when it is that level. */
  readonly levelAt: Instant;
  /** Whether it was last seen to give light, since it was last told to go on or off; null: not seen yet. */
  readonly lit: boolean | null;
  readonly litAt: Instant;
  /** When it went dark by itself: the last few. */
  readonly offs: readonly Instant[];
  /** Whether it or its gear says that it has failed. */
  readonly failed: boolean;
  /** When it was last measured to be hot, and the words for it; null: not hot. */
  readonly hot: { readonly at: Instant; readonly words: string } | null;
  /** When its temperature was measured last. */
  readonly felt: Instant | null;
  /** Since when it has drawn too little, without a break. */
  readonly weakSince: Instant | null;
  /** How often it had started, as it counts, when it said so last; and how often it was told to since. */
  readonly starts: number | null;
  readonly told: number;
  readonly curve: PowerCurve;
  /** What it drew last, and what it drew before that at a level that is clearly another. */
  readonly drew: Drawn | null;
  readonly drewElsewhere: Drawn | null;
  readonly doubts: Readonly<Partial<Record<DiagnosisCause, Doubt>>>;
}

/** What a reading shows about a cause: for it (`message` says why) or against it (null). */
export interface Evidence {
  readonly cause: DiagnosisCause;
  readonly message: string | null;
}

/** A lamp drew so much when so much was expected, W. */
export interface Drawn {
  readonly at: Instant;
  readonly power: number;
  readonly expected: number;
}

/** A reading taken in: the new state, its doubts not yet weighed, and what it shows. */
export interface Seen {
  readonly state: LampDiagnosis;
  readonly evidence: readonly Evidence[];
}

/** The lamp that is looked at. */
export type Examined = Pick<Lamp, "id" | "power" | "curve">;

export const stands = ({ doubts }: LampDiagnosis, cause: DiagnosisCause): boolean => doubts[cause]?.stands === true;
