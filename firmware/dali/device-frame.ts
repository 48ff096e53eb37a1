/**
 * 24-bit forward frames (IEC 62386-103 7.2): commands to control devices and to their instances, and their special commands.
 * Frames with bit 16 clear are events: `event.ts`.
 */
import { type ForwardFrame, forward24, whole } from "./frame.ts";

/** Whom a command for control devices is for. Unlike gear addresses, so that the one is never taken for the other. */
export type DeviceAddress =
  | { readonly kind: "device"; readonly address: number }
  | { readonly kind: "device-group"; readonly group: number }
  | { readonly kind: "all-devices" }
  | { readonly kind: "unaddressed-devices" };

/** Which part of a control device (IEC 62386-103 7.2.2.2). Features are of parts 332 and up. */
export type Instance =
  | { readonly kind: "instance"; readonly number: number }
  | { readonly kind: "instance-group"; readonly number: number }
  | { readonly kind: "instance-type"; readonly number: number }
  | { readonly kind: "feature-of-instance"; readonly number: number }
  | { readonly kind: "feature-of-group"; readonly number: number }
  | { readonly kind: "feature-of-type"; readonly number: number }
  | { readonly kind: "feature-of-device" }
  | { readonly kind: "feature-of-all" }
  | { readonly kind: "all-instances" };

/** To which control device: an address, or a number for a short address. */
export type DeviceTo = DeviceAddress | number;
/** To which instance: an instance, or its number. */
export type InstanceTo = Instance | number;

/** What a 24-bit command frame says; `reserved`: nothing that the standard has defined, or an event. */
export type DeviceFrame =
  | { readonly kind: "command"; readonly to: DeviceAddress; readonly opcode: number }
  | {
      readonly kind: "instance-command";
      readonly to: DeviceAddress;
      readonly instance: Instance;
      readonly opcode: number;
    }
  | { readonly kind: "special"; readonly code: number; readonly data: number }
  | { readonly kind: "pair"; readonly code: number; readonly first: number; readonly second: number }
  | { readonly kind: "reserved"; readonly data: number };

export const ALL_DEVICES: DeviceAddress = { kind: "all-devices" };
export const UNADDRESSED_DEVICES: DeviceAddress = { kind: "unaddressed-devices" };
export const ALL_INSTANCES: Instance = { kind: "all-instances" };

/** The short address 0..63 of a control device. Throws TypeError outside. */
export const device = (address: number): DeviceAddress => ({
  kind: "device",
  address: whole("device address", address, 63),
});
/** The device group 0..31. Throws TypeError outside. */
export const deviceGroup = (group: number): DeviceAddress => ({
  kind: "device-group",
  group: whole("device group", group, 31),
});
/** The instance 0..31 of a device. Throws TypeError outside. */
export const instance = (number: number): Instance => ({ kind: "instance", number: whole("instance", number, 31) });
/** The instance group 0..31. Throws TypeError outside. */
export const instanceGroup = (number: number): Instance => ({
  kind: "instance-group",
  number: whole("instance group", number, 31),
});
/** All instances of a type 0..31: 1 push button, 2 absolute input, 3 occupancy, 4 light. Throws TypeError outside. */
export const instanceType = (number: number): Instance => ({
  kind: "instance-type",
  number: whole("instance type", number, 31),
});

export const deviceTarget = (to: DeviceTo): DeviceAddress => (typeof to === "number" ? device(to) : to);
export const instanceTarget = (to: InstanceTo): Instance => (typeof to === "number" ? instance(to) : to);

/** The instance byte of a command for the device as a whole. */
export const DEVICE_ITSELF = 0xfe;
/** The first byte of the special commands with one data byte. */
export const SPECIAL = 0xc1;
const PAIRS: readonly number[] = [0xc5, 0xc7, 0xc9];

