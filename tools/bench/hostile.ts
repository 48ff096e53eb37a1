import type { Random } from "../../firmware/hal/random.ts";
import { sign1 } from "../../firmware/link/commands/cose.ts";
import { encode } from "../../firmware/link/wire/cbor.ts";

const hex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text.replaceAll(" ", ""), "hex"));
const repeat = (text: string, times: number, end = "00"): Uint8Array => hex(text.repeat(times) + end);
const filled = (head: string, length: number, byte: number): Uint8Array =>
  join(hex(head), new Uint8Array(length).fill(byte));
const join = (...parts: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts));

/** CBOR that was built to hurt: what decoders have choked on. */
const ATTACKS: readonly Uint8Array[] = [
  new Uint8Array(),
  repeat("81", 60_000),
  repeat("a16161", 20_000),
  repeat("9a00010000", 12_000, ""),
  filled("c259ff00", 0xff00, 0xff),
  filled("c35aff000000", 200, 0xff),
  filled("5a0000fff0", 0xfff0, 0),
  filled("7a0000fff0", 0xfff0, 0x61),
  filled("7a0000fff0", 0xfff0, 0xff),
  filled("99fff0", 0xfff0, 0x80),
  filled("b9fff0", 0xfff0, 0x60),
  filled("9f", 60_000, 0x9f),
  filled("bf", 60_000, 0x60),
  new Uint8Array(65_537),
  filled("d818", 3000, 0xd8),
  hex("9bffffffffffffffff"),
  hex("bb7fffffffffffffff6161"),
  hex("d81b82654572726f7281656f687564"),
  hex("d81c81d81d00"),
  hex("d9dfff83826161616201 02"),
  hex("c11a514b67b0"),
  hex("d9010281 01"),
  hex("a2616100616101"),
  hex("a1695f5f70726f746f5f5fa1686973 41646d696ef5"),
  hex("a16b636f6e7374727563746f72a16970726f746f74797065a0"),
  hex("62c328"),
  hex("63eda080"),
  hex("64efbbbf61"),
  hex("f97e00"),
  hex("fbfff0000000000000"),
  hex("1b0020000000000000"),
  hex("f7"),
  hex("ff"),
];

const SIGNATURE = new Uint8Array(64);
const STRANGE: readonly unknown[] = [
  null,
  true,
  -1,
  0.5,
  1e300,
  Number.MAX_SAFE_INTEGER,
  "",
  "online\0",
  "../../etc/passwd",
  "x".repeat(5000),
  [],
  {},
  { constructor: { prototype: { isAdmin: true } } },
  "9999-12-31T23:59:59.999Z",
  "2026-02-30T00:00:00Z",
];

/** Makes hostile payloads out of valid ones: noise, damage, lies in the right shape, and CBOR that was built to hurt. */
export class Hostile {
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  below(limit: number): number {
    return Math.floor(this.#random.next() * limit);
  }

  pick<T>(values: readonly T[]): T {
    return values[this.below(values.length)] as T;
  }

  noise(longest: number): Uint8Array {
    return Uint8Array.from({ length: this.below(longest) }, () => this.below(256));
  }

  payload(valid: unknown): Uint8Array {
    switch (this.below(8)) {
      case 0:
        return this.noise(200);
      case 1:
        return this.pick(ATTACKS);
      case 2:
        return this.#flipped(encode(valid));
      case 3: {
        const bytes = encode(valid);
        return bytes.slice(0, this.below(bytes.length));
      }
      case 4: {
        const bytes = encode(valid);
        const at = this.below(bytes.length);
        return join(bytes.slice(0, at), this.pick(ATTACKS).slice(0, 2000), bytes.slice(at + this.below(4)));
      }
      default:
        return this.#encoded(this.#altered(valid));
    }
  }

  /** A payload with a signature around it that nobody made. */
  async signed(payload: Uint8Array, kid: string): Promise<Uint8Array> {
    const content = payload.length === 0 ? Uint8Array.of(0) : payload.slice(0, 4000);
    const sealed = await sign1(new TextEncoder().encode(kid), content, new Uint8Array(), async () => SIGNATURE);
    return this.below(2) === 0 ? sealed : this.#flipped(sealed);
  }

  #flipped(bytes: Uint8Array): Uint8Array {
    const flipped = bytes.slice();
    for (let left = 1 + this.below(4); left > 0; left--) flipped[this.below(flipped.length)] = this.below(256);
    return flipped;
  }

  #encoded(value: unknown): Uint8Array {
    try {
      return encode(value);
    } catch {
      return this.noise(50);
    }
  }

  #altered(value: unknown): unknown {
    if (typeof value !== "object" || value === null || this.below(5) === 0) return this.pick(STRANGE);
    if (Array.isArray(value)) {
      const doubled = [...value, ...value];
      return this.below(3) === 0 ? doubled : value.map((inner) => this.#altered(inner));
    }
    const keys = Object.keys(value);
    const key = this.pick(keys) ?? "more";
    const { [key]: inner, ...rest } = value as Record<string, unknown>;
    switch (this.below(4)) {
      case 0:
        return rest;
      case 1:
        return { ...value, [this.pick(["more", "toString", "then", "full", "lamp/1/5"])]: this.pick(STRANGE) };
      default:
        return { ...value, [key]: this.#altered(inner) };
    }
  }
}
