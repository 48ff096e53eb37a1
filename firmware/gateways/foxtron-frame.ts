/**
 * Frames of Foxtron's protocol, both directions: `SOH | payload | check | ETB`, payload and check as upper-case hexadecimal digits, the
 * check being the complement of the payload's sum. Neither SOH nor ETB is a digit, so a frame is found at once whatever was before it.
 */
import type { SerialDecoder } from "./serial-box.ts";

const SOH = 0x01;
const ETB = 0x17;
/** The longest is an answered frame of 64 bits: type, length, data, length, answer. */
const LONGEST = 12;
const DIGITS = "0123456789ABCDEF";

const checkOf = (payload: Uint8Array): number => ~payload.reduce((sum, byte) => sum + byte, 0) & 0xff;

/** The bytes of one frame. Throws TypeError where the payload is not 1 to 12 bytes. */
export function encodeFoxtron(payload: Uint8Array): Uint8Array {
  const { length } = payload;
  if (length < 1 || length > LONGEST)
    throw new TypeError(`Foxtron payload has ${length} bytes: allowed 1 to ${LONGEST}`);
  const bytes = new Uint8Array(2 * length + 4);
  bytes[0] = SOH;
  for (const [i, byte] of [...payload, checkOf(payload)].entries()) {
    bytes[1 + 2 * i] = DIGITS.charCodeAt(byte >> 4);
    bytes[2 + 2 * i] = DIGITS.charCodeAt(byte & 15);
  }
  bytes[2 * length + 3] = ETB;
  return bytes;
}

function digitOf(char: number): number {
  if (char >= 0x30 && char <= 0x39) return char - 0x30;
  return char >= 0x41 && char <= 0x46 ? char - 0x37 : -1;
}

/** Finds the payloads in a stream of bytes. A byte lost, gained or changed costs the frame it hits. */
export class FoxtronDecoder implements SerialDecoder<Uint8Array> {
  /** Digits since SOH; undefined outside of a frame. */
  #digits: number[] | undefined;
  #discarded = 0;
  #spoilt = 0;

  get discarded(): number {
    return this.#discarded;
  }

  /** Frames that began and ended as they should and did not agree with their check. */
  get spoilt(): number {
    return this.#spoilt;
  }

  get waiting(): boolean {
    return this.#digits !== undefined;
  }

  push(bytes: Uint8Array): Uint8Array[] {
    const found: Uint8Array[] = [];
    for (const byte of bytes) {
      if (byte === SOH) {
        this.#drop();
        this.#digits = [];
      } else if (!this.#digits) {
        this.#discarded++;
      } else if (byte === ETB) {
        const payload = payloadOf(this.#digits);
        if (payload) {
          this.#digits = undefined;
          found.push(payload);
        } else {
          this.#spoilt++;
          this.#discarded++;
          this.#drop();
        }
      } else {
        const digit = digitOf(byte);
        if (digit >= 0 && this.#digits.length < 2 * LONGEST + 2) this.#digits.push(digit);
        else {
          this.#discarded++;
          this.#drop();
        }
      }
    }
    return found;
  }

  flush(): Uint8Array[] {
    this.#drop();
    return [];
  }

  /** Gives up what was begun: its SOH and its digits. */
  #drop(): void {
    if (this.#digits) this.#discarded += 1 + this.#digits.length;
    this.#digits = undefined;
  }
}

function payloadOf(digits: readonly number[]): Uint8Array | undefined {
  if (digits.length < 4 || digits.length % 2 === 1) return undefined;
  const bytes = Uint8Array.from(
    { length: digits.length / 2 },
    (_, i) => ((digits[2 * i] as number) << 4) | (digits[2 * i + 1] as number),
  );
  const payload = bytes.subarray(0, -1);
  return checkOf(payload) === bytes.at(-1) ? payload : undefined;
}
