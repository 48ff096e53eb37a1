/**
 * How the values of memory banks are written in bytes, most significant first (IEC 62386-102 9.10, DiiA 251 to 253): each
 * coding both ways, so that gear, simulator and reader agree.
 */

/** What bytes say: a value; that there is none (MASK, or nothing that makes sense); that there is none just now (TMASK). */
export type Found<T> =
  | { readonly kind: "value"; readonly value: T }
  | { readonly kind: "unknown" }
  | { readonly kind: "later" };

const UNKNOWN: Found<never> = { kind: "unknown" };
const LATER: Found<never> = { kind: "later" };

export interface Coding<T> {
  decode(bytes: readonly number[]): Found<T>;
  /** Exactly `length` bytes; null is MASK. Throws TypeError, naming `name`, where the value does not fit. */
  encode(name: string, value: T | null, length: number): number[];
}

const maskOf = (length: number): number[] => new Array<number>(length).fill(0xff);
const isMask = (bytes: readonly number[]): boolean => bytes.every((byte) => byte === 0xff);
const isTmask = (bytes: readonly number[]): boolean =>
  bytes.at(-1) === 0xfe && bytes.slice(0, -1).every((byte) => byte === 0xff);

// at most 6 bytes: exact in a double
const whole = (bytes: readonly number[]): number => bytes.reduce((sum, byte) => sum * 256 + byte, 0);

function split(name: string, raw: number, length: number, most: number): number[] {
  if (!Number.isInteger(raw) || raw < 0 || raw > most) {
    throw new TypeError(`${name} is ${raw} in steps of its bank: allowed 0 to ${most}`);
  }
  return Array.from({ length }, (_, i) => Math.floor(raw / 256 ** (length - 1 - i)) % 256);
}

export interface NumberOptions {
  /** One step of the raw number is so much, or the so-manieth part. */
  readonly times?: number;
  readonly per?: number;
  /** What the raw number 0 stands for. */
  readonly from?: number;
  /** Whether ..FE says "not just now" (252, 253), or is a number like others. Default true. */
  readonly tmask?: boolean;
}

/** An unsigned number; encoding rounds to the nearest step. */
export function number({ times = 1, per = 1, from = 0, tmask = true }: NumberOptions = {}): Coding<number> {
  return {
    decode(bytes) {
      if (isMask(bytes)) return UNKNOWN;
      if (tmask && isTmask(bytes)) return LATER;
      return { kind: "value", value: (whole(bytes) * times) / per + from };
    },
    encode(name, value, length) {
      if (value === null) return maskOf(length);
      const most = 256 ** length - (tmask ? 3 : 2);
      return split(name, Math.round(((value - from) * per) / times), length, most);
    },
  };
}

/**
 * A number after its power of ten, one signed byte of -6 to 6 (DiiA 252). `exponent` is the one encoding uses, or a larger
 * one where the number would not fit.
 */
export function scaled(exponent: number): Coding<number> {
  return {
    decode([first = 0, ...bytes]) {
      const power = first < 128 ? first : first - 256;
      if (power < -6 || power > 6 || isMask(bytes)) return UNKNOWN;
      if (isTmask(bytes)) return LATER;
      const raw = whole(bytes);
      return { kind: "value", value: power < 0 ? raw / 10 ** -power : raw * 10 ** power };
    },
    encode(name, value, length) {
      if (value === null) return [exponent & 0xff, ...maskOf(length - 1)];
      const most = 256 ** (length - 1) - 3;
      let power = exponent;
      const raw = () => Math.round(power < 0 ? value * 10 ** -power : value / 10 ** power);
      while (power < 6 && raw() > most) power++;
      return [power & 0xff, ...split(name, raw(), length - 1, most)];
    },
  };
}

const LONGEST_GTIN = 99_999_999_999_999;

/** A global trade item number: 13 digits, or 14. 0 is none. */
export const gtin: Coding<string> = {
  decode(bytes) {
    const raw = whole(bytes);
    if (raw === 0 || raw > LONGEST_GTIN) return UNKNOWN;
    return { kind: "value", value: String(raw).padStart(13, "0") };
  },
  encode(name, value, length) {
    if (value === null) return maskOf(length);
    if (!/^\d{13,14}$/.test(value)) throw new TypeError(`${name} is "${value}": allowed 13 or 14 digits`);
    return split(name, Number(value), length, LONGEST_GTIN);
  },
};

/** An identification number, as lower-case hex. */
export const hex: Coding<string> = {
  decode(bytes) {
    if (isMask(bytes)) return UNKNOWN;
    return { kind: "value", value: bytes.map((byte) => byte.toString(16).padStart(2, "0")).join("") };
  },
  encode(name, value, length) {
    if (value === null) return maskOf(length);
    if (!/^[0-9a-f]+$/.test(value) || value.length !== 2 * length) {
      throw new TypeError(`${name} is "${value}": allowed ${2 * length} digits of lower-case hex`);
    }
    return Array.from({ length }, (_, i) => Number.parseInt(value.slice(2 * i, 2 * i + 2), 16));
  },
};

const PAIR = /^(\d{1,3})\.(\d{1,3})$/;

function pair(name: string, value: string, most: readonly [number, number]): [number, number] {
  const [, major, minor] = PAIR.exec(value) ?? [];
  const [a, b] = [Number(major), Number(minor)];
  if (major === undefined || a > most[0] || b > most[1]) {
    throw new TypeError(`${name} is "${value}": allowed major.minor up to ${most.join(".")}`);
  }
  return [a, b];
}

/** `major.minor`, a byte each. */
export const version: Coding<string> = {
  decode: (bytes) => (isMask(bytes) ? UNKNOWN : { kind: "value", value: bytes.join(".") }),
  encode: (name, value, length) => (value === null ? maskOf(length) : pair(name, value, [255, 255])),
};

/** `major.minor` of a part of IEC 62386, six bits and two; FF: not implemented. */
export const partVersion: Coding<string> = {
  decode([byte = 0xff]) {
    return byte === 0xff ? UNKNOWN : { kind: "value", value: `${byte >> 2}.${byte & 3}` };
  },
  encode(name, value, length) {
    if (value === null) return maskOf(length);
    const [major, minor] = pair(name, value, [63, 3]);
    return [(major << 2) | minor];
  },
};

/** Whether something is so: one byte, 1 or 0. */
export const flag: Coding<boolean> = {
  decode([byte]) {
    if (byte === 0 || byte === 1) return { kind: "value", value: byte === 1 };
    return byte === 0xfe ? LATER : UNKNOWN;
  },
  encode: (_name, value, length) => (value === null ? maskOf(length) : [value ? 1 : 0]),
};

/** ASCII, ended by 0 where it is shorter than its place. What cannot be printed reads as `?`; nothing at all is unknown. */
export const text: Coding<string> = {
  decode(bytes) {
    const end = bytes.findIndex((byte) => byte === 0 || byte === 0xff);
    const letters = (end < 0 ? bytes : bytes.slice(0, end)).map((byte) =>
      byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : "?",
    );
    const value = letters.join("").trim();
    return value === "" ? UNKNOWN : { kind: "value", value };
  },
  encode(name, value, length) {
    if (value === null) return new Array<number>(length).fill(0);
    if (!/^[\x20-\x7e]*$/.test(value) || value.length > length) {
      throw new TypeError(`${name} is "${value}": allowed up to ${length} letters of ASCII`);
    }
    return Array.from({ length }, (_, i) => value.charCodeAt(i) || 0);
  },
};
