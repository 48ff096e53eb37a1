/**
 * The messages inside Foxtron frames that hulotte uses, both directions, so that the simulated box speaks by the same code (the
 * maker's paper on DALI232, v1.7). Lengths of what is on the bus are bits. Config values have 16 bits.
 */
import type { GatewayRequest, Priority } from "../dali/gateway.ts";

const SEND = 0x0b;
const READ = 0x06;
const WRITE = 0x08;
const FOREIGN_ANSWERED = 0x03;
const FOREIGN = 0x04;
const SPECIAL = 0x05;
const VALUE = 0x07;
const WRITTEN = 0x09;
const OWN_ANSWERED = 0x0d;
const OWN = 0x0e;

/** What can be read of the box; `queue` can also be written: 0 empties it. Versions are `major.minor`, a byte each. */
export const ITEM = { serial: 1, firmware: 2, power: 3, queue: 4, hardware: 5 } as const;

/** What `power` tells, and the first of the special events. Lost is also what it says of a short circuit. */
export const POWER = { good: 0, lost: 1, mains: 2, badSupply: 3 } as const;
/** Special events: how the bus is, as `POWER`, and what the box could not do. */
export const SPECIALS = { ...POWER, full: 4, checksum: 5, invalid: 6 } as const;

/** What the host says. */
export type FromHost =
  | ({ readonly kind: "send" } & Omit<GatewayRequest, "answers">)
  | { readonly kind: "read"; readonly item: number }
  | { readonly kind: "write"; readonly item: number; readonly value: number };

/** A frame on the bus, up to 32 bits. */
interface OnBus {
  readonly bits: number;
  readonly data: number;
  /** Whether the host had it sent, or somebody else did. */
  readonly own: boolean;
}

/** What the box says. `heard` with 0 bits is a framing error; `answered` with null an answer that cannot be read. */
export type FromBox =
  | ({ readonly kind: "heard" } & OnBus)
  | ({ readonly kind: "answered"; readonly answer: number | null } & OnBus)
  | { readonly kind: "special"; readonly code: number }
  | { readonly kind: "value"; readonly item: number; readonly value: number }
  /** `result` 0: done, 1: cannot be written, 2: out of range. */
  | { readonly kind: "written"; readonly item: number; readonly value: number; readonly result: number };

const bytesFor = (bits: number): number => Math.ceil(bits / 8);
const number = (bytes: Uint8Array): number => bytes.reduce((value, byte) => value * 256 + byte, 0);
const bytesOf = (data: number, count: number): number[] =>
  Array.from({ length: count }, (_, i) => Math.floor(data / 256 ** (count - 1 - i)) & 0xff);

export function encodeFromHost(message: FromHost): Uint8Array {
  switch (message.kind) {
    case "send": {
      const { bits, data } = message.frame;
      return Uint8Array.of(SEND, message.priority, bits, ...bytesOf(data, bits / 8), message.twice ? 1 : 0);
    }
    case "read":
      return Uint8Array.of(READ, message.item);
    case "write":
      return Uint8Array.of(WRITE, message.item, ...bytesOf(message.value, 2));
  }
}

/** undefined where it is none that hulotte sends. */
export function decodeFromHost(payload: Uint8Array): FromHost | undefined {
  const [type, first = 0, bits = 0] = payload;
  switch (type) {
    case SEND: {
      if (bits !== 16 && bits !== 24) return undefined;
      const parameter = payload[3 + bits / 8];
      if (payload.length !== 4 + bits / 8 || (parameter !== 0 && parameter !== 1)) return undefined;
      if (first < 1 || first > 5) return undefined;
      const frame = { bits, data: number(payload.subarray(3, -1)) } as const;
      return { kind: "send", priority: first as Priority, frame, twice: parameter === 1 };
    }
    case READ:
      return payload.length === 2 ? { kind: "read", item: first } : undefined;
    case WRITE:
      if (payload.length !== 4) return undefined;
      return { kind: "write", item: first, value: number(payload.subarray(2)) };
    default:
      return undefined;
  }
}

export function encodeFromBox(message: FromBox): Uint8Array {
  switch (message.kind) {
    case "heard":
      return Uint8Array.of(message.own ? OWN : FOREIGN, message.bits, ...bytesOf(message.data, bytesFor(message.bits)));
    case "answered": {
      const { own, bits, data, answer } = message;
      const type = own ? OWN_ANSWERED : FOREIGN_ANSWERED;
      return Uint8Array.of(type, bits, ...bytesOf(data, bytesFor(bits)), ...(answer === null ? [0] : [8, answer]));
    }
    case "special":
      return Uint8Array.of(SPECIAL, message.code);
    case "value":
      return Uint8Array.of(VALUE, message.item, ...bytesOf(message.value, 2));
    case "written":
      return Uint8Array.of(WRITTEN, message.item, ...bytesOf(message.value, 2), message.result);
  }
}

/** undefined where it is none of the protocol, or tells of a frame past 32 bits: there is none in DALI. */
export function decodeFromBox(payload: Uint8Array): FromBox | undefined {
  const [type, first = 0] = payload;
  switch (type) {
    case OWN:
    case FOREIGN:
      return frameIn(payload, 0, (frame) => ({ kind: "heard", ...frame, own: type === OWN }));
    case OWN_ANSWERED:
    case FOREIGN_ANSWERED: {
      const own = type === OWN_ANSWERED;
      const [length, answer = 0] = payload.subarray(2 + bytesFor(first));
      if (length === 0) return frameIn(payload, 1, (frame) => ({ kind: "answered", ...frame, own, answer: null }));
      if (length !== 8) return undefined;
      return frameIn(payload, 2, (frame) => ({ kind: "answered", ...frame, own, answer }));
    }
    case SPECIAL:
      return payload.length === 2 ? { kind: "special", code: first } : undefined;
    case VALUE:
      return payload.length === 4 ? { kind: "value", item: first, value: number(payload.subarray(2)) } : undefined;
    case WRITTEN: {
      const [, , high = 0, low = 0, result = 0] = payload;
      return payload.length === 5 ? { kind: "written", item: first, value: (high << 8) | low, result } : undefined;
    }
    default:
      return undefined;
  }
}

/** The frame behind the type, `rest` bytes before the end. */
function frameIn(
  payload: Uint8Array,
  rest: number,
  make: (frame: { readonly bits: number; readonly data: number }) => FromBox,
): FromBox | undefined {
  const bits = payload[1] ?? 0;
  const count = bytesFor(bits);
  if (bits > 32 || payload.length !== 2 + count + rest || (bits === 0 && rest > 0)) return undefined;
  return make({ bits, data: number(payload.subarray(2, 2 + count)) });
}
