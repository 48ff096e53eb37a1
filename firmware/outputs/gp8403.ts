import type { LampLine } from "../hal/lamp-line.ts";
import { dacLine } from "./dac-line.ts";
import { channelWrite, rangeWrite } from "./gp8403-registers.ts";
import type { I2cOutputOptions } from "./options.ts";

/** Lamps at the two channels of a GP8403. It cannot be read: that it takes its range is the proof that it is there. */
export const gp8403 = (options: I2cOutputOptions): LampLine =>
  dacLine(options, {
    channelWrite,
    async check(talk) {
      await talk(rangeWrite());
    },
  });
