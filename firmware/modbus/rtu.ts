/**
 * Modbus RTU frames over any byte stream, both ways: a unit's address, a PDU, a CRC (Modbus over Serial Line V1.02 2.5.1).
 *
 * Not a package from npm: measured on 8.0.25 of modbus-serial and 5.0.0 of jsmodbus, neither finds a reply behind a byte of
 * noise (the first fails the request and takes a chunk for a frame, the second never answers again on that stream), neither
 * takes a clock, and the first loads the native serial port where that is installed. The framing is the part that matters here.
 */
import {
  decodeReplyPdu,
  decodeRequestPdu,
  EXCEPTION,
  encodeReplyPdu,
  encodeRequestPdu,
  functionOf,
  type ModbusReply,
  type ModbusRequest,
  replyLength,
  requestLength,
} from "./pdu.ts";

/** Address and CRC. */
const AROUND = 3;
const EXCEPTION_BYTES = 2 + AROUND;
/** The longest frame (2.5.1). */
const LONGEST = 256;

const CRC_OF_BYTE = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >> 1) ^ 0xa001 : crc >> 1;
  return crc;
});

/** CRC-16 with polynomial 0xA001 (reflected 0x8005) and start 0xFFFF; sent low byte first. */
export function crc16(bytes: Uint8Array): number {
  let crc = 0xffff;
  for (const byte of bytes) crc = (crc >> 8) ^ (CRC_OF_BYTE[(crc ^ byte) & 0xff] as number);
  return crc;
}

function sealed(unit: number, pdu: readonly number[]): Uint8Array {
  const frame = Uint8Array.of(unit, ...pdu, 0, 0);
  const crc = crc16(frame.subarray(0, -2));
  frame.set([crc & 0xff, crc >> 8], frame.length - 2);
  return frame;
}

const intact = (frame: Uint8Array): boolean =>
  crc16(frame.subarray(0, -2)) === ((frame.at(-2) as number) | ((frame.at(-1) as number) << 8));

export interface Addressed {
  /** 1 to 247. */
  readonly unit: number;
  readonly request: ModbusRequest;
}

export const encodeRequest = ({ unit, request }: Addressed): Uint8Array => sealed(unit, encodeRequestPdu(request));

/** null where the bytes are not exactly one right request. */
export function decodeRequest(frame: Uint8Array): Addressed | null {
  if (frame.length < AROUND + 1 || !intact(frame)) return null;
  const request = decodeRequestPdu(frame.subarray(1, -2));
  return request && { unit: frame[0] as number, request };
}

export const encodeReply = ({ unit, request }: Addressed, reply: ModbusReply): Uint8Array =>
  sealed(unit, encodeReplyPdu(request, reply));

/** How many bytes the reply to a request has, where it is no exception. */
export const replyBytes = (request: ModbusRequest): number => replyLength(request) + AROUND;

/** Finds the reply to one request in what comes, past noise before it (a line driver's turn-round makes some). */
export class ReplyReader {
  #bytes: number[] = [];
  #discarded = 0;
  readonly #unit: number;
  readonly #request: ModbusRequest;
  readonly #whole: number;

  constructor({ unit, request }: Addressed) {
    this.#unit = unit;
    this.#request = request;
    this.#whole = replyBytes(request);
  }

  /** Bytes that were no part of the reply. */
  get discarded(): number {
    return this.#discarded;
  }

  push(chunk: Uint8Array): ModbusReply | null {
    for (const [at, byte] of chunk.entries()) {
      this.#bytes.push(byte);
      for (const length of [this.#whole, EXCEPTION_BYTES]) {
        const reply = this.#reply(length);
        if (!reply) continue;
        this.#discarded += this.#bytes.length - length + chunk.length - at - 1;
        this.#bytes = [];
        return reply;
      }
      if (this.#bytes.length >= Math.max(this.#whole, EXCEPTION_BYTES)) {
        this.#bytes.shift();
        this.#discarded++;
      }
    }
    return null;
  }

  /** No reply will come: what was kept was none. */
  giveUp(): void {
    this.#discarded += this.#bytes.length;
    this.#bytes = [];
  }

  #reply(length: number): ModbusReply | null {
    const start = this.#bytes.length - length;
    if (start < 0 || this.#bytes[start] !== this.#unit) return null;
    if (((this.#bytes[start + 1] as number) & ~EXCEPTION) !== functionOf(this.#request)) return null;
    const frame = Uint8Array.from(this.#bytes.slice(start));
    return intact(frame) ? decodeReplyPdu(this.#request, frame.subarray(1, -2)) : null;
  }
}

/** Finds requests in what a unit hears, past noise and past what other units say. Keeps the bytes of one frame at most. */
export class RequestReader {
  #bytes = new Uint8Array();

  push(chunk: Uint8Array): Addressed[] {
    this.#bytes = Uint8Array.of(...this.#bytes, ...chunk);
    const found: Addressed[] = [];
    for (let start = 0; start < this.#bytes.length; start++) {
      const length = requestLength(this.#bytes.subarray(start + 1));
      if (!length || start + length + AROUND > this.#bytes.length) continue;
      const request = decodeRequest(this.#bytes.subarray(start, start + length + AROUND));
      if (!request) continue;
      found.push(request);
      this.#bytes = this.#bytes.slice(start + length + AROUND);
      start = -1;
    }
    this.#bytes = this.#bytes.slice(-LONGEST);
    return found;
  }
}
