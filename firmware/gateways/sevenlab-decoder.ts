import type { SerialDecoder } from "./serial-box.ts";
import { decodeLine, decodeMessage, type SevenLabMessage } from "./sevenlab-message.ts";

const OPEN = 0x7b;
const CLOSE = 0x7d;
const CR = 0x0d;
const LF = 0x0a;
/** `tttttttt:ll dddddddd`. */
const LONGEST_MESSAGE = 20;
const LONGEST_LINE = 60;

/**
 * Finds SevenLab's messages, and the lines of its banner, in a stream of bytes. An opening brace starts anew wherever it comes, so
 * a byte lost or gained costs the message it hits. One that was changed into another digit is not seen: the protocol has no check.
 */
export class SevenLabDecoder implements SerialDecoder<SevenLabMessage> {
  #within: "message" | "line" = "line";
  #text = "";
  #discarded = 0;

  get discarded(): number {
    return this.#discarded;
  }

  get waiting(): boolean {
    return this.#within === "message" || this.#text.length > 0;
  }

  push(bytes: Uint8Array): SevenLabMessage[] {
    const found: SevenLabMessage[] = [];
    for (const byte of bytes) {
      const one = this.#next(byte);
      if (one) found.push(one);
    }
    return found;
  }

  flush(): SevenLabMessage[] {
    this.#drop();
    return [];
  }

  #next(byte: number): SevenLabMessage | undefined {
    if (byte === OPEN) {
      this.#drop();
      this.#within = "message";
    } else if (this.#within === "message") {
      if (byte === CLOSE) return this.#end(decodeMessage(this.#text), 1);
      if (ofMessage(byte) && this.#text.length < LONGEST_MESSAGE) this.#text += String.fromCharCode(byte);
      else {
        this.#drop();
        return this.#next(byte);
      }
    } else if (byte === CR || byte === LF) {
      if (this.#text) return this.#end(decodeLine(this.#text), 0);
    } else if (byte < 0x20 || byte > 0x7e || this.#text.length >= LONGEST_LINE) {
      this.#drop();
      this.#discarded++;
    } else this.#text += String.fromCharCode(byte);
    return undefined;
  }

  #end(found: SevenLabMessage | undefined, closing: number): SevenLabMessage | undefined {
    if (!found) {
      this.#drop();
      this.#discarded += closing;
    }
    this.#text = "";
    this.#within = "line";
    return found;
  }

  /** Gives up what was begun. */
  #drop(): void {
    this.#discarded += this.#text.length + (this.#within === "message" ? 1 : 0);
    this.#text = "";
    this.#within = "line";
  }
}

/** A hexadecimal digit, colon, `>` or space. */
function ofMessage(byte: number): boolean {
  if (byte >= 0x30 && byte <= 0x3a) return true;
  if ((byte >= 0x41 && byte <= 0x46) || (byte >= 0x61 && byte <= 0x66)) return true;
  return byte === 0x3e || byte === 0x20;
}
