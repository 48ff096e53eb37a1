/** How answers of control gear read that are more than a number (IEC 62386-102 9 and 11.5). */
import { flags, made, oneOf } from "../reading.ts";

/** The answer to QUERY STATUS (11.5.2). */
export interface Status {
  readonly controlGearFailure: boolean;
  readonly lampFailure: boolean;
  readonly lampOn: boolean;
  readonly limitError: boolean;
  readonly fadeRunning: boolean;
  readonly resetState: boolean;
  readonly missingShortAddress: boolean;
  readonly powerCycleSeen: boolean;
}

export const status = flags(
  "controlGearFailure",
  "lampFailure",
  "lampOn",
  "limitError",
  "fadeRunning",
  "resetState",
  "missingShortAddress",
  "powerCycleSeen",
);

/** A gear's short address as the wire has it, (address << 1) | 1; null: MASK, it has none. */
export const shortAddress = made(
  (value) => (value === 0xff ? null : value >> 1),
  (value) => (value === 0xff ? "MASK, no short address" : `A${value >> 1}`),
);

const FADE_RATE = 506;
/** FADE TIME in the upper half (9.5.3), FADE RATE in the lower (9.5.4). */
export const fade = made(
  (bits) => ({ fadeTime: bits >> 4, fadeRate: bits & 0x0f }),
  (bits) => {
    const time = bits >> 4;
    const rate = bits & 0x0f;
    const seconds = time === 0 ? "extended fade time" : `${Number((0.5 * Math.sqrt(2 ** time)).toPrecision(2))} s`;
    const steps = rate === 0 ? "reserved" : `${Number((FADE_RATE / Math.sqrt(2 ** rate)).toPrecision(3))} steps/s`;
    return `fade time ${time} (${seconds}), fade rate ${rate} (${steps})`;
  },
);

const MULTIPLIER = [0, 0.1, 1, 10, 60];
/** The extended fade time: multiplier in the upper half, base in the lower (9.5.5); what is out of range counts as 0. */
export const extendedFade = made(
  (bits) => bits,
  (bits) => {
    const unit = MULTIPLIER[bits >> 4];
    if (unit === undefined) return `${bits} (out of range: no fade)`;
    return unit === 0 ? `${bits} (no fade)` : `${bits} (${Number((((bits & 0x0f) + 1) * unit).toPrecision(3))} s)`;
  },
);

/** Part 102 clause 11.5.12 and the titles of the parts 201 and up. */
export const DEVICE_TYPES: Readonly<Record<number, string>> = {
  0: "fluorescent lamps",
  1: "self-contained emergency lighting",
  2: "discharge lamps",
  3: "low voltage halogen lamps",
  4: "incandescent lamps",
  5: "conversion to DC voltage",
  6: "LED modules",
  7: "switching function",
  8: "colour control",
  15: "load referencing",
  16: "thermal gear protection",
  17: "dimming curve selection",
  19: "centrally supplied emergency operation",
  20: "demand response",
  21: "thermal lamp protection",
  23: "non-replaceable light source",
  49: "integrated power supply",
  50: "memory bank 1 extension",
  51: "energy reporting",
  52: "diagnostics and maintenance",
  254: "none, or no more",
  255: "several",
};
export const deviceType = oneOf(DEVICE_TYPES);

/** Part 102 11.5.19. */
export const lightSource = oneOf({
  0: "low pressure fluorescent",
  2: "high intensity discharge",
  3: "low voltage halogen",
  4: "incandescent",
  6: "LED",
  7: "OLED",
  252: "other",
  253: "unknown",
  254: "none",
  255: "several",
});

/** The version of a part that is kept to, as bank 0 location 0x16 has it: major in the upper six bits; 0 to 3 are older. */
export const version = made(
  (value) => value,
  (value) => (value < 4 || value === 0xff ? String(value) : `${value} (version ${value >> 2}.${value & 3})`),
);
