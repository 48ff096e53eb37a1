/** Finds R09 telegrams in the bytes of a radio modem: there is no mark between them, only their CRC. */
import { type Decoded, decodeTelegram, LONGEST, SHORTEST } from "./r09-telegram.ts";

/** Cuts a byte stream into telegrams; what is no part of one is counted and left out. It keeps less than one telegram. */
export class TelegramReader {
  #bytes: Uint8Array = new Uint8Array(0);
  #discarded = 0;

  /** Bytes that were no part of a telegram. */
  get discarded(): number {
    return this.#discarded;
  }

  push(chunk: Uint8Array): Decoded[] {
    const bytes = new Uint8Array(this.#bytes.length + chunk.length);
    bytes.set(this.#bytes);
    bytes.set(chunk, this.#bytes.length);
    const found: Decoded[] = [];
    let at = 0;
    while (at < bytes.length) {
      const here = telegramAt(bytes, at);
      if (here) {
        found.push(here.decoded);
        at += here.size;
      } else if (mayBegin(bytes, at) && bytes.length - at < LONGEST) break;
      else {
        this.#discarded++;
        at++;
      }
    }
    this.#bytes = bytes.slice(at);
    return found;
  }
}

function telegramAt(bytes: Uint8Array, at: number): { readonly decoded: Decoded; readonly size: number } | null {
  for (const size of [SHORTEST, LONGEST]) {
    if (bytes.length - at < size) return null;
    const decoded = decodeTelegram(bytes.subarray(at, at + size));
    if (decoded) return { decoded, size };
  }
  return null;
}

const ONES = Uint8Array.from({ length: 256 }, (_, byte) => byte.toString(2).replaceAll("0", "").length);
const ones = (byte: number): number => ONES[byte] as number;

/** Whether the first two bytes can be those of a telegram with one wrong bit at most. */
function mayBegin(bytes: Uint8Array, at: number): boolean {
  const first = ones((bytes[at] as number) ^ 0x91);
  const second = bytes[at + 1];
  if (second === undefined) return first <= 1;
  return first + Math.min(ones((second & 0xf) ^ 4), ones((second & 0xf) ^ 6)) <= 1;
}
