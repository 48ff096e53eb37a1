/**
 * Looks through a CBOR item (RFC 8949) before anything is built from it, and lets through only what RSMP 4 needs: the JSON
 * data model, in definite lengths, shallow and small. cbor-x 1.6.9 by itself takes quadratic time for bignums, builds
 * objects from tags 27 to 29, keeps the last of two equal keys, renames the key __proto__ and reads invalid UTF-8.
 */

/** Most bytes of one payload. */
export const MOST_BYTES = 65_536;
/** Most arrays and maps one inside the other. */
export const DEEPEST = 16;

export type Hazard =
  | "too-large"
  | "too-deep"
  | "truncated"
  | "trailing"
  | "indefinite"
  | "tag"
  | "key"
  | "bytes"
  | "integer"
  | "float"
  | "simple"
  | "utf-8"
  | "reserved";

/** Either how many map entries the item holds in all, or why it is refused and at which byte. */
export type Scanned = { readonly ok: true; readonly entries: number } | { readonly ok: false; readonly hazard: Hazard };

/** One pass over the bytes, without recursion and without building a value; work and memory are bounded by the size. */
export function scan(bytes: Uint8Array): Scanned {
  const size = bytes.length;
  if (size > MOST_BYTES) return refuse("too-large");
  const view = new DataView(bytes.buffer, bytes.byteOffset, size);
  // Open containers: how many items each still wants, and whether it is a map (whose even items are keys).
  const wants: number[] = [1];
  const isMap: boolean[] = [false];
  let entries = 0;
  let at = 0;

  while (wants.length > 0) {
    const top = wants.length - 1;
    const left = wants[top] as number;
    if (left === 0) {
      wants.pop();
      isMap.pop();
      continue;
    }
    wants[top] = left - 1;
    if (at >= size) return refuse("truncated");
    const initial = bytes[at++] as number;
    const major = initial >> 5;
    const info = initial & 31;
    if (isMap[top] && left % 2 === 0 && major !== 3) return refuse("key");
    if (major === 6) return refuse("tag");
    if (major === 2) return refuse("bytes");
    if (info === 31) return refuse("indefinite");
    if (info > 27) return refuse("reserved");
    const extra = info < 24 ? 0 : 1 << (info - 24);
    if (at + extra > size) return refuse("truncated");
    if (major === 7) {
      const hazard = simpleOrFloat(view, at, info);
      if (hazard) return refuse(hazard);
      at += extra;
      continue;
    }
    const argument = info < 24 ? info : unsigned(view, at, extra);
    at += extra;
    if (argument === null) return refuse(major < 2 ? "integer" : "truncated");
    if (major < 2) continue;
    // Every item takes a byte at least: a length that promises more than there is never allocates anything.
    if (argument * (major === 5 ? 2 : 1) > size - at) return refuse("truncated");
    if (major === 3) {
      const end = at + argument;
      if (!isText(bytes, at, end)) return refuse("utf-8");
      if (isMap[top] && left % 2 === 0 && argument === PROTO.length && isProto(bytes, at)) return refuse("key");
      at = end;
      continue;
    }
    if (wants.length > DEEPEST) return refuse("too-deep");
    if (major === 5) entries += argument;
    wants.push(major === 5 ? argument * 2 : argument);
    isMap.push(major === 5);
  }
  return at === size ? { ok: true, entries } : refuse("trailing");
}

const refuse = (hazard: Hazard): Scanned => ({ ok: false, hazard });

/** An unsigned argument of 1, 2, 4 or 8 bytes; null where a double cannot hold it exactly, its negative twin included. */
function unsigned(view: DataView, at: number, bytes: number): number | null {
  switch (bytes) {
    case 1:
      return view.getUint8(at);
    case 2:
      return view.getUint16(at);
    case 4:
      return view.getUint32(at);
    default: {
      const value = view.getBigUint64(at);
      return value < BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : null;
    }
  }
}

/** False, true and null, and finite floats of any width; JSON has no undefined, no infinity and no NaN. */
function simpleOrFloat(view: DataView, at: number, info: number): Hazard | null {
  switch (info) {
    case 20:
    case 21:
    case 22:
      return null;
    case 25:
      return (view.getUint16(at) & 0x7c00) === 0x7c00 ? "float" : null;
    case 26:
      return Number.isFinite(view.getFloat32(at)) ? null : "float";
    case 27:
      return Number.isFinite(view.getFloat64(at)) ? null : "float";
    default:
      return "simple";
  }
}

/** Whether bytes are UTF-8 that every decoder reads alike: a text that begins with a byte order mark is not, some drop it. */
function isText(bytes: Uint8Array, from: number, to: number): boolean {
  let at = from;
  while (at < to && (bytes[at] as number) < 0x80) at++;
  if (at === to) return true;
  if (bytes[from] === 0xef && bytes[from + 1] === 0xbb && bytes[from + 2] === 0xbf && to - from > 2) return false;
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(from, to));
    return true;
  } catch {
    return false;
  }
}

const PROTO = [..."__proto__"].map((letter) => letter.charCodeAt(0));

const isProto = (bytes: Uint8Array, from: number): boolean => PROTO.every((code, i) => bytes[from + i] === code);
