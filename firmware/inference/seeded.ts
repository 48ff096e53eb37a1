import type { Random } from "../hal/random.ts";

/** Chance that is the same at each run: training must be repeatable. Xorshift of 32 bits (Marsaglia 2003, [13, 17, 5]). */
export function seeded(seed: number): Random {
  // Zero would stay zero; neighbouring seeds must not begin alike.
  let state = Math.imul(seed + 1, 0x9e3779b1) >>> 0 || 1;
  return {
    next() {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      state >>>= 0;
      return state / 4294967296;
    },
  };
}
