/**
 * The one codec of forward frames: `decode` finds the row of the command table that a frame belongs to, `encode` puts the
 * frame together again. Decoding is two look-ups in tables made once, never a search: a bus monitor decodes all it hears.
 */
import { commands } from "./catalogue.ts";
import type { Row, RowKind } from "./command.ts";
import {
  DEVICE_ITSELF,
  type DeviceAddress,
  deviceAddressByte,
  deviceAddressOf,
  type Instance,
  instanceByte,
  instanceOf,
  SPECIAL,
} from "./device-frame.ts";
import { decodeEvent, type EventFrame, encodeEvent } from "./event.ts";
import { decodeGear, encodeGear, type ForwardFrame, forward16, forward24, type GearAddress, whole } from "./frame.ts";

/**
 * What a forward frame says. `value` is what the frame carries beside address and opcode: a level, a scene or group, a data
 * byte, or two bytes (first byte high) of a row with two parameters; 0 of a row without. `to` is null in special commands.
 */
export type Decoded =
  | { readonly kind: "gear"; readonly row: Row; readonly to: GearAddress | null; readonly value: number }
  | {
      readonly kind: "device";
      readonly row: Row;
      readonly to: DeviceAddress | null;
      /** null: the device itself. */
      readonly instance: Instance | null;
      readonly value: number;
    }
  | EventFrame
  | { readonly kind: "unknown"; readonly frame: ForwardFrame };

type Table = readonly (Row | undefined)[];

function table(kind: RowKind, deviceType?: number): Table {
  const rows = new Array<Row | undefined>(256).fill(undefined);
  for (const row of commands) {
    if (row.kind === kind && row.deviceType === deviceType) rows.fill(row, row.code, row.code + row.span);
  }
  return rows;
}

const bytes = Array.from({ length: 256 }, (_, value) => value);
/** The first byte of an addressed 16-bit frame; the others are special or reserved. */
const GEAR_ADDRESS: readonly (GearAddress | undefined)[] = bytes.map((first) => {
  const frame = decodeGear(first << 8);
  return frame.kind === "arc" || frame.kind === "command" ? frame.to : undefined;
});
const DEVICE_ADDRESS = bytes.map(deviceAddressOf);
const INSTANCE = bytes.map(instanceOf);

const ARC = commands.find(({ kind }) => kind === "arc") as Row;
const GEAR = table("addressed");
const GEAR_SPECIAL = table("special");
const DEVICE = table("device");
const ON_INSTANCE = table("instance");
const DEVICE_SPECIAL = table("device-special");
const DEVICE_PAIR = table("device-pair");
const OF_TYPE: readonly (Table | undefined)[] = bytes.map((type) =>
  commands.some(({ deviceType }) => deviceType === type) ? table("addressed", type) : undefined,
);
/** Opcodes from here on are the device types' own (IEC 62386-102 11.2). */
const EXTENDED = 0xe0;

/**
 * What a frame says. `deviceType` is that of the ENABLE DEVICE TYPE right before it, and only then given: the device types'
 * own commands mean nothing without.
 */
export function decode(frame: ForwardFrame, deviceType?: number): Decoded {
  const said = frame.bits === 16 ? decode16(frame.data, deviceType) : decode24(frame.data);
  return said ?? { kind: "unknown", frame };
}

function decode16(data: number, deviceType: number | undefined): Decoded | undefined {
  const first = data >> 8;
  const second = data & 0xff;
  const to = GEAR_ADDRESS[first];
  if (!to) {
    const row = GEAR_SPECIAL[first];
    if (!row || (second !== 0 && row.parameters.length === 0)) return undefined;
    return { kind: "gear", row, to: null, value: second };
  }
  if ((first & 1) === 0) return { kind: "gear", row: ARC, to, value: second };
  const row = second >= EXTENDED && deviceType !== undefined ? OF_TYPE[deviceType]?.[second] : GEAR[second];
  return row && { kind: "gear", row, to, value: second - row.code };
}

function decode24(data: number): Decoded | undefined {
  if ((data & 0x010000) === 0) return decodeEvent(data);
  const first = data >> 16;
  const second = (data >> 8) & 0xff;
  const third = data & 0xff;
  const to = DEVICE_ADDRESS[first];
  if (!to) {
    const pair = DEVICE_PAIR[first];
    if (pair) return { kind: "device", row: pair, to: null, instance: null, value: data & 0xffff };
    const row = first === SPECIAL ? DEVICE_SPECIAL[second] : undefined;
    if (!row || (third !== 0 && row.parameters.length === 0)) return undefined;
    return { kind: "device", row, to: null, instance: null, value: third };
  }
  const instance = second === DEVICE_ITSELF ? null : INSTANCE[second];
  if (instance === undefined) return undefined;
  const row = instance === null ? DEVICE[third] : ON_INSTANCE[third];
  return row && { kind: "device", row, to, instance, value: 0 };
}

/** Puts a frame together: the inverse of `decode`. Throws TypeError where a number is out of range or an address is missing. */
export function encode(said: Decoded): ForwardFrame {
  switch (said.kind) {
    case "unknown":
      return said.frame;
    case "event":
      return encodeEvent(said);
    case "gear":
      return encode16(said.row, said.to, said.value);
    case "device":
      return encode24(said.row, said.to, said.instance, said.value);
  }
}

const mostOf = (row: Row): number =>
  row.parameters.length === 0 ? 0 : row.span > 1 ? row.span - 1 : 256 ** row.parameters.length - 1;

function encode16(row: Row, to: GearAddress | null, given: number): ForwardFrame {
  const value = whole(`${row.name} ${row.parameters[0] ?? "value"}`, given, mostOf(row));
  if (row.kind === "special") return forward16((row.code << 8) | value);
  if (!to) throw new TypeError(`${row.name} needs an address`);
  if (row.kind === "arc") return encodeGear({ kind: "arc", to, level: value });
  return encodeGear({ kind: "command", to, opcode: row.code + value });
}

function encode24(row: Row, to: DeviceAddress | null, instance: Instance | null, given: number): ForwardFrame {
  const value = whole(`${row.name} ${row.parameters[0] ?? "value"}`, given, mostOf(row));
  if (row.kind === "device-pair") return forward24((row.code << 16) | value);
  if (row.kind === "device-special") return forward24((SPECIAL << 16) | (row.code << 8) | value);
  if (!to) throw new TypeError(`${row.name} needs an address`);
  if (row.kind === "instance" && !instance) throw new TypeError(`${row.name} needs an instance`);
  const part = instance ? instanceByte(instance) : DEVICE_ITSELF;
  return forward24((deviceAddressByte(to) << 16) | (part << 8) | row.code);
}
