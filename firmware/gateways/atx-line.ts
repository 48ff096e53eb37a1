/**
 * Lines of the ATX LED DALI HAT, both directions: a letter, hexadecimal digits, a line feed. There is no check: a line that is
 * none of these is discarded, and so is every byte that no line can have.
 */
import type { ForwardFrame } from "../dali/frame.ts";

/** From the host: 16 bits, 16 bits sent twice, 24 bits. */
export interface AtxCommand {
  readonly frame: ForwardFrame;
  readonly twice: boolean;
}

/** From the box. `spoilt`: something was on the bus and no frame came of it; which letter means what is not verified. */
export type AtxLine =
  | { readonly kind: "byte"; readonly value: number }
  | { readonly kind: "none" }
  | { readonly kind: "spoilt"; readonly letter: "x" | "z" }
  /** What others sent. */
  | { readonly kind: "heard"; readonly frame: ForwardFrame };

const FEED = 0x0a;
const RETURN = 0x0d;
/** A letter and 24 bits. */
const LONGEST = 7;

const hex = (data: number, digits: number): string => data.toString(16).toUpperCase().padStart(digits, "0");
const bytes = (line: string): Uint8Array => Uint8Array.from(`${line}\n`, (char) => char.charCodeAt(0));
const number = (digits: string): number => Number.parseInt(digits, 16);

/** Throws TypeError for 24 bits sent twice: the box has no letter for it. */
export function encodeAtxCommand({ frame: { bits, data }, twice }: AtxCommand): Uint8Array {
  if (bits === 16) return bytes(`${twice ? "t" : "h"}${hex(data, 4)}`);
  if (twice) throw new TypeError("24 bits sent twice have no letter");
  return bytes(`l${hex(data, 6)}`);
}

function atxCommand(line: string): AtxCommand | undefined {
  const digits = line.slice(1);
  if (/^[ht][0-9A-F]{4}$/.test(line)) return { frame: { bits: 16, data: number(digits) }, twice: line[0] === "t" };
  if (/^l[0-9A-F]{6}$/.test(line)) return { frame: { bits: 24, data: number(digits) }, twice: false };
  return undefined;
}

export function encodeAtxLine(line: AtxLine): Uint8Array {
  switch (line.kind) {
    case "byte":
      return bytes(`J${hex(line.value, 2)}`);
    case "none":
      return bytes("N");
    case "spoilt":
      return bytes(line.letter.toUpperCase());
    case "heard":
      return bytes(line.frame.bits === 16 ? `H${hex(line.frame.data, 4)}` : `L${hex(line.frame.data, 6)}`);
  }
}

function atxLine(line: string): AtxLine | undefined {
  const digits = line.slice(1);
  if (line === "N") return { kind: "none" };
  if (line === "X") return { kind: "spoilt", letter: "x" };
  if (line === "Z") return { kind: "spoilt", letter: "z" };
  if (/^J[0-9A-Fa-f]{2}$/.test(line)) return { kind: "byte", value: number(digits) };
  if (/^H[0-9A-Fa-f]{4}$/.test(line)) return { kind: "heard", frame: { bits: 16, data: number(digits) } };
  if (/^L[0-9A-Fa-f]{6}$/.test(line)) return { kind: "heard", frame: { bits: 24, data: number(digits) } };
  return undefined;
}

/** Finds lines in a stream of bytes. Damage costs the line it hits; a lost line feed the two it joins. */
export class AtxDecoder<Line> {
  readonly #read: (line: string) => Line | undefined;
  #line = "";
  #skipping = false;
  #discarded = 0;

  private constructor(read: (line: string) => Line | undefined) {
    this.#read = read;
  }

  static fromBox = (): AtxDecoder<AtxLine> => new AtxDecoder(atxLine);
  static fromHost = (): AtxDecoder<AtxCommand> => new AtxDecoder(atxCommand);

  get discarded(): number {
    return this.#discarded;
  }

  get waiting(): boolean {
    return this.#line !== "" || this.#skipping;
  }

  push(chunk: Uint8Array): Line[] {
    const lines: Line[] = [];
    for (const byte of chunk) {
      if (byte === FEED) {
        const line = this.#read(this.#line);
        if (line === undefined || this.#skipping) this.#discarded += this.#line.length + 1;
        else lines.push(line);
        this.#line = "";
        this.#skipping = false;
      } else if (!isLetterOrDigit(byte)) {
        if (byte !== RETURN) this.#discarded++;
      } else if (this.#line.length < LONGEST) {
        this.#line += String.fromCharCode(byte);
      } else {
        // too long for a line: the rest up to its end is none either
        this.#skipping = true;
        this.#discarded++;
      }
    }
    return lines;
  }

  /** The line is quiet: what is incomplete will not be completed. */
  flush(): Line[] {
    this.#discarded += this.#line.length;
    this.#line = "";
    this.#skipping = false;
    return [];
  }
}

const isLetterOrDigit = (byte: number): boolean =>
  (byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a);
