// The build without eval: a page under a strict Content-Security-Policy uses this file too.
import { Encoder } from "cbor-x/index-no-eval";
import { type Hazard, MOST_BYTES, scan } from "./guard.ts";

/** What came out of a payload: a value of the JSON data model, or why it was refused. */
export type Decoded =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly hazard: Hazard | "duplicate-key" | "decoder" };

/** The scan lets no integer through that a double cannot hold, so none needs to be a bigint. */
const SETTINGS = {
  useRecords: false,
  variableMapSize: true,
  mapsAsObjects: true,
  tagUint8Array: false,
  int64AsNumber: true,
} as const;
/** Without records and shared structures it keeps nothing from one item to the next, so that one serves all. */
const CODEC = new Encoder(SETTINGS);

/**
 * Writes a value as CBOR: definite lengths, shortest integers, no tags, no records. A value that is more than JSON has
 * (undefined, NaN, a Date, a key `__proto__`...) or larger than a payload may be is a TypeError.
 */
export function encode(value: unknown): Uint8Array {
  // A copy: cbor-x hands out a piece of a pool, and a message that waits would hold all of it.
  const bytes = new Uint8Array(CODEC.encode(value));
  const scanned = scan(bytes);
  if (!scanned.ok) throw new TypeError(`payload is ${scanned.hazard}: allowed is JSON data up to ${MOST_BYTES} bytes`);
  return bytes;
}

/** Reads one CBOR item, whatever was sent: nothing throws, stalls, allocates out of proportion or runs. */
export function decode(bytes: Uint8Array): Decoded {
  const scanned = scan(bytes);
  if (!scanned.ok) return scanned;
  let value: unknown;
  try {
    value = CODEC.decode(bytes);
  } catch {
    return { ok: false, hazard: "decoder" };
  }
  return countEntries(value) === scanned.entries ? { ok: true, value } : { ok: false, hazard: "duplicate-key" };
}

/** Entries of all objects in a value; fewer than the bytes held means that two keys were one. */
function countEntries(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  let sum = 0;
  if (Array.isArray(value)) {
    for (const inner of value) if (typeof inner === "object") sum += countEntries(inner);
    return sum;
  }
  for (const key in value) {
    sum++;
    const inner = (value as Record<string, unknown>)[key];
    if (typeof inner === "object") sum += countEntries(inner);
  }
  return sum;
}
