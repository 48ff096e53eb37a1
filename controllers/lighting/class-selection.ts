import type { ClassSelection, LightingClass } from "../model.ts";
import { classProblem, LIGHTING_CLASSES } from "./lighting-class.ts";

/** How much a street is used, from the people counted on it. */
export const INTENSITIES = ["busy", "normal", "quiet"] as const;
export type Intensity = (typeof INTENSITIES)[number];

/**
 * Weights of the parameters that select a class P (CEN/TR 13201-1:2014, Annex A.2): P = 6 - their sum. The report calls its
 * numbers an example: a nation may have its own.
 */
export interface ClassWeights {
  readonly speed: Readonly<Record<"low" | "walking", number>>;
  readonly use: Readonly<Record<Intensity, number>>;
  readonly composition: Readonly<Record<Composition, number>>;
  readonly parked: Readonly<Record<"yes" | "no", number>>;
  readonly luminosity: Readonly<Record<"high" | "moderate" | "low", number>>;
}

/** Who goes there. */
export const COMPOSITIONS = [
  "pedestrians",
  "cyclists",
  "pedestrians and cyclists",
  "pedestrians and motor",
  "all",
] as const;
export type Composition = (typeof COMPOSITIONS)[number];

/** The weights of CEN/TR 13201-1:2014, Annex A.2, from a public transcription. */
export const CEN_TR_13201_1: ClassWeights = {
  speed: { low: 1, walking: 0 },
  use: { busy: 1, normal: 0, quiet: -1 },
  composition: {
    all: 2,
    "pedestrians and motor": 1,
    "pedestrians and cyclists": 1,
    pedestrians: 0,
    cyclists: 0,
  },
  parked: { yes: 1, no: 0 },
  luminosity: { high: 1, moderate: 0, low: -1 },
};

/** What of a street's use does not change by the hour. */
export interface StreetUse {
  /** Of those who go there: `low` is under 40 km/h, or at walking pace. */
  readonly speed: keyof ClassWeights["speed"];
  readonly composition: Composition;
  /** Whether vehicles park along it. */
  readonly parked: boolean;
  /** Light of the surroundings: shop windows, squares. */
  readonly luminosity: keyof ClassWeights["luminosity"];
}

/** The class P of a street at an intensity of use, between P1 and P6: P7 sets no light. */
export function selectedClass(use: StreetUse, intensity: Intensity, weights: ClassWeights): LightingClass {
  const sum =
    weights.speed[use.speed] +
    weights.use[intensity] +
    weights.composition[use.composition] +
    weights.parked[use.parked ? "yes" : "no"] +
    weights.luminosity[use.luminosity];
  return `P${Math.min(6, Math.max(1, Math.round(6 - sum)))}` as LightingClass;
}

export interface Permitted {
  /** The class the street is designed for: nothing brighter can be lit. */
  readonly designed: LightingClass;
  /** The lowest class the city lets it have. */
  readonly lowest: LightingClass;
}

/** People an hour that part the intensities: busy from `busyFrom` on, quiet under `quietBelow`. */
export interface Thresholds {
  readonly busyFrom: number;
  readonly quietBelow: number;
}

/** Why a class may not be the lowest of a street whose class follows its use, in words; null where it may. */
export function lowestProblem({ designed, lowest }: Permitted): string | null {
  if (!designed.startsWith("P")) return `${designed} does not follow use: allowed are lamps of a P class`;
  if (designed === "P7" || lowest === "P7") return "P7 sets no light level: allowed are P1 to P6";
  return classProblem(designed, lowest);
}

/**
 * The classes that a street's use selects, brightest first, each from so many people an hour on: never brighter than
 * designed, never lower than the lowest permitted. Throws TypeError where `lowestProblem` has one, or quiet is not below busy.
 */
export function classSteps(
  use: StreetUse,
  { busyFrom, quietBelow }: Thresholds,
  permitted: Permitted,
  weights: ClassWeights = CEN_TR_13201_1,
): ClassSelection["steps"] {
  const problem = lowestProblem(permitted);
  if (problem !== null) throw new TypeError(`lowest class: ${problem}`);
  if (!(quietBelow <= busyFrom))
    throw new TypeError(`quietBelow is ${quietBelow}: allowed is at most busyFrom, ${busyFrom}`);
  const rank = (lightingClass: LightingClass) => LIGHTING_CLASSES.indexOf(lightingClass);
  const within = (selected: LightingClass): LightingClass => {
    if (rank(selected) < rank(permitted.designed)) return permitted.designed;
    return rank(selected) > rank(permitted.lowest) ? permitted.lowest : selected;
  };
  const from = { busy: busyFrom, normal: quietBelow, quiet: 0 };
  const steps: { class: LightingClass; from: number }[] = [];
  for (const intensity of INTENSITIES) {
    const step = { class: within(selectedClass(use, intensity, weights)), from: from[intensity] };
    const last = steps.at(-1);
    // A nation's weights may let use change nothing, or the permitted classes may: that is one step, from the fewest people.
    if (last && rank(step.class) <= rank(last.class)) last.from = step.from;
    else steps.push(step);
  }
  return steps;
}
