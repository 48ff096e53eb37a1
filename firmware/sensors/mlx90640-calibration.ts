import { AUX, COLUMNS, CONTROL, EEPROM_WORDS, PIXELS, ROWS, signed, subpageOf } from "./mlx90640-registers.ts";

/** What the factory measured of one chip, from its EEPROM (data sheet 11.1). Temperatures in Celsius, tensions in V. */
export interface Calibration {
  readonly gain: number;
  readonly kVdd: number;
  readonly vdd25: number;
  readonly kvPtat: number;
  readonly ktPtat: number;
  readonly vPtat25: number;
  readonly alphaPtat: number;
  readonly tgc: number;
  readonly ksTa: number;
  /** Where a range of object temperature begins, and its slope. */
  readonly corners: readonly [number, number, number, number];
  readonly ksTo: readonly [number, number, number, number];
  /** Bits of the converter at the factory: 0 to 3. */
  readonly resolution: number;
  /** Compensation pixel of each subpage. */
  readonly cp: {
    readonly alpha: readonly [number, number];
    readonly offset: readonly [number, number];
    readonly kta: number;
    readonly kv: number;
  };
  /** Of each pixel: sensitivity, offset, and how the offset follows temperature and supply. */
  readonly alpha: Float64Array;
  readonly offset: Float64Array;
  readonly kta: Float64Array;
  readonly kv: Float64Array;
  /** Pixels that measure nothing, or badly. */
  readonly bad: readonly number[];
}

export type ReadCalibration =
  | { readonly ok: true; readonly calibration: Calibration }
  | { readonly ok: false; readonly message: string };

/** More pixels than this may not be bad (data sheet, "false pixel correction"). */
const MOST_BAD = 4;
const PIXEL_WORDS = 0x40;

/** The nibble of a word, 1 the lowest. */
const nibble = (word: number, which: 1 | 2 | 3 | 4): number => (word >> ((which - 1) * 4)) & 0xf;
/** Two's complement of so many bits. */
const twos = (value: number, bits: number): number => (value << (32 - bits)) >> (32 - bits);
const high8 = (word: number): number => twos(word >> 8, 8);
const low8 = (word: number): number => twos(word & 0xff, 8);

/** `count` numbers of 4 bits, four in a word from the lowest nibble on. */
const fours = (words: Uint16Array, at: number, count: number): number[] =>
  Array.from({ length: count }, (_, i) => twos(((words[at + (i >> 2)] as number) >> ((i & 3) * 4)) & 0xf, 4));

/**
 * Reads the 832 words from 0x2400 on. The EEPROM has no check sum: what no chip can have (all bits alike, no gain, no
 * sensitivity, a calibration that is not of the chess pattern, more than 4 bad pixels or two side by side) is refused with the
 * reason.
 */
export function readCalibration(words: Uint16Array): ReadCalibration {
  const refuse = (message: string): ReadCalibration => ({ ok: false, message });
  if (words.length !== EEPROM_WORDS) return refuse(`${words.length} words instead of ${EEPROM_WORDS}`);
  const word = (at: number): number => words[at] as number;
  if (words.every((one) => one === word(0))) return refuse("its EEPROM is empty: all words are alike");
  const gain = signed(word(0x30));
  if (gain <= 0) return refuse(`its gain is ${gain}`);
  if (word(0x33) === 0 || word(0x32) === 0 || word(0x31) === 0) return refuse("it has no supply or ambient sensor");
  if (word(0x21) === 0) return refuse("it has no sensitivity");
  // This bit is 0 for a chip that was calibrated in the chess pattern, as all are.
  if ((word(0x0a) & 0x0800) !== 0) return refuse("it was calibrated in the interleaved pattern");

  const tgc = low8(word(0x3c)) / 32;
  const scales = word(0x38);
  const ktaScale = 2 ** (nibble(scales, 2) + 8);
  const kvScale = 2 ** nibble(scales, 3);
  const alphaScale = nibble(word(0x20), 4);
  const cpAlpha = twos(word(0x39) & 0x3ff, 10) / 2 ** (alphaScale + 27);
  const cpOffset = twos(word(0x3a) & 0x3ff, 10);
  const toScale = 2 ** (nibble(word(0x3f), 1) + 8);
  const step = ((word(0x3f) >> 12) & 3) * 10;
  const third = nibble(word(0x3f), 2) * step;
  const pixels = readPixels(words, { ktaScale, kvScale, alphaScale });

  const bad = [...pixels.bad];
  if (bad.length > MOST_BAD) return refuse(`${bad.length} pixels are bad: allowed are ${MOST_BAD}`);
  for (const [i, one] of bad.entries())
    for (const other of bad.slice(i + 1))
      if (Math.abs((one >> 5) - (other >> 5)) < 2 && Math.abs((one & 31) - (other & 31)) < 2)
        return refuse(`pixels ${one} and ${other} are bad, side by side`);

  const calibration: Calibration = {
    gain,
    kVdd: 32 * high8(word(0x33)),
    vdd25: ((word(0x33) & 0xff) - 256) * 32 - 8192,
    kvPtat: twos(word(0x32) >> 10, 6) / 4096,
    ktPtat: twos(word(0x32) & 0x3ff, 10) / 8,
    vPtat25: signed(word(0x31)),
    alphaPtat: nibble(word(0x10), 4) / 4 + 8,
    tgc,
    ksTa: high8(word(0x3c)) / 8192,
    corners: [-40, 0, third, third + nibble(word(0x3f), 3) * step],
    ksTo: [
      low8(word(0x3d)) / toScale,
      high8(word(0x3d)) / toScale,
      low8(word(0x3e)) / toScale,
      high8(word(0x3e)) / toScale,
    ],
    resolution: (scales >> 12) & 3,
    cp: {
      alpha: [cpAlpha, cpAlpha * (1 + twos(word(0x39) >> 10, 6) / 128)],
      offset: [cpOffset, cpOffset + twos(word(0x3a) >> 10, 6)],
      kta: low8(word(0x3b)) / ktaScale,
      kv: high8(word(0x3b)) / kvScale,
    },
    ...pixels,
    bad,
  };
  return { ok: true, calibration };
}

