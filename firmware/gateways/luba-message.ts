/** The messages inside LUBA frames that hulotte uses, both directions, so that the simulated box speaks by the same code. */
import type { GatewayRequest, Priority } from "../dali/gateway.ts";

/** Requests of the host; the box answers with the same number plus one. */
export const LUBA = {
  deviceInfo: 0x20,
  settings: 0x2a,
  /** Something happened on the bus. From the box only. */
  event: 0x31,
  addFrame: 0x32,
} as const;

/** The answer to a request. */
export const answerTo = (command: number): number => command + 1;

/** Mode 0: no pings, no blocking of the box's own. Filter: no buffer events, no macro events; sent, received, line and tick stay. */
export const SETTINGS = Uint8Array.of(0x00, 0x12);

/** `line | bits | mode | data, four bytes, left-aligned`; mode: bit 7 send twice, bits 2..0 priority. */
export function encodeAddFrame({ frame, twice, priority }: Omit<GatewayRequest, "answers">): Uint8Array {
  const { bits, data } = frame;
  const aligned = data << (24 - bits);
  const mode = (twice ? 0x80 : 0) | priority;
  return Uint8Array.of(0, bits, mode, (aligned >> 16) & 0xff, (aligned >> 8) & 0xff, aligned & 0xff, 0);
}

/** Takes an add-frame payload apart; undefined where it is none. */
export function decodeAddFrame(payload: Uint8Array): Omit<GatewayRequest, "answers"> | undefined {
  const [line, bits, mode = 0, high = 0, middle = 0, low = 0, rest] = payload;
  const priority = mode & 0x07;
  if (payload.length !== 7 || line !== 0 || rest !== 0 || priority < 1 || priority > 5) return undefined;
  if (bits !== 16 && bits !== 24) return undefined;
  const data = ((high << 16) | (middle << 8) | low) >>> (24 - bits);
  return { frame: { bits, data }, twice: (mode & 0x80) !== 0, priority: priority as Priority };
}

/** The box's answer to an added frame: the number it will report it by, or why it refuses it. */
export type Accepted =
  | { readonly kind: "accepted"; readonly id: number }
  | { readonly kind: "refused"; readonly code: number };

/** Two bytes: the id and one whose meaning is not verified. One byte: an error code, meanings not verified. */
export function decodeAccepted(payload: Uint8Array): Accepted | undefined {
  const [first] = payload;
  if (first === undefined || payload.length > 2) return undefined;
  return payload.length === 2 ? { kind: "accepted", id: first } : { kind: "refused", code: first };
}

export const encodeAccepted = (answer: Accepted): Uint8Array =>
  answer.kind === "accepted" ? Uint8Array.of(answer.id, 0) : Uint8Array.of(answer.code);

/** What an event says. `noise`: the line moved and no frame came of it. */
export type LubaEvent =
  | { readonly kind: "sent"; readonly tick: number; readonly id: number; readonly bits: number; readonly data: number }
  | { readonly kind: "received"; readonly tick: number; readonly bits: number; readonly data: number }
  | { readonly kind: "framing-error"; readonly tick: number }
  | { readonly kind: "noise"; readonly tick: number }
  | { readonly kind: "unknown"; readonly status: number };

/** Why a frame was not sent, in events of types 1 and 3, as Lunatone's IoT gateways number it; on the serial line not verified. */
export const FAILURE = { collision: 61, busError: 62, timeOut: 63 } as const;

const ONLY_START_STOP = 62;
const FRAMING_ERROR = 63;

const number = (bytes: Uint8Array): number => bytes.reduce((value, byte) => value * 256 + byte, 0);

function bytesOf(data: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => Math.floor(data / 256 ** (count - 1 - i)) & 0xff);
}

/** `tick, two bytes | line | status | data`; status: bits 7..6 the type (0 sent, 2 received), 5..0 the info. */
export function decodeEvent(payload: Uint8Array): LubaEvent | undefined {
  if (payload.length < 4) return undefined;
  const tick = number(payload.subarray(0, 2));
  const status = payload[3] as number;
  const info = status & 0x3f;
  const rest = payload.subarray(4);
  switch (status >> 6) {
    case 0:
      if (rest.length < 2) return undefined;
      return { kind: "sent", tick, id: rest[0] as number, bits: (rest.length - 1) * 8, data: number(rest.subarray(1)) };
    case 2:
      if (info === FRAMING_ERROR) return { kind: "framing-error", tick };
      if (info === ONLY_START_STOP) return { kind: "noise", tick };
      if (info < 1 || info > 32 || rest.length !== Math.ceil(info / 8)) return undefined;
      return { kind: "received", tick, bits: info, data: number(rest) };
    default:
      // types 1 and 3 exist; what they say is not verified, so nothing is built on them
      return { kind: "unknown", status };
  }
}

/** An event of `unknown` kind is encoded without data and with tick 0. */
export function encodeEvent(event: LubaEvent): Uint8Array {
  const tick = event.kind === "unknown" ? 0 : event.tick;
  const head = (status: number) => [(tick >> 8) & 0xff, tick & 0xff, 0, status];
  switch (event.kind) {
    case "unknown":
      return Uint8Array.of(...head(event.status));
    case "sent":
      return Uint8Array.of(...head(0), event.id, ...bytesOf(event.data, event.bits / 8));
    case "received":
      return Uint8Array.of(...head(0x80 | event.bits), ...bytesOf(event.data, Math.ceil(event.bits / 8)));
    case "framing-error":
      return Uint8Array.of(...head(0x80 | FRAMING_ERROR));
    case "noise":
      return Uint8Array.of(...head(0x80 | ONLY_START_STOP));
  }
}

export interface DeviceInfo {
  readonly gtin: number;
  readonly article: number;
}

/** GTIN 6 bytes, id 8, circuit board 1, assembly 1, article 4; 20 bytes in all. undefined where it is not that. */
export function decodeDeviceInfo(payload: Uint8Array): DeviceInfo | undefined {
  if (payload.length !== 20) return undefined;
  return { gtin: number(payload.subarray(0, 6)), article: number(payload.subarray(16, 20)) };
}

export const encodeDeviceInfo = ({ gtin, article }: DeviceInfo): Uint8Array =>
  Uint8Array.of(...bytesOf(gtin, 6), ...bytesOf(1, 8), 1, 1, ...bytesOf(article, 4));

/** Whether a message of the box is one that it can say, as far as known: length, and for events what is in them. */
export function isPlausible(command: number, payload: Uint8Array): boolean {
  switch (command) {
    case LUBA.event:
      return decodeEvent(payload) !== undefined;
    case answerTo(LUBA.addFrame):
      return decodeAccepted(payload) !== undefined;
    case answerTo(LUBA.deviceInfo):
      return payload.length === 20 || payload.length === 18;
    case answerTo(LUBA.settings):
      return payload.length <= 4;
    default:
      return false;
  }
}
