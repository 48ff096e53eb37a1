import type { DimmingCurve } from "../model.ts";
import { type Level, level } from "../units.ts";

/** The DALI arc power level (0 off, 1..254) nearest to a light output; the smallest light is 1, never 0 (IEC 62386-102 9.3, -207 for linear). */
export function toArc(light: Level, curve: DimmingCurve): number {
  if (light <= 0) return 0;
  const arc = curve === "logarithmic" ? ((Math.log10(light) + 1) * 253) / 3 + 1 : (light / 100) * 254;
  return Math.min(254, Math.max(1, Math.round(arc)));
}

/** The light output of an arc power level 0..254. Throws TypeError outside. */
export function fromArc(arc: number, curve: DimmingCurve): Level {
  if (!Number.isInteger(arc) || arc < 0 || arc > 254)
    throw new TypeError(`arc power level is ${arc}: allowed 0 to 254`);
  if (arc === 0) return level(0);
  return level(curve === "logarithmic" ? Math.min(100, 10 ** (((arc - 1) * 3) / 253 - 1)) : (arc / 254) * 100);
}
