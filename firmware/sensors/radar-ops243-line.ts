/**
 * What the OmniPreSense OPS243-A says, a Doppler radar that speaks ASCII (AN-010 "API interface" and the
 * manual UM-003, OmniPreSense; its 19,200 baud are from memory).
 * It is told to write JSON (`OJ`), in metres a second (`UM`), and asked for its version (`?V`) so that it says something while
 * nobody passes:
 *
 *     {"speed":"1.24"}     {"speed":-0.58, "direction":"outbound"}     {"Version":"1.3.1"}
 *
 * Firmware versions write the number with and without quotes, and say the direction by its sign or by its word; inbound
 * is towards the radar and positive. Which version does which is not verified.
 */
export type RadarLine =
  /** m/s, positive towards the radar. */
  | { readonly kind: "speed"; readonly speed: number }
  /** Anything else in right JSON: an answer, a setting. It lives. */
  | { readonly kind: "other" };

const LONGEST = 240;
const BRACE = 0x7b;
const NEWLINE = 0x0a;

/** Null where the text is not one JSON object in one line. */
export function decodeLine(text: string): RadarLine | null {
  let said: unknown;
  try {
    said = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof said !== "object" || said === null || Array.isArray(said)) return null;
  const { speed, direction } = said as { speed?: unknown; direction?: unknown };
  if (speed === undefined) return { kind: "other" };
  const number = typeof speed === "string" && speed.trim() !== "" ? Number(speed) : speed;
  if (typeof number !== "number" || !Number.isFinite(number)) return null;
  return { kind: "speed", speed: direction === "outbound" ? -Math.abs(number) : number };
}

/** Cuts a byte stream into lines. A `{` at the start of what is no line yet, or after garbage, begins one; memory is bounded. */
export class LineReader {
  #text = "";
  #discarded = 0;

  /** Bytes that were no part of a right line; line ends between lines are none. */
  get discarded(): number {
    return this.#discarded;
  }

  push(chunk: Uint8Array): RadarLine[] {
    const lines: RadarLine[] = [];
    for (const byte of chunk) {
      if (byte === BRACE) this.#drop();
      if (this.#text === "" && byte !== BRACE) {
        if (byte !== NEWLINE && byte !== 0x0d) this.#discarded++;
        continue;
      }
      this.#text += String.fromCharCode(byte);
      if (byte === NEWLINE) {
        const line = decodeLine(this.#text);
        if (line) {
          lines.push(line);
          this.#text = "";
        } else this.#drop();
      } else if (this.#text.length >= LONGEST) this.#drop();
    }
    return lines;
  }

  #drop(): void {
    this.#discarded += this.#text.length;
    this.#text = "";
  }
}
