/**
 * MLX90640 (Melexis 3901090640, revision 12): 32x24 pixels, at I2C address 0x33. Registers have 16-bit addresses and 16-bit
 * values, high byte first; a read goes on to the next register, and must follow its address with a repeated start: the chip
 * forgets the address at a stop (Melexis in mlx90640-library issue 45). It takes 400 kHz, and 1 MHz where the machine can.
 */
export const MLX90640 = {
  /** Pixels of one subpage and those of the other, then the chip's own measurements. */
  ram: 0x0400,
  aux: 0x0700,
  eeprom: 0x2400,
  status: 0x8000,
  control: 0x800d,
} as const;

export const COLUMNS = 32;
export const ROWS = 24;
export const PIXELS = COLUMNS * ROWS;
/** Words behind the pixels, of which some are used (`AUX`). */
export const AUX_WORDS = 64;
export const EEPROM_WORDS = 832;

/** Measurements of the chip itself, counted from `MLX90640.aux` (11.2.2). */
export const AUX = {
  /** Of the ambient sensor. */
  vbe: 0x00,
  /** Compensation pixel of each subpage. */
  cp0: 0x08,
  gain: 0x0a,
  ptat: 0x20,
  cp1: 0x28,
  vdd: 0x2a,
} as const;

/** Status register (table 5): which subpage was measured last; that it is new; that a new one may overwrite it. */
export const STATUS = { subpage: 0x0001, fresh: 0x0008, overwrite: 0x0010 } as const;

/**
 * Control register 1 (table 6): subpages one after the other, each held until it is read over, 18 bits, chess pattern. `rate`
 * gives the bits of so many subpages a second.
 */
export const CONTROL = {
  subpages: 0x0001,
  chess: 0x1000,
  resolutionShift: 10,
  rateShift: 7,
  /** 18 bits of the converter. */
  resolution18: 0x0800,
  rates: [0.5, 1, 2, 4, 8, 16, 32, 64],
  /** As the factory sets it: 18 bits, chess pattern, 2 subpages a second. */
  reset: 0x1901,
} as const;

export type SubpageRate = 4 | 8;

/** What is written to have so many subpages a second: each is half of the picture, as the fields of a chessboard. */
export const controlFor = (rate: SubpageRate): number =>
  CONTROL.chess | CONTROL.resolution18 | (CONTROL.rates.indexOf(rate) << CONTROL.rateShift) | CONTROL.subpages;

/** Which subpage a pixel belongs to, in the chess pattern (10.7). */
export const subpageOf = (pixel: number): 0 | 1 => (((pixel >> 5) ^ pixel) & 1) as 0 | 1;

/** The most words of one transfer: a register is two bytes. */
export const WORDS_AT_ONCE = 256;

export const addressOf = (register: number): Uint8Array => Uint8Array.of(register >> 8, register & 0xff);
export const registerWrite = (register: number, value: number): Uint8Array =>
  Uint8Array.of(register >> 8, register & 0xff, value >> 8, value & 0xff);

/** Words as they come, high byte first. */
export function wordsOf(bytes: Uint8Array): Uint16Array {
  const words = new Uint16Array(bytes.length >> 1);
  for (let i = 0; i < words.length; i++) words[i] = ((bytes[2 * i] as number) << 8) | (bytes[2 * i + 1] as number);
  return words;
}

export const signed = (word: number): number => (word << 16) >> 16;

/**
 * Milliseconds that one subpage needs on a wire of so many kHz: the status, then all pixels and measurements, 9 bits a byte,
 * and 3 bytes of addresses a transfer. At 400 kHz 38 ms of the 125 that a subpage lasts at 8 Hz; at 100 kHz 153 ms: then only 4
 * Hz go.
 */
export function wireTime(kHz: number): number {
  const words = PIXELS + AUX_WORDS;
  const transfers = Math.ceil(words / WORDS_AT_ONCE);
  const status = 3 + 2 + 5; // read it, write it
  return ((words * 2 + transfers * 3 + status) * 9) / kHz;
}
