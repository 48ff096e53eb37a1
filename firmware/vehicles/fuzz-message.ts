/** What all fuzzing of feeds shares: hostile bytes and values, and what a run came to. Part of no product. */
import type { VehicleWord } from "../../controllers/junction/request-model.ts";
import type { Instant } from "../../controllers/units.ts";
import type { Random } from "../hal/random.ts";

/** One message to a feed, and what its words must be by a reading of it that shares no code with the feed. */
export interface FuzzFeed {
  readonly name: string;
  /** Makes a message, hands it to the feed, and says what came; `invented`: words that no valid message says. */
  attempt(random: Random, now: Instant): { readonly words: readonly VehicleWord[]; readonly invented: number };
}

export const below = (random: Random, n: number): number => Math.floor(random.next() * n);
export const oneOf = <T>(random: Random, values: readonly T[]): T => values[below(random, values.length)] as T;

/** Bytes as somebody hostile or a bad line makes them: whole, with wrong bits, cut, doubled, or none of it. */
export function damaged(bytes: Uint8Array, random: Random): Uint8Array {
  switch (below(random, 8)) {
    case 0:
      return bytes;
    case 1:
      return bytes.subarray(0, below(random, bytes.length + 1));
    case 2:
      return bytes.subarray(below(random, bytes.length + 1));
    case 3:
      return noise(random, below(random, 64));
    case 4: {
      const at = below(random, bytes.length + 1);
      return joined(bytes.subarray(0, at), noise(random, below(random, 6)), bytes.subarray(at));
    }
    default: {
      const wrong = bytes.slice();
      for (let n = below(random, 6); n >= 0 && wrong.length > 0; n--) {
        const at = below(random, wrong.length);
        wrong[at] = random.next() < 0.5 ? (wrong[at] as number) ^ (1 << below(random, 8)) : below(random, 256);
      }
      return wrong;
    }
  }
}

export const noise = (random: Random, length: number): Uint8Array =>
  Uint8Array.from({ length }, () => below(random, 256));

export function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Values that break who does not look: of every kind, at and beyond every limit. */
export const HOSTILE: readonly unknown[] = [
  ...[null, true, false, "", "0", "1e999", "x".repeat(300), [], {}, [1], { toString: 1 }, "__proto__", "constructor"],
  ...[0, -0, -1, 1, 255, 256, 0.5, 90.0001, -180.0001, 361, 1e308, -1e308, 2 ** 31, 2 ** 53, 8.64e15],
  ...["2026-02-30T00:00:00Z", "+275760-09-14T00:00:00Z", "NORMAL ", "normal\0", "\ud800", "é"],
];
