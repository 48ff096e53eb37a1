import { MOST_VOLTS } from "./calibration.ts";

/**
 * MCP4728 (Microchip DS22187E): four 12-bit outputs on I2C, 7-bit address 0x60 to 0x67, with an EEPROM that holds what each
 * gives at power-on. There are no register numbers: the first bits of a write are a command (table 5-1), a read always gives
 * the 24 bytes of all channels (figure 5-15).
 *
 * It reaches 4.096 V at most, so an amplifier makes 10 V of its full scale. The internal reference is used: what the
 * lamps get does not move with the supply.
 */
export const MCP4728 = {
  channels: 4,
  fullScale: 0xfff,
  /** Bytes of a whole read. */
  all: 24,
  /** Commands in the high bits of the first byte. */
  multiWrite: 0b01000_000,
  sequentialWrite: 0b01010_000,
  singleWrite: 0b01011_000,
  /** Read back: no EEPROM write is under way; the supply is good. */
  ready: 0x80,
  powered: 0x40,
} as const;

/** The longest an EEPROM write takes, ms (electrical characteristics: T_WRITE, 25 typical). */
export const EEPROM_MS = 50;

/** What a channel's input register, or its place in the EEPROM, holds (registers 4-1 and 4-2). */
export interface ChannelSetting {
  /** The internal reference of 2.048 V, or the supply. */
  readonly internal: boolean;
  /** 0 gives; 1 to 3 is off, with 1, 100 or 500 kilohm to ground. */
  readonly powerDown: number;
  /** Doubles the internal reference. */
  readonly double: boolean;
  /** 0 to `fullScale`. */
  readonly code: number;
}

/** Volts behind the amplifier as a channel is set to give them. */
export const settingOf = (volts: number): ChannelSetting => ({
  internal: true,
  powerDown: 0,
  double: true,
  code: Math.round((volts / MOST_VOLTS) * MCP4728.fullScale),
});

export const encodeSetting = ({ internal, powerDown, double, code }: ChannelSetting): readonly [number, number] => [
  (internal ? 0x80 : 0) | (powerDown << 5) | (double ? 0x10 : 0) | (code >> 8),
  code & 0xff,
];

export const decodeSetting = (high: number, low: number): ChannelSetting => ({
  internal: (high & 0x80) !== 0,
  powerDown: (high >> 5) & 3,
  double: (high & 0x10) !== 0,
  code: ((high & 0x0f) << 8) | low,
});

const command = (kind: number, channel: number): number => {
  if (!Number.isInteger(channel) || channel < 0 || channel >= MCP4728.channels)
    throw new TypeError(`channel is ${channel}: allowed 0 to ${MCP4728.channels - 1}`);
  return kind | (channel << 1); // UDAC is 0: the output follows at once
};

/** Sets a channel's output and leaves the EEPROM alone (5.6.2). */
export const channelWrite = (channel: number, volts: number): Uint8Array =>
  Uint8Array.of(command(MCP4728.multiWrite, channel), ...encodeSetting(settingOf(volts)));

/** Sets a channel's output and its EEPROM (5.6.4). */
export const storedWrite = (channel: number, volts: number): Uint8Array =>
  Uint8Array.of(command(MCP4728.singleWrite, channel), ...encodeSetting(settingOf(volts)));

/** One channel of a read: what it is set to, and what it would give after a power cut. */
export interface ChannelState {
  readonly ready: boolean;
  readonly now: ChannelSetting;
  readonly stored: ChannelSetting;
}

/** null where the 24 bytes are no MCP4728's: the channels count up in them, and the supply is said to be good. */
export function decodeAll(bytes: Uint8Array): readonly ChannelState[] | null {
  if (bytes.length !== MCP4728.all) return null;
  const states: ChannelState[] = [];
  for (let channel = 0; channel < MCP4728.channels; channel++) {
    const part = bytes.subarray(channel * 6, channel * 6 + 6);
    const [status, high, low, status2, high2, low2] = part as unknown as [
      number,
      number,
      number,
      number,
      number,
      number,
    ];
    for (const byte of [status, status2]) if ((byte & 0x78) !== (MCP4728.powered | (channel << 4))) return null;
    states.push({
      ready: (status & status2 & MCP4728.ready) !== 0,
      now: decodeSetting(high, low),
      stored: decodeSetting(high2, low2),
    });
  }
  return states;
}
