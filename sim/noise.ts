import type { Random } from "../firmware/hal/random.ts";

/** How often each mishap befalls a frame, 0 to 1; absent is never. */
export interface NoiseOptions {
  /** An answer is not seen at all. */
  readonly replyLost?: number;
  /** An answer becomes a framing error. */
  readonly replySpoilt?: number;
  /** An answer arrives as another byte: one bit is wrong. Rare: bi-phase coding shows most errors. */
  readonly replyWrong?: number;
  /** No gear understands a forward frame; who sent it does not know. */
  readonly frameLost?: number;
  /** One gear does not understand a forward frame, each for itself. */
  readonly gearMisses?: number;
}

/** Interference on the line of a bus, by the chances of its options. */
export class Noise {
  readonly #options: Required<NoiseOptions>;
  readonly #random: Random;

  /** Throws TypeError where a chance is not 0 to 1, or those of an answer sum to more than 1. */
  constructor(options: NoiseOptions, random: Random) {
    const all = { replyLost: 0, replySpoilt: 0, replyWrong: 0, frameLost: 0, gearMisses: 0, ...options };
    for (const [name, chance] of Object.entries(all)) {
      if (!(chance >= 0 && chance <= 1)) throw new TypeError(`${name} is ${chance}: allowed 0 to 1`);
    }
    const { replyLost, replySpoilt, replyWrong } = all;
    if (replyLost + replySpoilt + replyWrong > 1) {
      throw new TypeError(`replyLost + replySpoilt + replyWrong: allowed up to 1`);
    }
    this.#options = all;
    this.#random = random;
  }

  /** What becomes of an answer: its byte, null for a framing error, undefined for nothing seen. */
  reply(value: number | null): number | null | undefined {
    const { replyLost, replySpoilt, replyWrong } = this.#options;
    const dice = this.#random.next();
    if (dice < replyLost) return undefined;
    if (dice < replyLost + replySpoilt) return null;
    if (dice >= replyLost + replySpoilt + replyWrong || value === null) return value;
    return value ^ (1 << Math.floor(this.#random.next() * 8));
  }

  /** Whether a forward frame reaches any gear. */
  reachesAny(): boolean {
    return !this.#happens(this.#options.frameLost);
  }

  /** Whether a forward frame that reaches gear is understood by this one. */
  reachesOne(): boolean {
    return !this.#happens(this.#options.gearMisses);
  }

  #happens(chance: number): boolean {
    return chance > 0 && this.#random.next() < chance;
  }
}
