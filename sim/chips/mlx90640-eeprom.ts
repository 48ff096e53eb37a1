import { EEPROM_WORDS, PIXELS } from "../../firmware/sensors/mlx90640-registers.ts";
import type { SeededRandom } from "../random.ts";

/** A chip's own numbers: the shared words are near those of the data sheet's worked example (11.2.2), the rest is by chance. */
const SHARED: readonly (readonly [at: number, words: readonly number[]])[] = [
  // Scales and reference of the offsets, of the sensitivities.
  [0x10, [0x4210, 0xffbb]],
  [0x20, [0x79a6, 0x2f44]],
  // Gain, ambient sensor, supply sensor, how offsets follow the supply, interleaved pattern, how they follow temperature, scales.
  [0x30, [0x18ef, 0x2ff1, 0x5952, 0x9d68, 0x5454, 0x0994, 0x6956, 0x5354, 0x2363]],
  // Compensation pixels; temperature and gradient; slopes of the ranges and where those begin.
  [0x39, [0xe446, 0xfbb5, 0x044b, 0xf020, 0x9797, 0x9797, 0x2889]],
];
/** Offsets and sensitivities that differ by row and by column: four signed numbers of 4 bits a word. */
const ROWS_AND_COLUMNS: readonly (readonly [from: number, to: number])[] = [
  [0x12, 0x1f],
  [0x22, 0x2f],
];

/** The 832 words of a chip that the factory calibrated in the chess pattern, without a bad pixel. */
export function eeprom(random: SeededRandom): Uint16Array {
  const words = new Uint16Array(EEPROM_WORDS);
  const signed = (most: number) => Math.floor((random.next() * 2 - 1) * (most + 1));
  // Words that nobody reads: serial number and trims.
  for (let at = 0; at < 0x10; at++) words[at] = Math.floor(random.next() * 0x10000) & ~0x0800;
  for (const [at, shared] of SHARED) words.set(shared, at);
  for (const [from, to] of ROWS_AND_COLUMNS)
    for (let at = from; at <= to; at++)
      words[at] = [0, 4, 8, 12].reduce((word, shift) => word | ((signed(3) & 0xf) << shift), 0);
  for (let pixel = 0; pixel < PIXELS; pixel++)
    words[0x40 + pixel] = ((signed(12) & 0x3f) << 10) | ((signed(12) & 0x3f) << 4) | ((signed(3) & 7) << 1) || 0x0400;
  return words;
}
