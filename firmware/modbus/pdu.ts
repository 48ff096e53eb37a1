/** What a Modbus master may ask of a unit, and what it may be told: Modbus Application Protocol V1.1b3, functions 1 to 6, 15 and 16. */

/** The four tables of a unit (4.3). */
export type ReadTable = "coils" | "discrete-inputs" | "holding-registers" | "input-registers";

/** Numbers are those on the wire, from 0; a register is 16 bits. */
export type ModbusRequest =
  | { readonly kind: "read"; readonly table: ReadTable; readonly first: number; readonly count: number }
  | { readonly kind: "write-coil"; readonly at: number; readonly on: boolean }
  | { readonly kind: "write-register"; readonly at: number; readonly value: number }
  | { readonly kind: "write-coils"; readonly first: number; readonly values: readonly boolean[] }
  | { readonly kind: "write-registers"; readonly first: number; readonly values: readonly number[] };

/** `exception`: the unit refuses (7); 1 no such function, 2 no such number, 3 no such value, 4 it failed, 6 it is busy. */
export type ModbusReply =
  | { readonly kind: "bits"; readonly values: readonly boolean[] }
  | { readonly kind: "registers"; readonly values: readonly number[] }
  | { readonly kind: "written" }
  | { readonly kind: "exception"; readonly code: number };

export const EXCEPTION = 0x80;
export const BUSY = 6;
const ON = 0xff00;

const READS = {
  coils: { code: 1, most: 2000, bits: true },
  "discrete-inputs": { code: 2, most: 2000, bits: true },
  "holding-registers": { code: 3, most: 125, bits: false },
  "input-registers": { code: 4, most: 125, bits: false },
} as const;
const TABLES = Object.entries(READS) as readonly [ReadTable, (typeof READS)[ReadTable]][];
const WRITES = {
  "write-coil": { code: 5, most: 1 },
  "write-register": { code: 6, most: 1 },
  "write-coils": { code: 15, most: 1968 },
  "write-registers": { code: 16, most: 123 },
} as const;

/** The function a request is sent as. */
export const functionOf = (request: ModbusRequest): number =>
  request.kind === "read" ? READS[request.table].code : WRITES[request.kind].code;

const high = (word: number) => word >> 8;
const low = (word: number) => word & 0xff;
const word = (bytes: Uint8Array, at: number) => ((bytes[at] as number) << 8) | (bytes[at + 1] as number);
const words = (values: readonly number[]) => values.flatMap((value) => [high(value), low(value)]);
const bytesOfBits = (count: number) => Math.ceil(count / 8);

/** First bit in the lowest place of the first byte (6.1). */
function packed(values: readonly boolean[]): number[] {
  const bytes = new Array<number>(bytesOfBits(values.length)).fill(0);
  for (const [i, on] of values.entries()) if (on) bytes[i >> 3] = (bytes[i >> 3] as number) | (1 << (i & 7));
  return bytes;
}
const unpacked = (bytes: Uint8Array, count: number): boolean[] =>
  Array.from({ length: count }, (_, i) => ((bytes[i >> 3] as number) & (1 << (i & 7))) !== 0);

function between(name: string, value: number, least: number, most: number): void {
  if (!Number.isInteger(value) || value < least || value > most)
    throw new TypeError(`${name} is ${value}: allowed ${least} to ${most}`);
}

/** Throws TypeError, which names the number that is out of range and what is allowed. */
export function checkRequest(request: ModbusRequest): void {
  if (request.kind === "write-coil" || request.kind === "write-register") {
    between("number", request.at, 0, 0xffff);
    if (request.kind === "write-register") between("value", request.value, 0, 0xffff);
    return;
  }
  const [count, most] =
    request.kind === "read"
      ? [request.count, READS[request.table].most]
      : [request.values.length, WRITES[request.kind].most];
  between("count", count, 1, most);
  between("first number", request.first, 0, 0x10000 - count);
  if (request.kind === "write-registers") for (const value of request.values) between("value", value, 0, 0xffff);
}

