/**
 * COSE_Sign1 (RFC 9052 4.2) with EdDSA over Ed25519 (RFC 9053 2.2), in the one shape that commands have, byte for byte: tag 18, an
 * array of four, protected header {1: -8, 4: key id}, no unprotected header, the payload, a signature of 64 bytes. All lengths are
 * definite and shortest, so that a message has no second spelling.
 */
import { MOST_BYTES } from "../wire/guard.ts";

/** A message taken apart, its signature not yet checked. */
export interface Sign1 {
  /** The key id (`kid`, RFC 9052 3.1), 1 to 32 bytes. */
  readonly kid: Uint8Array;
  /** The protected header as it came. */
  readonly protectedHeader: Uint8Array;
  readonly payload: Uint8Array;
  readonly signature: Uint8Array;
}

/** Makes a signature of 64 bytes over these bytes: Ed25519, RFC 8032. */
export type SignBytes = (bytes: Uint8Array) => Promise<Uint8Array>;

const TAG_18 = 0xd2;
const ARRAY_OF_4 = 0x84;
const EMPTY_MAP = 0xa0;
/** A map of two whose first entry is `alg: EdDSA` and whose second key is `kid`. RFC 9052 3.1, RFC 9053 2.2. */
const HEADER_START = [0xa2, 0x01, 0x27, 0x04];
const MOST_KID = 32;
const SIGNATURE = 64;
const BYTES = 2;
const TEXT = 3;

/** Whether a payload means to be signed: it begins with tag 18, which no JSON data does. */
export const isSign1 = (bytes: Uint8Array): boolean => bytes[0] === TAG_18;

/** Takes a message apart; null for whatever has not exactly the shape. Reads each byte once and copies what it returns. */
export function parseSign1(bytes: Uint8Array): Sign1 | null {
  if (bytes.length > MOST_BYTES || bytes[0] !== TAG_18 || bytes[1] !== ARRAY_OF_4) return null;
  const header = stringAt(bytes, 2);
  if (!header || bytes[header.end] !== EMPTY_MAP) return null;
  const kid = kidOf(header.bytes);
  const payload = stringAt(bytes, header.end + 1);
  if (!kid || !payload || payload.bytes.length === 0) return null;
  const signature = stringAt(bytes, payload.end);
  if (signature?.bytes.length !== SIGNATURE || signature.end !== bytes.length) return null;
  return { kid, protectedHeader: header.bytes, payload: payload.bytes, signature: signature.bytes };
}

/** Signs a payload for a place (`externalAad`, RFC 9052 4.3): it counts nowhere else. A bad key id or size is a TypeError. */
export async function sign1(
  kid: Uint8Array,
  payload: Uint8Array,
  externalAad: Uint8Array,
  sign: SignBytes,
): Promise<Uint8Array> {
  if (kid.length === 0 || kid.length > MOST_KID)
    throw new TypeError(`key id has ${kid.length} bytes: allowed 1 to ${MOST_KID}`);
  const protectedHeader = join(Uint8Array.from(HEADER_START), byteString(kid));
  const signature = await sign(toBeSigned(protectedHeader, externalAad, payload));
  if (signature.length !== SIGNATURE)
    throw new TypeError(`signature has ${signature.length} bytes: allowed ${SIGNATURE}`);
  const message = join(
    Uint8Array.of(TAG_18, ARRAY_OF_4),
    byteString(protectedHeader),
    Uint8Array.of(EMPTY_MAP),
    byteString(payload),
    byteString(signature),
  );
  if (payload.length === 0 || message.length > MOST_BYTES)
    throw new TypeError(`signed message has ${message.length} bytes: allowed are a payload and up to ${MOST_BYTES}`);
  return message;
}

/** The Sig_structure of RFC 9052 4.4: what is really signed. */
export const toBeSigned = (protectedHeader: Uint8Array, externalAad: Uint8Array, payload: Uint8Array): Uint8Array =>
  join(
    Uint8Array.of(ARRAY_OF_4),
    head(TEXT, CONTEXT.length),
    CONTEXT,
    byteString(protectedHeader),
    byteString(externalAad),
    byteString(payload),
  );

const CONTEXT = new TextEncoder().encode("Signature1");

function kidOf(header: Uint8Array): Uint8Array | null {
  if (!HEADER_START.every((byte, i) => header[i] === byte)) return null;
  const kid = stringAt(header, HEADER_START.length);
  if (!kid || kid.end !== header.length) return null;
  return kid.bytes.length > 0 && kid.bytes.length <= MOST_KID ? kid.bytes : null;
}

/** The byte string that begins at `at`, and where the next item begins; null where there is none, or not in its shortest form. */
function stringAt(bytes: Uint8Array, at: number): { readonly bytes: Uint8Array; readonly end: number } | null {
  const initial = bytes[at];
  if (initial === undefined || initial >> 5 !== BYTES) return null;
  const info = initial & 31;
  if (info > 26) return null;
  const extra = info < 24 ? 0 : 1 << (info - 24);
  if (at + 1 + extra > bytes.length) return null;
  let length = info;
  if (extra > 0) {
    length = 0;
    for (let i = 1; i <= extra; i++) length = length * 256 + (bytes[at + i] as number);
    if (length < (SHORTEST[info - 24] as number)) return null;
  }
  const start = at + 1 + extra;
  if (start + length > bytes.length) return null;
  return { bytes: bytes.slice(start, start + length), end: start + length };
}

/** The least length that needs 1, 2 or 4 bytes after the initial one. RFC 8949 4.2.1. */
const SHORTEST = [24, 256, 65_536] as const;

const byteString = (bytes: Uint8Array): Uint8Array => join(head(BYTES, bytes.length), bytes);

function head(major: number, length: number): Uint8Array {
  const initial = major << 5;
  if (length < 24) return Uint8Array.of(initial | length);
  if (length < 256) return Uint8Array.of(initial | 24, length);
  if (length < 65_536) return Uint8Array.of(initial | 25, length >> 8, length & 255);
  return Uint8Array.of(initial | 26, length >>> 24, (length >> 16) & 255, (length >> 8) & 255, length & 255);
}

function join(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
