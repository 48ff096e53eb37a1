import { type Calibration, type Condition, conditionOf, darkOf, sensitivityOf } from "./mlx90640-calibration.ts";
import { AUX, PIXELS, signed, subpageOf } from "./mlx90640-registers.ts";

const KELVIN = 273.15;
/** What the object reflects is so much cooler than the chip, which the street's own air does not warm (11.2.2.9). */
const REFLECTED_BELOW = 8;
/** Skin, cloth, asphalt, fur. */
const EMISSIVITY = 0.95;

const fourth = (celsius: number): number => (celsius + KELVIN) ** 4;
const rooted = (value: number): number => Math.sqrt(Math.sqrt(value));

/** Radiation that a pixel would see of an object as warm as its own surroundings (11.2.2.9, `T_a-r`). */
const surroundings = (ambient: number, emissivity: number): number => {
  const reflected = fourth(ambient - REFLECTED_BELOW);
  return reflected - (reflected - fourth(ambient)) / emissivity;
};

/** Slopes at the beginnings of the ranges of object temperature (11.1.11). */
function slopes({ ksTo, corners }: Calibration): readonly [number, number, number, number] {
  const third = 1 + ksTo[1] * corners[2];
  return [1 / (1 + ksTo[0] * 40), 1, third, third * (1 + ksTo[2] * (corners[3] - corners[2]))];
}

/** The range that a temperature is in: 0 to 3. */
const rangeOf = ({ corners }: Calibration, celsius: number): 0 | 1 | 2 | 3 =>
  celsius < corners[1] ? 0 : celsius < corners[2] ? 1 : celsius < corners[3] ? 2 : 3;

/** The compensation pixel of a subpage without its own offset. */
function compensation(calibration: Calibration, aux: Uint16Array, subpage: 0 | 1, condition: Condition): number {
  const { offset, kta, kv } = calibration.cp;
  const raw = signed(aux[subpage === 0 ? AUX.cp0 : AUX.cp1] as number);
  return raw * condition.gain - darkOf(offset[subpage], kta, kv, condition);
}

/**
 * Writes the temperatures of one subpage's pixels, Celsius, into `celsius` (768 numbers, row by row) and leaves the others
 * (data sheet 11.2.2). `pixels` are the 768 words of the RAM, `aux` the 64 behind them, `control` the control register. A pixel
 * whose value means no temperature becomes NaN, as do the bad ones.
 */
export function temperatures(
  calibration: Calibration,
  { pixels, aux, control, subpage }: Raw,
  celsius: Float64Array,
  emissivity: number = EMISSIVITY,
): void {
  const condition = conditionOf(calibration, aux, control);
  const { ambient, gain } = condition;
  const around = surroundings(ambient, emissivity);
  const slope = slopes(calibration);
  const dark = calibration.tgc * compensation(calibration, aux, subpage, condition);
  const { ksTo, corners, offset, kta, kv } = calibration;
  for (let pixel = 0; pixel < PIXELS; pixel++) {
    if (subpageOf(pixel) !== subpage) continue;
    const own = darkOf(offset[pixel] as number, kta[pixel] as number, kv[pixel] as number, condition);
    const seen = (signed(pixels[pixel] as number) * gain - own - dark) / emissivity;
    const alpha = sensitivityOf(calibration, pixel, ambient);
    const bend = ksTo[1] * rooted(alpha ** 3 * (seen + alpha * around));
    const rough = rooted(seen / (alpha * (1 - ksTo[1] * KELVIN) + bend) + around) - KELVIN;
    const range = rangeOf(calibration, rough);
    const fine = alpha * slope[range] * (1 + ksTo[range] * (rough - corners[range]));
    celsius[pixel] = rooted(seen / fine + around) - KELVIN;
  }
  for (const pixel of calibration.bad) celsius[pixel] = Number.NaN;
}

/** One subpage as the chip gives it. */
export interface Raw {
  readonly pixels: Uint16Array;
  readonly aux: Uint16Array;
  readonly control: number;
  readonly subpage: 0 | 1;
}

/**
 * The word that a pixel shows of an object of that temperature, Celsius: what `temperatures` turns back, to a step of the
 * converter. For twins and tests.
 */
export function wordOf(
  calibration: Calibration,
  pixel: number,
  celsius: number,
  { aux, control }: Pick<Raw, "aux" | "control">,
  emissivity: number = EMISSIVITY,
): number {
  const condition = conditionOf(calibration, aux, control);
  const { ambient, gain } = condition;
  const around = surroundings(ambient, emissivity);
  const { ksTo, corners, offset, kta, kv } = calibration;
  const alpha = sensitivityOf(calibration, pixel, ambient);
  const range = rangeOf(calibration, celsius);
  const slope = slopes(calibration)[range] * (1 + ksTo[range] * (celsius - corners[range]));
  const seen = alpha * slope * (fourth(celsius) - around) * emissivity;
  const dark = calibration.tgc * compensation(calibration, aux, subpageOf(pixel), condition);
  const own = darkOf(offset[pixel] as number, kta[pixel] as number, kv[pixel] as number, condition);
  return Math.max(-0x8000, Math.min(0x7ffe, Math.round((seen + own + dark) / gain))) & 0xffff;
}