/** Averages of rows and columns, and what each pixel differs by (11.1.3 to 11.1.6). */
function readPixels(
  words: Uint16Array,
  scale: { readonly ktaScale: number; readonly kvScale: number; readonly alphaScale: number },
) {
  const word = (at: number): number => words[at] as number;
  const offsets = { rows: fours(words, 0x12, ROWS), columns: fours(words, 0x18, COLUMNS), at: word(0x10) };
  const alphas = { rows: fours(words, 0x22, ROWS), columns: fours(words, 0x28, COLUMNS), at: word(0x20) };
  const average = ({ rows, columns, at }: typeof offsets, row: number, column: number) =>
    (rows[row] as number) * (1 << nibble(at, 3)) + (columns[column] as number) * (1 << nibble(at, 2));
  // By whether row and column, counted from 0, are odd: both even, odd column, odd row, both.
  const ktas = [high8(word(0x36)), high8(word(0x37)), low8(word(0x36)), low8(word(0x37))];
  const kvs = ([4, 2, 3, 1] as const).map((which) => twos(nibble(word(0x34), which), 4));
  const ktaStep = 1 << nibble(word(0x38), 1);

  const [alpha, offset] = [new Float64Array(PIXELS), new Float64Array(PIXELS)];
  const [kta, kv] = [new Float64Array(PIXELS), new Float64Array(PIXELS)];
  const bad: number[] = [];
  for (let pixel = 0; pixel < PIXELS; pixel++) {
    const [row, column] = [pixel >> 5, pixel & 31];
    const own = word(PIXEL_WORDS + pixel);
    const odd = (row & 1) * 2 + (column & 1);
    if (own === 0 || (own & 1) !== 0) bad.push(pixel);
    offset[pixel] =
      signed(word(0x11)) + average(offsets, row, column) + twos(own >> 10, 6) * (1 << nibble(offsets.at, 1));
    alpha[pixel] =
      (word(0x21) + average(alphas, row, column) + twos((own >> 4) & 0x3f, 6) * (1 << nibble(alphas.at, 1))) /
      2 ** (scale.alphaScale + 30);
    kta[pixel] = ((ktas[odd] as number) + twos((own >> 1) & 7, 3) * ktaStep) / scale.ktaScale;
    kv[pixel] = (kvs[odd] as number) / scale.kvScale;
  }
  return { alpha, offset, kta, kv, bad };
}

/** Supply and temperature of the chip itself (11.2.2.2, 11.2.2.3), and its gain against the factory's. */
export interface Condition {
  readonly vdd: number;
  readonly ambient: number;
  readonly gain: number;
}

const VDD = 3.3;

export function conditionOf(calibration: Calibration, aux: Uint16Array, control: number): Condition {
  const { kVdd, vdd25, kvPtat, ktPtat, vPtat25, alphaPtat, resolution, gain } = calibration;
  const at = (which: keyof typeof AUX): number => signed(aux[AUX[which]] as number);
  const now = (control >> CONTROL.resolutionShift) & 3;
  const vdd = (at("vdd") * 2 ** (resolution - now) - vdd25) / kVdd + VDD;
  const art = (at("ptat") / (at("ptat") * alphaPtat + at("vbe"))) * 2 ** 18;
  const ambient = (art / (1 + kvPtat * (vdd - VDD)) - vPtat25) / ktPtat + 25;
  return { vdd, ambient, gain: gain / at("gain") };
}

/** What a pixel shows of no light at all, at this condition: its offset with all that moves it. */
export const darkOf = (offset: number, kta: number, kv: number, { vdd, ambient }: Condition): number =>
  offset * (1 + kta * (ambient - 25)) * (1 + kv * (vdd - VDD));

/** Sensitivity of a pixel of the calibration, compensated (11.2.2.8). */
export const sensitivityOf = (calibration: Calibration, pixel: number, ambient: number): number => {
  const { alpha, tgc, ksTa, cp } = calibration;
  return ((alpha[pixel] as number) - tgc * cp.alpha[subpageOf(pixel)]) * (1 + ksTa * (ambient - 25));
};
