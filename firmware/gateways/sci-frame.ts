/**
 * Frames of the DALI SCI and SCI2 serial interfaces, both directions: `control or status | high | middle | low | check`, the check
 * being the XOR of the first four. There is no start byte.
 */
export interface SciFrame {
  /** Control byte from the host, status byte from the box. */
  readonly first: number;
  /** High, middle and low byte as one number. */
  readonly data: number;
  /** Whether the check is right. What comes from the box is never given otherwise. */
  readonly intact: boolean;
}

export const SCI_LENGTH = 5;

/** The bytes of one frame. */
export function encodeSci(first: number, data: number): Uint8Array {
  const bytes = [first, (data >> 16) & 0xff, (data >> 8) & 0xff, data & 0xff];
  return Uint8Array.of(
    ...bytes,
    bytes.reduce((check, byte) => check ^ byte, 0),
  );
}

/** Takes what the host sends: every five bytes, damaged or not, since the box answers damage, too. Only a pause brings it into step. */
export class SciCommandDecoder {
  #buffer: number[] = [];
  #discarded = 0;

  get discarded(): number {
    return this.#discarded;
  }

  get waiting(): boolean {
    return this.#buffer.length > 0;
  }

  push(bytes: Uint8Array): SciFrame[] {
    const frames: SciFrame[] = [];
    for (const byte of bytes) {
      this.#buffer.push(byte);
      if (this.#buffer.length < SCI_LENGTH) continue;
      frames.push(frameAt(this.#buffer, 0));
      this.#buffer.length = 0;
    }
    return frames;
  }

  flush(): SciFrame[] {
    this.#discarded += this.#buffer.length;
    this.#buffer.length = 0;
    return [];
  }
}

/** So many bytes are kept in doubt at most: the box never says more without a pause. */
const DOUBT = 8 * SCI_LENGTH;

/**
 * Finds the frames of the box in a stream of bytes that may lose, gain or change some: five bytes that begin as a status does and
 * whose check is right. Any turn of such a frame passes its own check, so a row of equal ones looks the same from several
 * places. So once something was wrong, nothing is given before only one way to read what is there is left, or the line is
 * quiet: then the frames are those that end with it. Damage costs the frame it hits and at most one more.
 */
export class SciDecoder {
  #buffer: number[] = [];
  #inStep = true;
  #discarded = 0;

  /** Bytes that belonged to no valid frame. */
  get discarded(): number {
    return this.#discarded;
  }

  /** Whether bytes wait for more, or for the line to be quiet. */
  get waiting(): boolean {
    return this.#buffer.length > 0;
  }

  push(bytes: Uint8Array): SciFrame[] {
    for (const byte of bytes) this.#buffer.push(byte);
    return this.#take(false);
  }

  /** The line is quiet: what is incomplete will not be completed, and what comes next begins a frame. */
  flush(): SciFrame[] {
    const frames = this.#take(true);
    this.#drop(this.#buffer.length);
    this.#inStep = true;
    return frames;
  }

  #take(quiet: boolean): SciFrame[] {
    const frames: SciFrame[] = [];
    const buffer = this.#buffer;
    while (buffer.length > 0) {
      if (this.#inStep) {
        if (buffer.length < SCI_LENGTH && begins(buffer[0] as number)) break;
        if (isFrame(buffer, 0) && isPlain(frameAt(buffer, 0))) {
          frames.push(frameAt(buffer, 0));
          buffer.splice(0, SCI_LENGTH);
          continue;
        }
        this.#inStep = false;
      }
      const at = this.#decide(quiet);
      if (at === undefined) break;
      this.#drop(at);
      if (!isFrame(buffer, 0)) continue;
      frames.push(frameAt(buffer, 0));
      buffer.splice(0, SCI_LENGTH);
      // the decision was about all that follows
      this.#inStep = true;
    }
    return frames;
  }

  /** Where the next frame begins; undefined where it cannot be told yet, or there is none. */
  #decide(quiet: boolean): number | undefined {
    const buffer = this.#buffer;
    let first: number | undefined;
    let only: number | undefined;
    let rivals = 0;
    for (let at = 0; at + SCI_LENGTH <= buffer.length; at++) {
      if (!isFrame(buffer, at)) continue;
      first ??= at;
      const frames = chain(buffer, at, quiet);
      if (frames === 0) continue;
      if (quiet) return at;
      if (only !== undefined && (at - only) % SCI_LENGTH === 0) continue;
      rivals++;
      if (frames >= 2) only ??= at;
    }
    if (quiet) return first;
    if (only !== undefined && rivals === 1) return only;
    return buffer.length > DOUBT ? (first ?? buffer.length - SCI_LENGTH + 1) : undefined;
  }

  #drop(count: number): void {
    this.#buffer.splice(0, count);
    this.#discarded += count;
  }
}

const begins = (byte: number): boolean => (byte & 0xf8) === 0x60;

function isFrame(bytes: readonly number[], at: number): boolean {
  if (at + SCI_LENGTH > bytes.length || !begins(bytes[at] as number)) return false;
  return frameAt(bytes, at).intact;
}

function frameAt(bytes: readonly number[], at: number): SciFrame {
  const [first = 0, high = 0, middle = 0, low = 0, check = 0] = bytes.slice(at, at + SCI_LENGTH);
  const intact = (first ^ high ^ middle ^ low ^ check) === 0;
  return { first, data: (high << 16) | (middle << 8) | low, intact };
}

/** Whether bytes that its status leaves unused are clear; a box that uses them nevertheless is believed when nothing speaks against it. */
function isPlain({ first, data }: SciFrame): boolean {
  switch (first & 0x07) {
    case 0:
    case 1:
      return data === 0;
    case 2:
    case 7:
      return data <= 0xff;
    case 3:
      return data <= 0xffff || (data & 0xff) === 0;
    default:
      return true;
  }
}

/** How many frames follow each other from `at` to the end of what is there; 0 where something else is among them. */
function chain(bytes: readonly number[], at: number, quiet: boolean): number {
  let count = 0;
  while (isFrame(bytes, at)) {
    at += SCI_LENGTH;
    count++;
  }
  if (at === bytes.length) return count;
  const more = !quiet && at + SCI_LENGTH > bytes.length && begins(bytes[at] as number);
  return more ? count : 0;
}
