/** Random bytes into drivers and decoders: what `fuzz.test.ts` and the bench run over `fuzz-list.ts`. For tests only. */
import type { GatewayRequest } from "../dali/gateway.ts";
import type { Random } from "../hal/random.ts";

/** One driver under test. Add yours to `fuzz-list.ts`. */
export interface FuzzTarget {
  readonly name: string;
  /**
   * Puts so many frames, valid and damaged, into an open driver that is also asked to send. `watch` is called now and then with
   * the frames so far, and at the end, while the driver is still open.
   */
  drive(frames: number, random: Random, watch?: (frames: number) => void): Promise<Driven>;
  /** How many valid frames are lost at most behind damage; absent where the wire is asked and never speaks by itself. */
  readonly resync?: { readonly bound: number; measure(rounds: number, random: Random): Resync };
}

export interface Driven {
  readonly frames: number;
  /** What the driver threw that was no Fault. */
  readonly throws: readonly string[];
  /** How many requests came to a reply, and how many to a Fault: both must happen, else the fuzz does not reach deep. */
  readonly replies: number;
  readonly faults: number;
  /** How often the driver ended, as it may when nothing that it understands comes, and was opened anew. */
  readonly reopened: number;
}

export interface Resync {
  readonly worst: number;
  /** Rounds in which valid frames were lost behind the damage. */
  readonly lossy: number;
}

/** A valid frame of the box, by chance; `request` is under way, so that some can be answers to it. */
export type FrameMaker = (random: Random, request: GatewayRequest | undefined) => Uint8Array;

export const below = (random: Random, count: number): number => Math.floor(random.next() * count);
export const oneOf = <T>(random: Random, items: readonly T[]): T => items[below(random, items.length)] as T;
export const noise = (random: Random, count: number): Uint8Array =>
  Uint8Array.from({ length: count }, () => below(random, 256));

const joined = (...parts: readonly Uint8Array[]): Uint8Array => Uint8Array.from(parts.flatMap((part) => [...part]));

/** What may become of a frame on its way: bits flipped, cut, bytes lost, added or doubled, rubbish in its place. */
export function damaged(frame: Uint8Array, random: Random): Uint8Array {
  const at = below(random, frame.length);
  switch (below(random, 7)) {
    case 0:
      return frame.with(at, (frame[at] as number) ^ (1 << below(random, 8)));
    case 1:
      return frame.map((byte) => (random.next() < 0.2 ? byte ^ below(random, 256) : byte));
    case 2:
      return frame.slice(0, at);
    case 3:
      return frame.slice(at);
    case 4:
      return joined(frame.slice(0, at), frame.slice(at + 1));
    case 5:
      return joined(frame.slice(0, at), noise(random, 1 + below(random, 4)), frame.slice(at));
    default:
      return noise(random, 1 + below(random, 40));
  }
}

/** As a decoder of `serial-box.ts`, whatever its frames are. */
export interface AnyDecoder {
  push(bytes: Uint8Array): readonly unknown[];
  flush(): readonly unknown[];
}

const FRAMES_BEHIND = 6;

/**
 * Damage, and without a pause valid frames behind it; how many of these are lost at the worst. Fresh decoders and frames each
 * round. A damage that is by chance a frame or the beginning of one is part of it.
 */
export function measureResync(decoder: () => AnyDecoder, make: FrameMaker, rounds: number, random: Random): Resync {
  let [worst, lossy] = [0, 0];
  for (let round = 0; round < rounds; round++) {
    const before = make(random, undefined);
    const damage = damaged(make(random, undefined), random);
    const behind = Array.from({ length: FRAMES_BEHIND }, () => make(random, undefined));
    const wanted = behind.flatMap((frame) => texts(decoder(), frame));
    const got = texts(decoder(), joined(before, damage, ...behind));
    const lost = wanted.length - commonEnd(got, wanted);
    worst = Math.max(worst, lost);
    if (lost > 0) lossy++;
  }
  return { worst, lossy };
}

const texts = (decoder: AnyDecoder, bytes: Uint8Array): string[] =>
  [...decoder.push(bytes), ...decoder.flush()].map((frame) => JSON.stringify(frame));

/** How many of the last of `wanted` are the last of `got`. */
function commonEnd(got: readonly string[], wanted: readonly string[]): number {
  let count = 0;
  while (count < wanted.length && got.at(-1 - count) === wanted.at(-1 - count)) count++;
  return count;
}
