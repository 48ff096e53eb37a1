import { type Field, layout, times, u8, u16le, u32le, u64le } from "./layout.ts";

/** USB redirection protocol 0.7: the packets between QEMU (the "usb-guest") and whoever has the device (the "usb-host"). */

/** Status of a request (usb_redir_*). */
export const STATUS = { success: 0, cancelled: 1, invalid: 2, ioError: 3, stall: 4, timeout: 5, babble: 6 } as const;
export type RedirStatus = (typeof STATUS)[keyof typeof STATUS];

export const SPEED = { low: 0, full: 1, high: 2, super: 3 } as const;
/** In `epInfo.type`: there is no such endpoint. */
export const NO_ENDPOINT = 255;

const CAPABILITY = {
  connectDeviceVersion: 1 << 1,
  maxPacketSize: 1 << 4,
  ids64: 1 << 5,
  bulkLength32: 1 << 6,
} as const;
/** What this side can, and what it needs the other side to: the layouts below are those of a peer that can as much. */
export const CAPABILITIES =
  CAPABILITY.connectDeviceVersion | CAPABILITY.maxPacketSize | CAPABILITY.ids64 | CAPABILITY.bulkLength32;
export const NEEDED = CAPABILITY.connectDeviceVersion | CAPABILITY.maxPacketSize | CAPABILITY.ids64;

/** 64 bytes of text, ended by zeros. */
const text: Field<string> = {
  size: 64,
  get(view, at) {
    const bytes = new Uint8Array(view.buffer, view.byteOffset + at, 64);
    const end = bytes.indexOf(0);
    return String.fromCharCode(...bytes.subarray(0, end < 0 ? 64 : end));
  },
  put(view, at, value) {
    if (value.length > 63) throw new TypeError(`version of ${value.length} characters: allowed 0 to 63`);
    for (let i = 0; i < value.length; i++) u8.put(view, at + i, value.charCodeAt(i));
  },
};

/** Whether bytes of no fixed number follow the fields. */
type Tail = "none" | "data";

const packet = <F extends Readonly<Record<string, Field<unknown>>>, T extends Tail>(
  code: number,
  fields: F,
  tail: T,
) => ({
  code,
  tail,
  body: layout(fields),
});

const ONE_PER_ENDPOINT = 32;
const perEndpoint = times(u8, ONE_PER_ENDPOINT);
const perInterface = times(u8, ONE_PER_ENDPOINT);

/** Every packet that a device with control and interrupt endpoints needs. An endpoint is its address, with bit 7 for IN. */
export const PACKETS = {
  /** More words of capabilities may follow: none is needed here. */
  hello: packet(0, { version: text, capabilities: u32le }, "data"),
  deviceConnect: packet(
    1,
    { speed: u8, class: u8, subclass: u8, protocol: u8, vendor: u16le, product: u16le, version: u16le },
    "none",
  ),
  deviceDisconnect: packet(2, {}, "none"),
  reset: packet(3, {}, "none"),
  interfaceInfo: packet(
    4,
    { count: u32le, number: perInterface, class: perInterface, subclass: perInterface, protocol: perInterface },
    "none",
  ),
  /** At index `endpointIndex(address)`. */
  epInfo: packet(
    5,
    { type: perEndpoint, interval: perEndpoint, interface: perEndpoint, maxPacketSize: times(u16le, ONE_PER_ENDPOINT) },
    "none",
  ),
  setConfiguration: packet(6, { configuration: u8 }, "none"),
  getConfiguration: packet(7, {}, "none"),
  configurationStatus: packet(8, { status: u8, configuration: u8 }, "none"),
  setAltSetting: packet(9, { interface: u8, setting: u8 }, "none"),
  getAltSetting: packet(10, { interface: u8 }, "none"),
  altSettingStatus: packet(11, { status: u8, interface: u8, setting: u8 }, "none"),
  startInterruptReceiving: packet(15, { endpoint: u8 }, "none"),
  stopInterruptReceiving: packet(16, { endpoint: u8 }, "none"),
  interruptReceivingStatus: packet(17, { status: u8, endpoint: u8 }, "none"),
  /** Its id is that of the request to be given up. */
  cancelDataPacket: packet(21, {}, "none"),
  control: packet(
    100,
    { endpoint: u8, request: u8, requestType: u8, status: u8, value: u16le, index: u16le, length: u16le },
    "data",
  ),
  interrupt: packet(103, { endpoint: u8, status: u8, length: u16le }, "data"),
} as const;

export type PacketKind = keyof typeof PACKETS;
type FieldsOf<K extends PacketKind> = (typeof PACKETS)[K]["body"] extends { decode(bytes: Uint8Array): infer V }
  ? V
  : never;
type Body<K extends PacketKind> = FieldsOf<K> &
  ((typeof PACKETS)[K]["tail"] extends "data" ? { readonly data: Uint8Array } : unknown);
export type PacketOf<K extends PacketKind> = { readonly kind: K; readonly id: bigint } & Body<K>;
export type Packet = { [K in PacketKind]: PacketOf<K> }[PacketKind];

/** Index of an endpoint in `epInfo`. */
export const endpointIndex = (address: number): number => ((address & 0x80) >> 3) | (address & 0x0f);

const shortHead = layout({ code: u32le, length: u32le, id: u32le });
const longHead = layout({ code: u32le, length: u32le, id: u64le });

/** Bytes before a packet's body: the id of the first packet, hello, is shorter than the others. */
export const headSize = (first: boolean): number => (first ? shortHead.size : longHead.size);

/** `first`: the packet is the hello that opens a connection. */
export function encodePacket(packet: Packet, first = false): Uint8Array {
  const { code, body } = PACKETS[packet.kind];
  const fields = (body as { encode(values: unknown): Uint8Array }).encode(packet);
  const data = "data" in packet ? packet.data : new Uint8Array();
  const length = fields.length + data.length;
  const head = first
    ? shortHead.encode({ code, length, id: Number(packet.id) })
    : longHead.encode({ code, length, id: packet.id });
  const out = new Uint8Array(head.length + length);
  out.set(head);
  out.set(fields, head.length);
  out.set(data, head.length + fields.length);
  return out;
}

export interface Head {
  readonly kind: PacketKind;
  readonly id: bigint;
  readonly length: number;
}

/** The most that a packet may bring with it beyond its fields, bytes. */
export const MOST_DATA = 65_536;

const kinds = new Map<number, PacketKind>(
  Object.entries(PACKETS).map(([kind, { code }]) => [code, kind as PacketKind]),
);

/** Reads a whole head; a text when no packet of that type and length can be. */
export function decodeHead(bytes: Uint8Array, first: boolean): Head | string {
  const { code, length, id } = first ? shortHead.decode(bytes) : longHead.decode(bytes);
  const kind = kinds.get(code);
  if (!kind) return `type ${code}: unknown`;
  const { body, tail } = PACKETS[kind];
  const most = body.size + (tail === "data" ? MOST_DATA : 0);
  if (length < body.size || length > most) return `${kind} of ${length} bytes: allowed ${body.size} to ${most}`;
  return { kind, id: BigInt(id), length };
}

/** Reads a body of the length that its head says. The data is a copy. */
export function decodeBody({ kind, id }: Head, bytes: Uint8Array): Packet {
  const { body, tail } = PACKETS[kind];
  const fields = body.decode(bytes);
  return { kind, id, ...fields, ...(tail === "data" && { data: bytes.slice(body.size) }) } as Packet;
}
