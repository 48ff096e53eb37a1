import { milliseconds } from "../../controllers/units.ts";
import { Fault } from "../hal/fault.ts";
import type { LampLine } from "../hal/lamp-line.ts";
import { dacLine, type Talk } from "./dac-line.ts";
import {
  type ChannelState,
  channelWrite,
  decodeAll,
  EEPROM_MS,
  encodeSetting,
  MCP4728,
  settingOf,
  storedWrite,
} from "./mcp4728-registers.ts";
import type { I2cOutputOptions } from "./options.ts";

const NOTHING = new Uint8Array();
/** An EEPROM write may take so many times what its data sheet says. */
const MOST_LOOKS = 5;

/**
 * Lamps at the four channels of an MCP4728 behind amplifiers that make 10 V of 4.096 V. The chip's EEPROM keeps the fail-safe level of
 * its lamps, so that they have light from power-on, before the cabinet is up; it is written only where it holds something else.
 * Fault `protocol`: another chip is at the address, or the EEPROM does not keep.
 */
export function mcp4728(options: I2cOutputOptions): LampLine {
  const { id, clock, lamps, failSafe } = options;

  const look = async (talk: Talk): Promise<readonly ChannelState[]> => {
    const states = decodeAll(await talk(NOTHING, MCP4728.all));
    if (!states) throw new Fault("protocol", id, "what answers is no MCP4728");
    return states;
  };
  const wanted = encodeSetting(settingOf(failSafe)).join();
  const keeps = (states: readonly ChannelState[], channel: number) =>
    states[channel] !== undefined && encodeSetting(states[channel].stored).join() === wanted;

  const store = async (talk: Talk, channel: number, signal: AbortSignal) => {
    await talk(storedWrite(channel, failSafe));
    for (let looks = 0; looks < MOST_LOOKS; looks++) {
      await clock.sleep(milliseconds(EEPROM_MS), `EEPROM of ${id}`, signal);
      const states = await look(talk);
      if (states[channel]?.ready) {
        if (keeps(states, channel)) return;
        break;
      }
    }
    throw new Fault("protocol", id, `the EEPROM does not keep channel ${channel}`);
  };

  return dacLine(options, {
    channelWrite,
    async check(talk) {
      const states = await look(talk);
      // It would ignore what it is told.
      if (!states.every(({ ready }) => ready)) throw new Fault("protocol", id, "it writes its EEPROM for ever");
    },
    async keep(talk, signal) {
      const states = await look(talk);
      for (const { channel } of lamps) if (!keeps(states, channel)) await store(talk, channel, signal);
    },
  });
}
