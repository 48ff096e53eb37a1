/**
 * The line of a directional footfall counter, one a second. It is hulotte's own protocol, made for small counters of our own
 * (a time-of-flight pair or a thermal array behind a microcontroller); it is no standard.
 *
 *     $CNT,<seq>,<up>,<down>*<HH>\r\n        $CNT,17,240,238*7C
 *
 * `seq` counts lines from 0 at the counter's start; `up` and `down` are the people seen since then in growing and falling metres of the
 * street. All three are decimal and wrap at 65,536. `HH` is the XOR of the bytes between `$` and `*` in two upper-case
 * hexadecimal digits, as in NMEA 0183. Because the totals are cumulative, a line that is lost loses nobody.
 */
export interface CountLine {
  readonly seq: number;
  readonly up: number;
  readonly down: number;
}

export const WRAP = 65_536;
const LONGEST = "$CNT,65535,65535,65535*FF\r\n".length;
const SHAPE = /^\$(CNT,(\d{1,5}),(\d{1,5}),(\d{1,5}))\*([0-9A-F]{2})\r\n$/;

function checksum(text: string): string {
  let xor = 0;
  for (let i = 0; i < text.length; i++) xor ^= text.charCodeAt(i);
  return xor.toString(16).toUpperCase().padStart(2, "0");
}

export function encodeLine({ seq, up, down }: CountLine): Uint8Array {
  const body = `CNT,${seq % WRAP},${up % WRAP},${down % WRAP}`;
  return new TextEncoder().encode(`$${body}*${checksum(body)}\r\n`);
}

/** null where the text is not one whole, right line. */
export function decodeLine(text: string): CountLine | null {
  const found = SHAPE.exec(text);
  if (!found || checksum(found[1] as string) !== found[5]) return null;
  const line = { seq: Number(found[2]), up: Number(found[3]), down: Number(found[4]) };
  return Math.max(line.seq, line.up, line.down) < WRAP ? line : null;
}

/** Cuts a byte stream into lines. A `$` always begins a new one, so a damaged line costs itself only; memory is bounded. */
export class LineReader {
  #text = "";
  #discarded = 0;

  /** Bytes that were no part of a right line. */
  get discarded(): number {
    return this.#discarded;
  }

  push(chunk: Uint8Array): CountLine[] {
    const lines: CountLine[] = [];
    for (const byte of chunk) {
      const char = String.fromCharCode(byte);
      if (char === "$") this.#drop();
      this.#text += char;
      if (char === "\n") {
        const line = decodeLine(this.#text);
        if (line) {
          lines.push(line);
          this.#text = "";
        } else this.#drop();
      } else if (!this.#text.startsWith("$") || this.#text.length >= LONGEST) this.#drop();
    }
    return lines;
  }

  #drop(): void {
    this.#discarded += this.#text.length;
    this.#text = "";
  }
}