/** Function code and data of a request (4.1). */
export function encodeRequestPdu(request: ModbusRequest): number[] {
  const code = functionOf(request);
  switch (request.kind) {
    case "read":
      return [code, ...words([request.first, request.count])];
    case "write-coil":
      return [code, ...words([request.at, request.on ? ON : 0])];
    case "write-register":
      return [code, ...words([request.at, request.value])];
    case "write-coils":
      return [
        code,
        ...words([request.first, request.values.length]),
        bytesOfBits(request.values.length),
        ...packed(request.values),
      ];
    case "write-registers":
      return [
        code,
        ...words([request.first, request.values.length]),
        request.values.length * 2,
        ...words(request.values),
      ];
  }
}

/** null where it is no request of these functions, or one that `checkRequest` would refuse. */
export function decodeRequestPdu(pdu: Uint8Array): ModbusRequest | null {
  const request = taken(pdu);
  if (!request) return null;
  try {
    checkRequest(request);
    return request;
  } catch {
    return null;
  }
}

function taken(pdu: Uint8Array): ModbusRequest | null {
  if (pdu.length < 5) return null;
  const [code] = pdu;
  const [a, b] = [word(pdu, 1), word(pdu, 3)];
  const read = TABLES.find(([, { code: own }]) => own === code);
  if (read) return pdu.length === 5 ? { kind: "read", table: read[0], first: a, count: b } : null;
  if (code === WRITES["write-coil"].code)
    return pdu.length === 5 && (b === ON || b === 0) ? { kind: "write-coil", at: a, on: b === ON } : null;
  if (code === WRITES["write-register"].code)
    return pdu.length === 5 ? { kind: "write-register", at: a, value: b } : null;
  const bytes = pdu.subarray(6);
  if (pdu[5] !== bytes.length) return null;
  if (code === WRITES["write-coils"].code)
    return bytes.length === bytesOfBits(b) ? { kind: "write-coils", first: a, values: unpacked(bytes, b) } : null;
  if (code === WRITES["write-registers"].code && bytes.length === b * 2)
    return { kind: "write-registers", first: a, values: Array.from({ length: b }, (_, i) => word(bytes, i * 2)) };
  return null;
}

/** Bytes of the PDU that a request takes whose first bytes these are; null where its function is none of these, undefined where more must come. */
export function requestLength(pdu: Uint8Array): number | null | undefined {
  const [code] = pdu;
  if (code === undefined) return undefined;
  if (code >= 1 && code <= 6) return 5;
  if (code !== WRITES["write-coils"].code && code !== WRITES["write-registers"].code) return null;
  return pdu[5] === undefined ? undefined : 6 + pdu[5];
}

/** Function code and data of a reply to that request. Bits and registers must be as many as were asked for. */
export function encodeReplyPdu(request: ModbusRequest, reply: ModbusReply): number[] {
  const code = functionOf(request);
  switch (reply.kind) {
    case "exception":
      return [code | EXCEPTION, reply.code];
    case "bits":
      return [code, bytesOfBits(reply.values.length), ...packed(reply.values)];
    case "registers":
      return [code, reply.values.length * 2, ...words(reply.values)];
    case "written":
      return encodeRequestPdu(request).slice(0, 5);
  }
}

/** Bytes of the PDU of a reply to that request that is no exception. */
export function replyLength(request: ModbusRequest): number {
  if (request.kind !== "read") return 5;
  return 2 + (READS[request.table].bits ? bytesOfBits(request.count) : request.count * 2);
}

/** What a whole PDU says in reply to that request; null where it is no reply to it. */
export function decodeReplyPdu(request: ModbusRequest, pdu: Uint8Array): ModbusReply | null {
  const code = functionOf(request);
  if (pdu.length === 2 && pdu[0] === (code | EXCEPTION)) return { kind: "exception", code: pdu[1] as number };
  if (pdu.length !== replyLength(request) || pdu[0] !== code) return null;
  if (request.kind !== "read") {
    const written = encodeReplyPdu(request, { kind: "written" });
    return written.every((byte, i) => pdu[i] === byte) ? { kind: "written" } : null;
  }
  const bytes = pdu.subarray(2);
  if (pdu[1] !== bytes.length) return null;
  return READS[request.table].bits
    ? { kind: "bits", values: unpacked(bytes, request.count) }
    : { kind: "registers", values: Array.from({ length: request.count }, (_, i) => word(bytes, i * 2)) };
}
