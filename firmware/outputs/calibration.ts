import { type Level, level } from "../../controllers/units.ts";

/** A driver that is told so many volts gives so much light. */
export interface CalibrationPoint {
  readonly level: Level;
  readonly volts: number;
}

/** At least two points, light growing; the volts grow or fall with it. Between them light is taken to be linear. */
export type Calibration = readonly [CalibrationPoint, CalibrationPoint, ...CalibrationPoint[]];

/** What a 0-10 V input can be given. */
export const MOST_VOLTS = 10;

/** 10 % of light a volt, from 0 V: what a driver makes of less than 1 V (IEC 60929 annex E) is its own matter. */
export const LINEAR: Calibration = [
  { level: level(0), volts: 0 },
  { level: level(100), volts: MOST_VOLTS },
];

/** Checks what the configuration says. Throws TypeError, which names the point and what is allowed. */
export function calibrationOf(points: readonly { readonly level: number; readonly volts: number }[]): Calibration {
  const checked = points.map((point, i) => {
    if (!(point.volts >= 0 && point.volts <= MOST_VOLTS))
      throw new TypeError(`volts of point ${i + 1} is ${point.volts}: allowed 0 to ${MOST_VOLTS}`);
    return { level: level(point.level), volts: point.volts };
  });
  const [first, second, ...more] = checked;
  if (!first || !second) throw new TypeError(`a calibration has ${checked.length} points: allowed 2 or more`);
  const way = Math.sign(second.volts - first.volts);
  for (const [i, point] of checked.entries()) {
    const before = checked[i - 1];
    if (!before) continue;
    if (point.level <= before.level)
      throw new TypeError(`level of point ${i + 1} is ${point.level}: allowed more than ${before.level}`);
    if (way === 0 || Math.sign(point.volts - before.volts) !== way)
      throw new TypeError(
        `volts of point ${i + 1} is ${point.volts}: they only grow, or only fall, from point to point`,
      );
  }
  return [first, second, ...more];
}

/** The least light of the table: where a driver that cannot switch off is switched off by a relay. */
export const lowestVolts = ([first]: Calibration): number => first.volts;

/**
 * Volts for a level: on the table, or at its ends where the level is beyond them. Level 0 below the table is the end of the
 * range on the dark side, where a driver with a standby of its own switches off.
 */
export function voltsAt(calibration: Calibration, wanted: Level): number {
  const [first, second] = calibration;
  if (wanted === 0 && first.level > 0) return second.volts > first.volts ? 0 : MOST_VOLTS;
  let before = first;
  for (const point of calibration) {
    if (wanted === point.level) return point.volts;
    if (wanted < point.level) {
      if (point === first) return first.volts;
      const share = (wanted - before.level) / (point.level - before.level);
      return before.volts + share * (point.volts - before.volts);
    }
    before = point;
  }
  return before.volts;
}
