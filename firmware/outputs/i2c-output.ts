import type { LampLine } from "../hal/lamp-line.ts";
import { analogLine } from "./analog-line.ts";
import type { I2cOutputOptions } from "./options.ts";

/** One transfer to the chip: writes the bytes, then reads so many (none where nothing is said). */
export type Talk = (write: Uint8Array, read?: number) => Promise<Uint8Array>;

/** What is a chip's own of a 0-10 V output on I2C. */
export interface DacChip {
  /** Proves that the chip is there and makes it ready for volts; done at each opening and each refresh. Throws Fault. */
  check(talk: Talk): Promise<void>;
  /** Done once after each opening, when the chip has been checked: what it is to keep for itself. Throws Fault. */
  keep?(talk: Talk, signal: AbortSignal): Promise<void>;
  /** The write that makes a channel give so many volts. */
  channelWrite(channel: number, volts: number): Uint8Array;
}

/** Lamps at the channels of a chip on I2C. Faults: those of the chip and of the bus (`port-missing`: no adapter, or no chip at the address). */
export const i2cOutput = (options: I2cOutputOptions, chip: DacChip): LampLine =>
  analogLine(options, async () => {
    const bus = await options.i2c();
    const talk: Talk = (write, read = 0) => bus.transfer(options.address, write, read);
    return {
      check: () => chip.check(talk),
      keep: async (signal) => chip.keep?.(talk, signal),
      async give(volts) {
        for (const [channel, one] of volts) await talk(chip.channelWrite(channel, one));
      },
      close: () => bus.close(),
    };
  });
