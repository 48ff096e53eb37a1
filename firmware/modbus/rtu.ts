/**
 * The little of Modbus RTU that meters need: read input registers (function 4), both ways, over any byte stream. A library would
 * bring its own serial port; ours is the bytes port, and TCP and the simulator come through it too.
 * Modbus over Serial Line V1.02 2.5.1 (frame, CRC), Modbus Application Protocol V1.1b3 6.4 (function 4) and 7 (exceptions).
 */
export const READ_INPUT = 4;
const EXCEPTION = 0x80;

/** CRC-16 with polynomial 0xA001 (reflected 0x8005) and start 0xFFFF; sent low byte first. */
export function crc16(bytes: Uint8Array): number {
  let crc = 0xffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >> 1) ^ 0xa001 : crc >> 1;
  }
  return crc;
}

function sealed(body: readonly number[]): Uint8Array {
  const crc = crc16(Uint8Array.from(body));
  return Uint8Array.from([...body, crc & 0xff, crc >> 8]);
}

const intact = (frame: Uint8Array): boolean =>
  crc16(frame.subarray(0, -2)) === ((frame.at(-2) as number) | ((frame.at(-1) as number) << 8));

/** Asks for `count` 16-bit registers from `register` on. */
export interface ReadRequest {
  readonly unit: number;
  readonly register: number;
  readonly count: number;
}

export const encodeRequest = ({ unit, register, count }: ReadRequest): Uint8Array =>
  sealed([unit, READ_INPUT, register >> 8, register & 0xff, count >> 8, count & 0xff]);

/** null where the eight bytes are no right request. */
export function decodeRequest(frame: Uint8Array): ReadRequest | null {
  if (frame.length !== 8 || frame[1] !== READ_INPUT || !intact(frame)) return null;
  const word = (at: number) => ((frame[at] as number) << 8) | (frame[at + 1] as number);
  return { unit: frame[0] as number, register: word(2), count: word(4) };
}

/** The registers' bytes, high byte first; or the exception code the device gave (2: no such register). */
export type ReadReply =
  | { readonly kind: "registers"; readonly data: Uint8Array }
  | { readonly kind: "exception"; readonly code: number };

export function encodeReply(unit: number, reply: ReadReply): Uint8Array {
  return reply.kind === "registers"
    ? sealed([unit, READ_INPUT, reply.data.length, ...reply.data])
    : sealed([unit, READ_INPUT | EXCEPTION, reply.code]);
}

/** Finds the reply to one request in what comes, past noise before it (a line driver's turn-round makes some). */
export class ReplyReader {
  #bytes: number[] = [];
  #discarded = 0;
  readonly #request: ReadRequest;

  constructor(request: ReadRequest) {
    this.#request = request;
  }

  /** Bytes before the reply that were no part of it. */
  get discarded(): number {
    return this.#discarded;
  }

  push(chunk: Uint8Array): ReadReply | null {
    const whole = this.#request.count * 2 + 5;
    for (const [at, byte] of chunk.entries()) {
      this.#bytes.push(byte);
      const reply = this.#registers(this.#bytes.slice(-whole)) ?? this.#exception(this.#bytes.slice(-5));
      if (reply) {
        const used = reply.kind === "registers" ? whole : 5;
        this.#discarded += this.#bytes.length - used + chunk.length - at - 1;
        this.#bytes = [];
        return reply;
      }
      if (this.#bytes.length >= whole) {
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

  #registers(tail: readonly number[]): ReadReply | null {
    const { unit, count } = this.#request;
    const right = tail.length === count * 2 + 5 && tail[0] === unit && tail[1] === READ_INPUT && tail[2] === count * 2;
    const frame = Uint8Array.from(tail);
    return right && intact(frame) ? { kind: "registers", data: frame.slice(3, -2) } : null;
  }

  #exception(tail: readonly number[]): ReadReply | null {
    const right = tail.length === 5 && tail[0] === this.#request.unit && tail[1] === (READ_INPUT | EXCEPTION);
    return right && intact(Uint8Array.from(tail)) ? { kind: "exception", code: tail[2] as number } : null;
  }
}
