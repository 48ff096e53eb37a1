import type { SeededRandom } from "../random.ts";
import { normal as standard } from "../thermal-noise.ts";

/** A number of a normal distribution; always two draws, so that who draws more moves nobody else. */
export const normal = (random: SeededRandom, mean: number, spread: number): number =>
  mean + spread * standard(random)();
