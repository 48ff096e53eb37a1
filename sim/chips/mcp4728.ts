import {
  type ChannelSetting,
  decodeSetting,
  EEPROM_MS,
  encodeSetting,
  MCP4728,
} from "../../firmware/outputs/mcp4728-registers.ts";
import type { VirtualClock } from "../clock.ts";
import type { OutputChip } from "./chip.ts";

/** As from the factory (table 4-2): internal reference, undoubled, 0 V. Not verified on a chip. */
const FACTORY: ChannelSetting = { internal: true, powerDown: 0, double: false, code: 0 };
const INTERNAL_VOLTS = 2.048;
const SUPPLY_VOLTS = 5;
const MOST_VOLTS = 10;
/** The amplifier behind each output: 10 V at the highest code of the doubled internal reference. */
const AMPLIFIER = MOST_VOLTS / ((2 * INTERNAL_VOLTS * MCP4728.fullScale) / (MCP4728.fullScale + 1));

const CHANNELS = [0, 1, 2, 3] as const;

/**
 * An MCP4728 with an amplifier behind each channel (Microchip DS22187E). Its address bits are zero in what it says of itself
 * and cannot be programmed: that needs the LDAC pin, which is tied low here. Writing the EEPROM takes 50 ms; what is
 * written meanwhile is ignored (5.6.8). General calls are not answered.
 */
export class SimulatedMcp4728 implements OutputChip {
  readonly #clock: VirtualClock;
  #inputs: ChannelSetting[] = CHANNELS.map(() => FACTORY);
  /** What each output follows: its input register, from the moment it is told to. */
  #outputs: ChannelSetting[] = [...this.#inputs];
  #stored: ChannelSetting[] = [...this.#inputs];
  #readyAt = 0;
  /** Writes that meant nothing to it, or came while it wrote its EEPROM. */
  ignored = 0;
  /** Channels written to the EEPROM since it was made: it stands a million. */
  wear = 0;
  onVolts: (channel: number, volts: number) => void = () => {};

  constructor(clock: VirtualClock) {
    this.#clock = clock;
  }

  volts(channel: number): number {
    const { internal, powerDown, double, code } = this.#outputs[channel] ?? { ...FACTORY, powerDown: 1 };
    if (powerDown !== 0) return 0;
    const reference = internal ? INTERNAL_VOLTS * (double ? 2 : 1) : SUPPLY_VOLTS;
    return Math.min(MOST_VOLTS, ((reference * code) / (MCP4728.fullScale + 1)) * AMPLIFIER);
  }

  write(bytes: Uint8Array): void {
    if (!this.#ready || !this.#obey(bytes)) this.ignored++;
  }

  /** Always from channel A on; round and round where more is asked for than there is. */
  read(count: number): Uint8Array {
    const all = CHANNELS.flatMap((channel) => {
      const status = (this.#ready ? MCP4728.ready : 0) | MCP4728.powered | (channel << 4);
      const [now, stored] = [this.#inputs[channel], this.#stored[channel]] as [ChannelSetting, ChannelSetting];
      return [status, ...encodeSetting(now), status, ...encodeSetting(stored)];
    });
    return Uint8Array.from({ length: count }, (_, i) => all[i % all.length] as number);
  }

  powerCycle(): void {
    this.#readyAt = 0;
    this.#inputs = [...this.#stored];
    for (const channel of CHANNELS) this.#follow(channel);
  }

  get #ready(): boolean {
    return this.#clock.monotonic() >= this.#readyAt;
  }

  /** The commands of table 5-1; false where it is none. */
  #obey(bytes: Uint8Array): boolean {
    const [first = 0] = bytes;
    const start = (first >> 1) & 3;
    if (first >> 6 === 0) return this.#fast(bytes);
    switch (first & 0xf8) {
      case MCP4728.multiWrite:
        return this.#multi(bytes);
      case MCP4728.sequentialWrite:
        return this.#store(start, bytes, MCP4728.channels - start);
      case MCP4728.singleWrite:
        return this.#store(start, bytes, 1);
    }
    switch (first >> 5) {
      case 0b100:
        return this.#bits(first, (setting, on) => ({ ...setting, internal: on }));
      case 0b110:
        return this.#bits(first, (setting, on) => ({ ...setting, double: on }));
      case 0b101:
        return this.#powerDown(bytes);
      default:
        return false;
    }
  }

  /** Fast write (5.6.1): codes from channel A on, as many as come. With LDAC low the outputs follow. */
  #fast(bytes: Uint8Array): boolean {
    const pairs = Math.min(bytes.length >> 1, MCP4728.channels);
    for (let channel = 0; channel < pairs; channel++) {
      const [high, low] = [bytes[channel * 2], bytes[channel * 2 + 1]] as [number, number];
      this.#set(channel, { powerDown: (high >> 4) & 3, code: ((high & 0x0f) << 8) | low });
      this.#follow(channel);
    }
    return pairs > 0;
  }

  /** Multi-write (5.6.2): channel and setting, as many as come. */
  #multi(bytes: Uint8Array): boolean {
    let done = 0;
    for (let at = 0; at + 3 <= bytes.length; at += 3, done++) {
      const [command, high, low] = bytes.subarray(at) as unknown as [number, number, number];
      const channel = (command >> 1) & 3;
      this.#set(channel, decodeSetting(high, low));
      this.#follow(channel);
    }
    return done > 0;
  }

  /** Sequential and single write (5.6.3, 5.6.4): settings of `count` channels, kept in the EEPROM as well. */
  #store(start: number, bytes: Uint8Array, count: number): boolean {
    if (bytes.length < 1 + 2 * count) return false;
    for (let i = 0; i < count; i++) {
      const channel = start + i;
      const setting = decodeSetting(bytes[1 + 2 * i] as number, bytes[2 + 2 * i] as number);
      this.#set(channel, setting);
      this.#stored[channel] = setting;
      this.#follow(channel);
      this.wear++;
    }
    this.#readyAt = this.#clock.monotonic() + EEPROM_MS;
    return true;
  }

  #bits(first: number, change: (setting: ChannelSetting, on: boolean) => ChannelSetting): boolean {
    for (const channel of CHANNELS) {
      this.#set(channel, change(this.#inputs[channel] as ChannelSetting, ((first >> (3 - channel)) & 1) === 1));
      this.#follow(channel);
    }
    return true;
  }

  #powerDown(bytes: Uint8Array): boolean {
    const [first, second] = bytes;
    if (first === undefined || second === undefined) return false;
    const modes = [(first >> 2) & 3, first & 3, (second >> 6) & 3, (second >> 4) & 3];
    for (const channel of CHANNELS) {
      this.#set(channel, { powerDown: modes[channel] as number });
      this.#follow(channel);
    }
    return true;
  }

  #set(channel: number, change: Partial<ChannelSetting>): void {
    this.#inputs[channel] = { ...(this.#inputs[channel] as ChannelSetting), ...change };
  }

  /** LDAC is low, so an output follows its input register whatever UDAC says (table 4-5). */
  #follow(channel: number): void {
    const before = this.volts(channel);
    this.#outputs[channel] = this.#inputs[channel] as ChannelSetting;
    const volts = this.volts(channel);
    if (volts !== before) this.onVolts(channel, volts);
  }
}
