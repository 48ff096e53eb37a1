/**
 * AMG8833 (Panasonic Grid-EYE): 8x8 pixels of 0.25 degrees, at I2C address 0x68 or 0x69. Registers are one byte each ("Infrared
 * array sensor Grid-EYE, specifications", I2C communication); values of two bytes have their low byte first.
 */
export const AMG8833 = {
  power: 0x00,
  reset: 0x01,
  frameRate: 0x02,
  interrupt: 0x03,
  status: 0x04,
  clear: 0x05,
  average: 0x07,
  levels: 0x08,
  thermistor: 0x0e,
  table: 0x10,
  pixels: 0x80,
  /** Written to `reset`. */
  flagReset: 0x30,
  initialReset: 0x3f,
  /** In `power`. */
  normal: 0x00,
  sleep: 0x10,
  /** In `frameRate`: frames a second. */
  ten: 0,
  one: 1,
} as const;

export const SIDE = 8;
export const PIXELS = SIDE * SIDE;
const PIXEL_STEP = 0.25;
const THERMISTOR_STEP = 0.0625;

/** Two's complement in 12 bits. */
export const pixelWord = (celsius: number): number => Math.round(celsius / PIXEL_STEP) & 0xfff;
export const pixelCelsius = (word: number): number => ((word << 20) >> 20) * PIXEL_STEP;

/** Sign and magnitude in 12 bits. */
export const thermistorWord = (celsius: number): number =>
  (celsius < 0 ? 0x800 : 0) | (Math.round(Math.abs(celsius) / THERMISTOR_STEP) & 0x7ff);
export const thermistorCelsius = (word: number): number =>
  (word & 0x7ff) * THERMISTOR_STEP * ((word & 0x800) !== 0 ? -1 : 1);