/** The address byte, its lowest bit set as in every command (IEC 62386-103 7.2.2.1). */
export function deviceAddressByte(to: DeviceAddress): number {
  switch (to.kind) {
    case "device":
      return (to.address << 1) | 1;
    case "device-group":
      return 0x81 | (to.group << 1);
    case "unaddressed-devices":
      return 0xfd;
    case "all-devices":
      return 0xff;
  }
}

/** undefined: no address of a command. */
export function deviceAddressOf(byte: number): DeviceAddress | undefined {
  if ((byte & 1) === 0) return undefined;
  if (byte < 0x80) return { kind: "device", address: byte >> 1 };
  if (byte < 0xc0) return { kind: "device-group", group: (byte >> 1) & 0x1f };
  if (byte === 0xfd) return UNADDRESSED_DEVICES;
  if (byte === 0xff) return ALL_DEVICES;
  return undefined;
}

const NUMBERED = [
  ["instance", 0x00],
  ["feature-of-instance", 0x20],
  ["feature-of-type", 0x60],
  ["instance-group", 0x80],
  ["feature-of-group", 0xa0],
  ["instance-type", 0xc0],
] as const;

/** The instance byte (IEC 62386-103 7.2.2.2). */
export function instanceByte(of: Instance): number {
  switch (of.kind) {
    case "all-instances":
      return 0xff;
    case "feature-of-all":
      return 0xfd;
    case "feature-of-device":
      return 0xfc;
    case "instance":
      return of.number;
    case "feature-of-instance":
      return 0x20 | of.number;
    case "feature-of-type":
      return 0x60 | of.number;
    case "instance-group":
      return 0x80 | of.number;
    case "feature-of-group":
      return 0xa0 | of.number;
    case "instance-type":
      return 0xc0 | of.number;
  }
}

/** undefined: the device itself, or a byte that the standard keeps for later. */
export function instanceOf(byte: number): Instance | undefined {
  if (byte === 0xff) return ALL_INSTANCES;
  if (byte === 0xfd) return { kind: "feature-of-all" };
  if (byte === 0xfc) return { kind: "feature-of-device" };
  const found = NUMBERED.find(([, base]) => base === (byte & 0xe0));
  return found && { kind: found[0], number: byte & 0x1f };
}

/** Puts a 24-bit command frame together. The inverse of `decodeDevice`. Throws TypeError out of range. */
export function encodeDevice(frame: DeviceFrame): ForwardFrame {
  switch (frame.kind) {
    case "command":
      return forward24((deviceAddressByte(frame.to) << 16) | (DEVICE_ITSELF << 8) | whole("opcode", frame.opcode, 255));
    case "instance-command":
      return forward24(
        (deviceAddressByte(frame.to) << 16) | (instanceByte(frame.instance) << 8) | whole("opcode", frame.opcode, 255),
      );
    case "special":
      return forward24(
        (SPECIAL << 16) | (whole("special command", frame.code, 255) << 8) | whole("data", frame.data, 255),
      );
    case "pair":
      return forward24(
        (whole("special command", frame.code, 255) << 16) |
          (whole("first byte", frame.first, 255) << 8) |
          whole("second byte", frame.second, 255),
      );
    case "reserved":
      return forward24(frame.data);
  }
}

/** Takes a 24-bit value apart. Every value means something, if only `reserved`. Throws TypeError past 24 bits. */
export function decodeDevice(data: number): DeviceFrame {
  const first = whole("24-bit frame", data, 0xffffff) >> 16;
  const second = (data >> 8) & 0xff;
  const third = data & 0xff;
  const to = deviceAddressOf(first);
  if (to) {
    if (second === DEVICE_ITSELF) return { kind: "command", to, opcode: third };
    const of = instanceOf(second);
    return of ? { kind: "instance-command", to, instance: of, opcode: third } : { kind: "reserved", data };
  }
  if (first === SPECIAL) return { kind: "special", code: second, data: third };
  if (PAIRS.includes(first)) return { kind: "pair", code: first, first: second, second: third };
  return { kind: "reserved", data };
}
