/**
 * The frame of the Hi-Link LD2450, a 24 GHz radar that follows up to three targets, ten times a second at 256,000 baud
 * (Hi-Link's serial protocol V1.03, quoted from memory; head, tail and length agree with public drivers):
 *
 *     AA FF 03 00 | three times: x, y, speed, resolution, 16 bits each, low byte first | 55 CC
 *
 * x (mm, across the beam), y (mm, away from the radar) and speed (cm/s) are sign and magnitude, and the top bit set means
 * positive. A target that is all zeros is none. There is no check sum: the tail, and what is possible, must do.
 */
export interface RadarTarget {
  /** m, to the radar's right as seen from it where positive. */
  readonly x: number;
  /** m from the radar. */
  readonly y: number;
  /** m/s, as the radar says it: along its beam. */
  readonly speed: number;
  /** m: how exactly it knows the distance. */
  readonly resolution: number;
}

export const TARGETS = 3;
const HEAD = [0xaa, 0xff, 0x03, 0x00] as const;
const TAIL = [0x55, 0xcc] as const;
const TARGET_LENGTH = 8;
export const FRAME_LENGTH = HEAD.length + TARGETS * TARGET_LENGTH + TAIL.length;
/** It sees six metres, and 60 degrees to each side; what it says beyond that is noise in the shape of a frame, m. */
const FARTHEST = 10;

const signed = (word: number): number => ((word & 0x8000) !== 0 ? 1 : -1) * (word & 0x7fff);
const word = (value: number): number => (value >= 0 ? 0x8000 : 0) | (Math.abs(Math.round(value)) & 0x7fff);

/** The targets, at most three. */
export function encodeFrame(targets: readonly RadarTarget[]): Uint8Array {
  const frame = new Uint8Array(FRAME_LENGTH);
  const view = new DataView(frame.buffer);
  frame.set(HEAD);
  for (const [i, { x, y, speed, resolution }] of targets.slice(0, TARGETS).entries()) {
    const at = HEAD.length + i * TARGET_LENGTH;
    view.setUint16(at, word(x * 1000), true);
    view.setUint16(at + 2, word(y * 1000), true);
    view.setUint16(at + 4, word(speed * 100), true);
    view.setUint16(at + 6, Math.round(resolution * 1000), true);
  }
  frame.set(TAIL, FRAME_LENGTH - TAIL.length);
  return frame;
}

/** Null where the bytes are not one whole, possible frame. */
export function decodeFrame(frame: Uint8Array): RadarTarget[] | null {
  const isFrame =
    frame.length === FRAME_LENGTH &&
    HEAD.every((byte, i) => frame[i] === byte) &&
    TAIL.every((byte, i) => frame[FRAME_LENGTH - TAIL.length + i] === byte);
  if (!isFrame) return null;
  const view = new DataView(frame.buffer, frame.byteOffset, frame.length);
  const targets: RadarTarget[] = [];
  for (let i = 0; i < TARGETS; i++) {
    const at = HEAD.length + i * TARGET_LENGTH;
    if (frame.subarray(at, at + TARGET_LENGTH).every((byte) => byte === 0)) continue;
    const x = signed(view.getUint16(at, true)) / 1000;
    const y = signed(view.getUint16(at + 2, true)) / 1000;
    if (y < 0 || Math.hypot(x, y) > FARTHEST) return null;
    const speed = signed(view.getUint16(at + 4, true)) / 100;
    targets.push({ x, y, speed, resolution: view.getUint16(at + 6, true) / 1000 });
  }
  return targets;
}

/** Cuts a byte stream into frames; what is no part of one is counted and left out. Memory is bounded by one frame and a chunk. */
export class FrameReader {
  #bytes: Uint8Array = new Uint8Array(0);
  #discarded = 0;

  /** Bytes that were no part of a right frame. */
  get discarded(): number {
    return this.#discarded;
  }

  push(chunk: Uint8Array): RadarTarget[][] {
    const bytes = new Uint8Array(this.#bytes.length + chunk.length);
    bytes.set(this.#bytes);
    bytes.set(chunk, this.#bytes.length);
    const frames: RadarTarget[][] = [];
    let at = 0;
    while (at < bytes.length) {
      if (!mayBegin(bytes, at)) this.#discarded++;
      else {
        if (bytes.length - at < FRAME_LENGTH) break;
        const targets = decodeFrame(bytes.subarray(at, at + FRAME_LENGTH));
        if (targets) {
          frames.push(targets);
          at += FRAME_LENGTH;
          continue;
        }
        this.#discarded++;
      }
      at++;
    }
    this.#bytes = bytes.slice(at);
    return frames;
  }
}

const mayBegin = (bytes: Uint8Array, at: number): boolean =>
  HEAD.every((byte, i) => at + i >= bytes.length || bytes[at + i] === byte);
