/** The registers of Code Mercenaries' LED-Warrior14, both directions, so that the simulated chip speaks by the same code. */
import type { ForwardFrame } from "../dali/frame.ts";

export const LW14 = {
  /** From the factory; register 0xFE changes it. */
  address: 0x23,
  /** Read, one byte. */
  status: 0x00,
  /** Written: a frame to send, 2 or 3 bytes. Read: what was received; that clears what the status says of it. */
  command: 0x01,
  /** Read, 6 bytes: what they say is not verified. */
  signature: 0xf0,
  signatureLength: 6,
} as const;

export interface Lw14Status {
  /** The bus is held low, or is not there. */
  readonly fault: boolean;
  /** A frame that was written has not been sent yet; another would be ignored. */
  readonly busy: boolean;
  /** Something was received before the last was read. */
  readonly overrun: boolean;
  readonly frameError: boolean;
  /** What was received is the answer to the last command. */
  readonly valid: boolean;
  /** Less than 22 Te have passed since the last command. */
  readonly timeframe: boolean;
  /** Bytes received and not read yet: an answer is 1, forward frames are 2 or 3. */
  readonly received: 0 | 1 | 2 | 3;
}

export function decodeStatus(byte: number): Lw14Status {
  return {
    fault: (byte & 0x80) !== 0,
    busy: (byte & 0x40) !== 0,
    overrun: (byte & 0x20) !== 0,
    frameError: (byte & 0x10) !== 0,
    valid: (byte & 0x08) !== 0,
    timeframe: (byte & 0x04) !== 0,
    received: (byte & 3) as 0 | 1 | 2 | 3,
  };
}

export function encodeStatus(status: Lw14Status): number {
  const { fault, busy, overrun, frameError, valid, timeframe, received } = status;
  const flags = [fault, busy, overrun, frameError, valid, timeframe];
  return flags.reduce((byte, flag, i) => byte | (flag ? 0x80 >> i : 0), 0) | received;
}

/** Writes a frame to send. */
export function encodeCommand({ bits, data }: ForwardFrame): Uint8Array {
  return bits === 16
    ? Uint8Array.of(LW14.command, data >> 8, data & 0xff)
    : Uint8Array.of(LW14.command, data >> 16, (data >> 8) & 0xff, data & 0xff);
}

/** The frame that a write asks for; undefined where it is none. */
export function decodeCommand([register, ...bytes]: Uint8Array): ForwardFrame | undefined {
  if (register !== LW14.command || (bytes.length !== 2 && bytes.length !== 3)) return undefined;
  return { bits: bytes.length === 2 ? 16 : 24, data: bytes.reduce((data, byte) => data * 256 + byte, 0) };
}
