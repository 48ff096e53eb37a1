import { encodeFloat, SDM, SDM_VALUE } from "../../firmware/sensors/sdm-registers.ts";
import type { VirtualClock } from "../clock.ts";
import { type ModbusSlave, registerSlave, SimulatedModbus } from "../modbus.ts";
import type { MeterTwin } from "./twin.ts";

/** An SDM answers within some tens of milliseconds. */
const ANSWER_MS = 40;
const MS_PER_HOUR = 3_600_000;

/** A meter on a line of its own (`attach`), or one among others on a line (`slave`). */
export interface SdmTwin extends MeterTwin {
  readonly slave: ModbusSlave;
}

/** A meter that adds up the power it is shown over simulated time. */
export function meterSdmTwin(clock: VirtualClock, unit = 1): SdmTwin {
  let power = 0;
  let wattHours = 0;
  let since: number = clock.monotonic();
  let silent = false;

  const addUp = () => {
    const now = clock.monotonic();
    wattHours += (power * (now - since)) / MS_PER_HOUR;
    since = now;
  };

  const values: Readonly<Record<number, () => number>> = {
    [SDM.powerTotal]: () => power,
    [SDM.powerPhase1]: () => power,
    [SDM.energyImported]: () => wattHours / 1000,
  };
  const registers = registerSlave(
    {
      read(table, at) {
        addUp();
        const value = values[at - (at % SDM_VALUE)]?.();
        if (table !== "input-registers" || value === undefined) return undefined;
        return encodeFloat(value)[at % SDM_VALUE];
      },
    },
    ANSWER_MS,
  );
  const slave: ModbusSlave = {
    thinks: ANSWER_MS,
    answer: (request) => (silent ? null : registers.answer(request)),
  };
  const line = new SimulatedModbus(clock);
  line.slaves.set(unit, slave);

  return {
    slave,
    attach: (end) => line.attach(end),
    say: (bytes) => line.say(bytes),
    show(watts) {
      addUp();
      power = watts;
    },
    energy() {
      addUp();
      return wattHours;
    },
    silence(on) {
      silent = on;
    },
  };
}
