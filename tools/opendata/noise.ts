/** Noise for published counts: the discrete Laplace mechanism (Ghosh, Roughgarden, Sundararajan 2009). */
import { LEAST } from "../../controllers/footfall/privacy.ts";
import type { Random } from "../../firmware/hal/random.ts";

export interface Noise {
  /** Privacy loss of one count, in nats. */
  readonly epsilon: number;
  /** The most that one person is assumed to add to one count. */
  readonly cap: number;
}

/**
 * An integer with P(n) proportional to exp(-|n| epsilon / cap): the difference of two geometric numbers. Whole, because the
 * last bits of a Laplace number in floating point tell the count (Mironov 2012).
 */
export function noiseOf({ epsilon, cap }: Noise, random: Random): number {
  const decay = epsilon / cap;
  // 1 - u is never 0.
  const geometric = () => Math.floor(-Math.log(1 - random.next()) / decay);
  return geometric() - geometric();
}

/** The count to publish: never negative, and none where noise makes it look like fewer than are told. */
export function noisy(count: number, noise: Noise, random: Random): number | null {
  const told = Math.max(0, count + noiseOf(noise, random));
  return told < LEAST ? null : told;
}
