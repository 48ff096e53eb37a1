import type { LampLine } from "../hal/lamp-line.ts";
import { channelWrite, rangeWrite } from "./gp8403-registers.ts";
import { i2cOutput } from "./i2c-output.ts";
import type { I2cOutputOptions } from "./options.ts";

/**
 * Lamps at the two channels of a GP8403. It cannot be read: that it takes its range is the proof that it is there. Without the
 * cabinet it holds the last levels, and after a power cut wakes as the factory has set it: a lamp that must not be dark then needs a
 * relay's contact that is closed at rest, or another chip.
 */
export const gp8403 = (options: I2cOutputOptions): LampLine =>
  i2cOutput(options, {
    channelWrite,
    async check(talk) {
      await talk(rangeWrite());
    },
  });
