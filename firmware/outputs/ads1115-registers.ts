/**
 * ADS1115 (Texas Instruments SBAS444): four inputs, 16 bits, on I2C at 7-bit address 0x48 to 0x4B. A write is a register
 * number and a word, high byte first; a read gives the register last named.
 */
export const ADS1115 = {
  conversion: 0x00,
  config: 0x01,
  inputs: 4,
  /** Volts of a full scale, as the gain is set here (PGA 001). */
  range: 4.096,
  fullScale: 0x8000,
  /** In the config word: written it starts a conversion, read it says that none is under way. */
  ready: 0x8000,
} as const;

/** One conversion at 128 a second takes so long at most, ms: the clock is 10 % off at worst. */
export const CONVERSION_MS = 9;

/** Single-ended input (MUX 100 to 111), +-4.096 V, single-shot, 128 a second, comparator off. */
const configOf = (input: number): number => ADS1115.ready | ((4 + input) << 12) | 0x0200 | 0x0100 | 0x0080 | 0x0003;

/** Starts a conversion. Throws TypeError for an input that it has not. */
export function startWrite(input: number): Uint8Array {
  if (!Number.isInteger(input) || input < 0 || input >= ADS1115.inputs)
    throw new TypeError(`input is ${input}: allowed 0 to ${ADS1115.inputs - 1}`);
  const word = configOf(input);
  return Uint8Array.of(ADS1115.config, word >> 8, word & 0xff);
}

/** The input that a config word is for; null where it starts none of ours. */
export function inputOf(word: number): number | null {
  const input = ((word >> 12) & 7) - 4;
  return input >= 0 && word === configOf(input) ? input : null;
}

/** Volts at the input, from the two bytes of a conversion; null where they are not two. */
export function decodeVolts([high, low]: Uint8Array): number | null {
  if (high === undefined || low === undefined) return null;
  const word = (high << 8) | low;
  return ((word >= ADS1115.fullScale ? word - 2 * ADS1115.fullScale : word) / ADS1115.fullScale) * ADS1115.range;
}

export function encodeVolts(volts: number): Uint8Array {
  const most = ADS1115.fullScale - 1;
  const code = Math.max(-ADS1115.fullScale, Math.min(most, Math.round((volts / ADS1115.range) * ADS1115.fullScale)));
  return Uint8Array.of((code >> 8) & 0xff, code & 0xff);
}
