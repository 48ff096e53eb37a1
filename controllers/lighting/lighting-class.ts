import type { DimmingCurve, Lamp, LightingClass } from "../model.ts";
import { type Level, level } from "../units.ts";
import { fromArc, toArc } from "./curve.ts";

/**
 * Maintained light each class asks for, brightest first within its letter (EN 13201-2:2015).
 * M: mean luminance, cd/m2, from the code table of a public optimiser. C: mean illuminance, lx, and P: mean horizontal
 * illuminance, lx, from memory but for P4 (5 lx), which a second source confirms. P7: performance not determined.
 */
const ASKED: Readonly<Record<LightingClass, number | null>> = {
  M1: 2,
  M2: 1.5,
  M3: 1,
  M4: 0.75,
  M5: 0.5,
  M6: 0.3,
  C0: 50,
  C1: 30,
  C2: 20,
  C3: 15,
  C4: 10,
  C5: 7.5,
  P1: 15,
  P2: 10,
  P3: 7.5,
  P4: 5,
  P5: 3,
  P6: 2,
  P7: null,
};

/** Every lighting class of EN 13201-2: M, C and P, each from its brightest on. */
export const LIGHTING_CLASSES = Object.keys(ASKED) as readonly LightingClass[];

/** What a class asks for, in the unit of its letter (M cd/m2; C and P lx); null where the standard sets no value (P7). */
export const askedBy = (lightingClass: LightingClass): number | null => ASKED[lightingClass];

/** Why a street designed for one class may not be reduced to the other, in words; null where it may. */
export function classProblem(designed: LightingClass, reduced: LightingClass): string | null {
  const letter = designed.charAt(0);
  if (reduced.charAt(0) !== letter) return `${reduced} cannot reduce ${designed}: allowed are ${letter} classes only`;
  if (LIGHTING_CLASSES.indexOf(reduced) < LIGHTING_CLASSES.indexOf(designed)) {
    return `${reduced} is brighter than ${designed}: allowed is ${designed} or a lower ${letter} class`;
  }
  if (designed !== reduced && ASKED[reduced] === null) {
    return `${reduced} sets no light level to dim to: allowed is ${designed} or a lower class that sets one`;
  }
  return null;
}

/** Light of the reduced class in percent of the designed class's, 100 where they are the same. TypeError where `classProblem` has one. */
export function classRatio(designed: LightingClass, reduced: LightingClass): Level {
  const problem = classProblem(designed, reduced);
  if (problem !== null) throw new TypeError(`reduced class: ${problem}`);
  if (designed === reduced) return level(100);
  return level(((ASKED[reduced] as number) / (ASKED[designed] as number)) * 100);
}

/**
 * The lowest light, in percent, that the lamp can give and that still meets its reduced class: the ratio of the classes,
 * raised to the next arc power level of the lamp's curve, because the nearest one may lie under the class.
 */
export const floorOf = (lamp: Pick<Lamp, "class" | "reducedClass" | "curve">): Level =>
  lightOfClass(lamp, lamp.reducedClass);

/** The same for any class that may be lit there. TypeError where `classProblem` has one. */
export const lightOfClass = ({ class: designed, curve }: Pick<Lamp, "class" | "curve">, lit: LightingClass): Level =>
  notUnder(classRatio(designed, lit), curve);

/** The least light that a lamp can give and that is not under what is wanted: the nearest arc power level may be. */
export function notUnder(wanted: Level, curve: DimmingCurve): Level {
  const arc = toArc(wanted, curve);
  const light = fromArc(arc, curve);
  return light >= wanted ? light : fromArc(Math.min(254, arc + 1), curve);
}
