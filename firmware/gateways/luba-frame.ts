/**
 * Frames of Lunatone's LUBA protocol, both directions: `59 | command | length | payload | check`, the check being the XOR
 * of everything after 0x59. Nothing is escaped, so 0x59 also occurs inside frames: see `LubaDecoder`.
 */
import { isPlausible } from "./luba-message.ts";

export interface LubaFrame {
  /** Even from the host, the same plus one from the box. */
  readonly command: number;
  readonly payload: Uint8Array;
}

const START = 0x59;
const LONGEST = 23;
/** Start, command, length, check. */
const OVERHEAD = 4;

/** The bytes of one frame. Throws TypeError where the payload is not 1 to 23 bytes. */
export function encodeLuba(command: number, payload: ArrayLike<number>): Uint8Array {
  const length = payload.length;
  if (length < 1 || length > LONGEST) throw new TypeError(`LUBA payload has ${length} bytes: allowed 1 to ${LONGEST}`);
  const bytes = new Uint8Array(length + OVERHEAD);
  bytes[0] = START;
  bytes[1] = command;
  bytes[2] = length;
  bytes.set(payload, 3);
  let check = 0;
  for (let i = 1; i < length + 3; i++) check ^= bytes[i] as number;
  bytes[length + 3] = check;
  return bytes;
}

/** What a candidate for a frame at a place in the buffer is. `more`: it cannot be told before more bytes are there. */
type Verdict = "frame" | "more" | "no";

/**
 * Finds frames in a stream of bytes that may lose, gain or change some. One such byte costs at most the frame it hits:
 * after a false start the search goes on at the very next byte, never behind what the false frame claimed as its own.
 * A checksum of one byte passes by chance now and then, so a candidate that is followed by something else than a start,
 * that was found after rubbish, or that says what the box never says, gives way to a valid frame that begins inside it and is itself followed by a start or
 * by silence. Where that needs bytes that are not there yet, the candidate waits until they come or `flush` says that the
 * line is quiet.
 */
export class LubaDecoder {
  readonly #fromBox: boolean;
  #buffer: Uint8Array = new Uint8Array(0);
  #inStep = false;
  #discarded = 0;

  constructor(from: "box" | "host") {
    this.#fromBox = from === "box";
  }

  /** Bytes that belonged to no valid frame. */
  get discarded(): number {
    return this.#discarded;
  }

  /** Whether bytes wait for more. When none come for longer than a frame's bytes take, `flush` should be called. */
  get waiting(): boolean {
    return this.#buffer.length > 0;
  }

  /** Takes bytes, gives the frames they complete. */
  push(bytes: Uint8Array): LubaFrame[] {
    if (this.#buffer.length === 0) this.#buffer = bytes;
    else {
      const joined = new Uint8Array(this.#buffer.length + bytes.length);
      joined.set(this.#buffer);
      joined.set(bytes, this.#buffer.length);
      this.#buffer = joined;
    }
    return this.#take(false);
  }

  /** Says that nothing more comes for now: what is incomplete is discarded, what was in doubt is decided. */
  flush(): LubaFrame[] {
    return this.#take(true);
  }

  #take(quiet: boolean): LubaFrame[] {
    const frames: LubaFrame[] = [];
    const buffer = this.#buffer;
    let at = 0;
    while (at < buffer.length) {
      const verdict = this.#judge(at, quiet);
      if (verdict === "more") break;
      if (verdict === "frame") {
        const end = this.#end(at);
        frames.push({ command: buffer[at + 1] as number, payload: buffer.slice(at + 3, end - 1) });
        at = end;
        this.#inStep = true;
      } else {
        at++;
        this.#discarded++;
        this.#inStep = false;
      }
    }
    this.#buffer = at === buffer.length ? new Uint8Array(0) : buffer.slice(at);
    return frames;
  }

  #end(at: number): number {
    return at + OVERHEAD + (this.#buffer[at + 2] as number);
  }

  /** What the bytes from `at` are by themselves: start, a command of the right direction, a length, the check. */
  #valid(at: number, quiet: boolean): Verdict {
    const buffer = this.#buffer;
    const have = buffer.length - at;
    if (buffer[at] !== START) return "no";
    const missing = quiet ? "no" : "more";
    if (have < 2) return missing;
    const command = buffer[at + 1] as number;
    // all commands of the protocol are 0x20..0x3f; odd ones come from the box
    if (command >> 5 !== 1 || (command & 1) !== (this.#fromBox ? 1 : 0)) return "no";
    if (have < 3) return missing;
    const length = buffer[at + 2] as number;
    if (length < 1 || length > LONGEST) return "no";
    if (have < length + OVERHEAD) return missing;
    let check = 0;
    for (let i = at + 1; i < at + length + OVERHEAD; i++) check ^= buffer[i] as number;
    return check === 0 ? "frame" : "no";
  }

  #isPlausible(at: number): boolean {
    const payload = this.#buffer.subarray(at + 3, this.#end(at) - 1);
    return !this.#fromBox || isPlausible(this.#buffer[at + 1] as number, payload);
  }

  /** As `#valid`, with a look at what begins inside a doubtful candidate. */
  #judge(at: number, quiet: boolean): Verdict {
    const verdict = this.#valid(at, quiet);
    if (verdict !== "frame") return verdict;
    const end = this.#end(at);
    const next = this.#buffer[end];
    if (this.#inStep && next === START && this.#isPlausible(at)) return "frame";
    for (let inner = at + 1; inner < end; inner++) {
      const rival = this.#valid(inner, quiet);
      if (rival === "more") return "more";
      if (rival === "no") continue;
      // the rival wins when a start or silence follows it, as it does a true frame
      const afterRival = this.#buffer[this.#end(inner)];
      if (afterRival === START) return "no";
      if (afterRival === undefined) return quiet ? "no" : "more";
    }
    return "frame";
  }
}
