import { milliseconds } from "../../controllers/units.ts";
import { Fault } from "../hal/fault.ts";
import type { LampLine } from "../hal/lamp-line.ts";
import { voltsOf } from "./analog-line.ts";
import { i2cOutput, type Talk } from "./i2c-output.ts";
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
import type { I2cOutputOptions, LampChannel } from "./options.ts";

const NOTHING = new Uint8Array();
/** An EEPROM write may take so many times what its data sheet says. */
const MOST_LOOKS = 5;

/**
 * Lamps at the four channels of an MCP4728 behind amplifiers that make 10 V of 4.096 V. The chip's EEPROM keeps the fail-safe level of
 * its lamps, so that they have light from power-on, before the cabinet is up; it is written only where it holds something else.
 * Fault `protocol`: another chip is at the address, or the EEPROM does not keep.
 */
export function mcp4728(options: I2cOutputOptions): LampLine {
  const { id, clock, lamps, failSafe, relays = [] } = options;

  const look = async (talk: Talk): Promise<readonly ChannelState[]> => {
    const states = decodeAll(await talk(NOTHING, MCP4728.all));
    if (!states) throw new Fault("protocol", id, "what answers is no MCP4728");
    return states;
  };
  const safeVolts = (lamp: LampChannel) =>
    voltsOf(
      lamp,
      failSafe,
      relays.some((relay) => relay.lamps.includes(lamp.id)),
    );
  const keeps = (states: readonly ChannelState[], lamp: LampChannel) => {
    const stored = states[lamp.channel]?.stored;
    return stored !== undefined && encodeSetting(stored).join() === encodeSetting(settingOf(safeVolts(lamp))).join();
  };

  const store = async (talk: Talk, lamp: LampChannel, signal: AbortSignal) => {
    const { channel } = lamp;
    await talk(storedWrite(channel, safeVolts(lamp)));
    for (let looks = 0; looks < MOST_LOOKS; looks++) {
      await clock.sleep(milliseconds(EEPROM_MS), `EEPROM of ${id}`, signal);
      const states = await look(talk);
      if (states[channel]?.ready) {
        if (keeps(states, lamp)) return;
        break;
      }
    }
    throw new Fault("protocol", id, `the EEPROM does not keep channel ${channel}`);
  };

  return i2cOutput(options, {
    channelWrite,
    async check(talk) {
      const states = await look(talk);
      // It would ignore what it is told.
      if (!states.every(({ ready }) => ready)) throw new Fault("protocol", id, "it writes its EEPROM for ever");
    },
    async keep(talk, signal) {
      const states = await look(talk);
      for (const lamp of lamps) if (!keeps(states, lamp)) await store(talk, lamp, signal);
    },
  });
}
