/** Frames of the DALI wire (IEC 62386-101 7.3) and the gear addresses inside 16-bit forward frames (IEC 62386-102 7.2). */

/** A forward frame: `data` is its bits as one number, most significant bit first on the wire. */
export interface ForwardFrame {
  readonly bits: 16 | 24;
  readonly data: number;
}

/** Whom a command is for. A bare number is a short address. */
export type GearAddress =
  | { readonly kind: "short"; readonly address: number }
  | { readonly kind: "group"; readonly group: number }
  | { readonly kind: "broadcast" }
  | { readonly kind: "broadcast-unaddressed" };

/** What a 16-bit frame says. `special` has no address: the first byte is the command (IEC 62386-102 11.7). */
export type GearFrame =
  | { readonly kind: "arc"; readonly to: GearAddress; readonly level: number }
  | { readonly kind: "command"; readonly to: GearAddress; readonly opcode: number }
  | { readonly kind: "special"; readonly code: number; readonly data: number }
  | { readonly kind: "reserved"; readonly data: number };

export const BROADCAST: GearAddress = { kind: "broadcast" };
export const BROADCAST_UNADDRESSED: GearAddress = { kind: "broadcast-unaddressed" };

/** The short address 0..63. Throws TypeError outside. */
export const short = (address: number): GearAddress => ({ kind: "short", address: whole("address", address, 63) });
/** The group 0..15. Throws TypeError outside. */
export const group = (number: number): GearAddress => ({ kind: "group", group: whole("group", number, 15) });

/** `value` where it is a whole number 0..`most`; throws a TypeError that names it elsewhere. */
export function whole(name: string, value: number, most: number): number {
  if (!Number.isInteger(value) || value < 0 || value > most) {
    throw new TypeError(`${name} is ${value}: allowed 0 to ${most}`);
  }
  return value;
}

/** A 16-bit frame for control gear. Throws TypeError where `data` does not fit. */
export const forward16 = (data: number): ForwardFrame => ({ bits: 16, data: whole("16-bit frame", data, 0xffff) });
/** A 24-bit frame for control devices (IEC 62386-103). Throws TypeError where `data` does not fit. */
export const forward24 = (data: number): ForwardFrame => ({ bits: 24, data: whole("24-bit frame", data, 0xffffff) });

/** The address byte (IEC 62386-102 7.2.1), its selector bit clear: an arc power level follows. */
function addressByte(to: GearAddress): number {
  switch (to.kind) {
    case "short":
      return to.address << 1;
    case "group":
      return 0x80 | (to.group << 1);
    case "broadcast-unaddressed":
      return 0xfc;
    case "broadcast":
      return 0xfe;
  }
}

function addressOf(byte: number): GearAddress | undefined {
  if (byte < 0x80) return { kind: "short", address: byte >> 1 };
  if (byte < 0xa0) return { kind: "group", group: (byte >> 1) & 0x0f };
  if (byte >= 0xfe) return BROADCAST;
  if (byte >= 0xfc) return BROADCAST_UNADDRESSED;
  return undefined;
}

/** Puts a 16-bit frame together. The inverse of `decodeGear` for every 16-bit value. Throws TypeError out of range. */
export function encodeGear(frame: GearFrame): ForwardFrame {
  switch (frame.kind) {
    case "arc":
      return forward16((addressByte(frame.to) << 8) | whole("arc power level", frame.level, 255));
    case "command":
      return forward16(((addressByte(frame.to) | 1) << 8) | whole("opcode", frame.opcode, 255));
    case "special":
      return forward16((whole("special command", frame.code, 255) << 8) | whole("data", frame.data, 255));
    case "reserved":
      return forward16(frame.data);
  }
}

/** Takes a 16-bit value apart. Every value means something, if only `reserved`. Throws TypeError past 16 bits. */
export function decodeGear(data: number): GearFrame {
  const first = whole("16-bit frame", data, 0xffff) >> 8;
  const second = data & 0xff;
  const to = addressOf(first);
  if (to) return first & 1 ? { kind: "command", to, opcode: second } : { kind: "arc", to, level: second };
  // 101CCCC1 and 110CCCC1; the even ones and 111xxxxx below 0xFC are kept for later by the standard
  if (first >= 0xa0 && first < 0xe0 && first & 1) return { kind: "special", code: first, data: second };
  return { kind: "reserved", data };
}

/** How long a frame of so many data bits takes on the wire, start bit included, stop condition not: 1200 bit/s. */
export const wireTime = (bits: 8 | 16 | 24): number => ((1 + bits) / 1200) * 1000;
