/** Protocol Buffers on the wire (version 2): as much as a flat reader needs. Schemas are their reader's. */

export interface WireFields {
  /** The last of each field. One with its highest bit set is a 32-bit number below 0. */
  readonly varints: ReadonlyMap<number, number>;
  /** The last `fixed32` of each field, as a float. */
  readonly floats: ReadonlyMap<number, number>;
  /** Texts and messages, all of each field in the order in which they came. */
  readonly bytes: ReadonlyMap<number, readonly Uint8Array[]>;
}

const VARINT = 0;
const FIXED64 = 1;
const BYTES = 2;
const FIXED32 = 5;

/** Null where the bytes are no message. Groups, which nobody writes any more, are none. A number beyond 2 to the 53 is not exact. */
export function readFields(message: Uint8Array): WireFields | null {
  const varints = new Map<number, number>();
  const floats = new Map<number, number>();
  const bytes = new Map<number, Uint8Array[]>();
  const view = new DataView(message.buffer, message.byteOffset, message.length);
  let at = 0;
  const varint = (): number | null => {
    let [value, low] = [0, 0];
    for (let i = 0; i < 10; i++) {
      const byte = message[at++];
      if (byte === undefined) return null;
      value += (byte & 0x7f) * 2 ** (7 * i);
      if (i < 5) low |= (byte & 0x7f) << (7 * i);
      if (byte < 0x80) return value >= 2 ** 63 ? low : value;
    }
    return null;
  };
  while (at < message.length) {
    const tag = varint();
    if (tag === null || tag < 8 || tag >= 2 ** 32) return null;
    const field = Math.floor(tag / 8);
    switch (tag % 8) {
      case VARINT: {
        const value = varint();
        if (value === null) return null;
        varints.set(field, value);
        break;
      }
      case BYTES: {
        const length = varint();
        if (length === null || length < 0 || length > message.length - at) return null;
        const known = bytes.get(field);
        const value = message.subarray(at, at + length);
        if (known) known.push(value);
        else bytes.set(field, [value]);
        at += length;
        break;
      }
      case FIXED32:
        if (at + 4 > message.length) return null;
        floats.set(field, view.getFloat32(at, true));
        at += 4;
        break;
      case FIXED64:
        if (at + 8 > message.length) return null;
        at += 8;
        break;
      default:
        return null;
    }
  }
  return { varints, floats, bytes };
}

/** The message in a field, its parts put together; null where there is none, or it is broken. */
export function messageIn({ bytes }: WireFields, field: number): WireFields | null {
  const parts = bytes.get(field);
  if (!parts) return null;
  if (parts.length === 1) return readFields(parts[0] as Uint8Array);
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return readFields(whole);
}

/** The text of a field; undefined where there is none or it is no UTF-8. */
export function textIn({ bytes }: WireFields, field: number): string | undefined {
  const last = bytes.get(field)?.at(-1);
  if (!last) return undefined;
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(last);
  } catch {
    return undefined;
  }
}

/** An `int32` of a field. */
export function int32In({ varints }: WireFields, field: number): number | undefined {
  const value = varints.get(field);
  return value === undefined || Math.abs(value) >= 2 ** 32 ? undefined : value | 0;
}

/** Fields as bytes, beside the reader: for simulated feeds and tests. */
export class WireWriter {
  readonly #bytes: number[] = [];

  varint(field: number, value: number | undefined): this {
    if (value === undefined) return this;
    this.#plain(field * 8 + VARINT);
    if (value >= 0) this.#plain(value);
    else this.#bytes.push(...negative(value));
    return this;
  }

  float(field: number, value: number | undefined): this {
    if (value === undefined) return this;
    this.#plain(field * 8 + FIXED32);
    this.#bytes.push(...new Uint8Array(Float32Array.of(value).buffer));
    return this;
  }

  message(field: number, content: Uint8Array | undefined): this {
    if (content === undefined) return this;
    this.#plain(field * 8 + BYTES);
    this.#plain(content.length);
    for (const byte of content) this.#bytes.push(byte);
    return this;
  }

  text(field: number, value: string | undefined): this {
    return this.message(field, value === undefined ? undefined : new TextEncoder().encode(value));
  }

  done(): Uint8Array {
    return Uint8Array.from(this.#bytes);
  }

  #plain(value: number): void {
    let rest = value;
    for (; rest >= 0x80; rest = Math.floor(rest / 128)) this.#bytes.push((rest % 128) | 0x80);
    this.#bytes.push(rest);
  }
}

/** A whole number below 0 as 64 bits, ten bytes. */
function negative(value: number): number[] {
  let rest = BigInt.asUintN(64, BigInt(value));
  return Array.from({ length: 10 }, (_, i) => {
    const low = Number(rest & 0x7fn);
    rest >>= 7n;
    return i < 9 ? low | 0x80 : low;
  });
}
