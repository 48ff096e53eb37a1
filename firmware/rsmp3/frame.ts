/** How RSMP 3 parts its messages: JSON in UTF-8, each ended by a form feed. RSMP core 3.2, "Transport". */

const FORM_FEED = 0x0c;
/** Larger than any message of a controller with hundreds of alarms; a peer that sends more has lost its way. */
export const LARGEST = 1_000_000;

const encoder = new TextEncoder();

export const frame = (message: object): Uint8Array => encoder.encode(`${JSON.stringify(message)}\f`);

/** Bytes as they come into texts. Several form feeds in a row, and some before the first message, part nothing. */
export class FrameReader {
  #parts: Uint8Array[] = [];
  #length = 0;
  readonly #largest: number;
  readonly #decoder = new TextDecoder("utf-8", { fatal: true });

  constructor(largest = LARGEST) {
    this.#largest = largest;
  }

  /** Each whole text, or null for one that is no UTF-8. Throws RangeError once a message is larger than is taken. */
  *push(chunk: Uint8Array): Generator<string | null, void, undefined> {
    let from = 0;
    for (let end = chunk.indexOf(FORM_FEED); end >= 0; end = chunk.indexOf(FORM_FEED, from)) {
      this.#keep(chunk.subarray(from, end));
      from = end + 1;
      const bytes = this.#take();
      if (bytes.length === 0) continue;
      yield this.#text(bytes);
    }
    this.#keep(chunk.subarray(from));
  }

  #keep(part: Uint8Array): void {
    if (part.length === 0) return;
    this.#length += part.length;
    if (this.#length > this.#largest) throw new RangeError(`a message of more than ${this.#largest} bytes`);
    this.#parts.push(part.slice());
  }

  #take(): Uint8Array {
    const whole = new Uint8Array(this.#length);
    let at = 0;
    for (const part of this.#parts) {
      whole.set(part, at);
      at += part.length;
    }
    this.#parts = [];
    this.#length = 0;
    return whole;
  }

  #text(bytes: Uint8Array): string | null {
    try {
      return this.#decoder.decode(bytes);
    } catch {
      return null;
    }
  }
}
