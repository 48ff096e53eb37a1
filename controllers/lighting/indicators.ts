/**
 * Energy indicators of road lighting, EN 13201-5:2015: power density (PDI) and annual consumption (AECI). The scope and the
 * table of a report were read; both formulas are from memory, and whoever shows the figures says so.
 */
import type { LightingClass } from "../model.ts";
import { askedBy } from "./lighting-class.ts";

/** A part of a street that is lit as one. */
export interface LitArea {
  /** m2. */
  readonly area: number;
  /** Maintained mean illuminance, lx. */
  readonly illuminance: number;
}

/**
 * Power density Dp = P / sum(Ei * Ai), W/(lx m2): the power a street needs for each lux on each square metre. `power`: of its
 * lamps and, where they are to be counted, of what drives them (Pad). null without lit area.
 */
export function powerDensity(power: number, areas: readonly LitArea[]): number | null {
  const light = areas.reduce((sum, { area, illuminance }) => sum + area * illuminance, 0);
  return light > 0 ? power / light : null;
}

/** Annual consumption De = sum(Pj * tj) / A, Wh/m2: `energy` is that of a whole year, Wh. null without area. */
export const annualConsumption = (energy: number, area: number): number | null => (area > 0 ? energy / area : null);

/** Energy of a part of a year as if the whole year were alike. */
export const asYear = (energy: number, hours: number): number => (energy * 365 * 24) / hours;

/** Illuminance of a class, lx, where it asks for one: C and P classes do, M classes ask for luminance. */
export const illuminanceOf = (lightingClass: LightingClass): number | null =>
  lightingClass.startsWith("M") ? null : askedBy(lightingClass);
