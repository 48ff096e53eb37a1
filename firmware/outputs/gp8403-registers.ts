import { MOST_VOLTS } from "./calibration.ts";

/**
 * GP8403: two 12-bit outputs on I2C, 7-bit address 0x58 to 0x5F. A write is a register number and its bytes; there is nothing to
 * read back. Its own memory is left alone: storing needs bits that are no I2C and upset other devices on the bus.
 */
export const GP8403 = {
  range: 0x01,
  tenVolts: 0x11,
  /** Registers of channel 0 and 1. */
  channels: [0x02, 0x04],
  fullScale: 0xfff,
} as const;

export const rangeWrite = (): Uint8Array => Uint8Array.of(GP8403.range, GP8403.tenVolts);

/** 12 bits, left-aligned, low byte first. */
export function channelWrite(channel: number, volts: number): Uint8Array {
  const register = GP8403.channels[channel];
  if (register === undefined) throw new TypeError(`channel is ${channel}: allowed 0 to ${GP8403.channels.length - 1}`);
  const value = Math.round((volts / MOST_VOLTS) * GP8403.fullScale) << 4;
  return Uint8Array.of(register, value & 0xff, value >> 8);
}

/** A write as the chip takes it: the range, or volts at a channel; null where it means nothing to it. `tenVolts` is the range set. */
export type Gp8403Write =
  | { readonly kind: "range"; readonly tenVolts: boolean }
  | { readonly kind: "channel"; readonly channel: number; readonly fraction: number };

export function decodeWrite(bytes: Uint8Array): Gp8403Write | null {
  const [register, low, high] = bytes;
  if (register === GP8403.range && low !== undefined) return { kind: "range", tenVolts: low === GP8403.tenVolts };
  const channel = (GP8403.channels as readonly (number | undefined)[]).indexOf(register);
  if (channel < 0 || low === undefined || high === undefined) return null;
  return { kind: "channel", channel, fraction: (((high << 8) | low) >> 4) / GP8403.fullScale };
}
