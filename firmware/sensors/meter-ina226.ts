import { milliseconds, seconds, watts } from "../../controllers/units.ts";
import { Fault } from "../hal/fault.ts";
import { keepWorking } from "../hal/reopen.ts";
import type { Sensor } from "../hal/sensor.ts";
import {
  CALIBRATION,
  CONFIG,
  conversionTime,
  FULL_SCALE,
  INA226,
  INA226_IDENTITY,
  MASK,
  registerRead,
  registerWrite,
  signed,
  unsigned,
  wattsOf,
} from "./ina226-registers.ts";
import type { I2cMeterOptions } from "./options.ts";

const POLL = seconds(2);
/** The internal clock may be 10 % slow (electrical characteristics: conversion time). */
const ONE_VALUE = milliseconds(Math.ceil(conversionTime(CONFIG.smooth) * 1.1));
/** Steps of current that noise may show below nothing: 0.25 mV over the shunt. */
const NOISE_STEPS = -100;

/**
 * An INA226 in the lamps' direct-current supply: a reading `power` every 2 s. The chip adds up no energy, so none is reported.
 * A chip that lost its supply unseen is set anew, and says nothing until it has measured again. Faults: `protocol` (another chip
 * is at the address, more current than the shunt's +-81.9 mV, or current that flows backwards), `sensor-silent` (it
 * measures nothing), and those of the bus (`port-missing`: no adapter, or no chip at the address).
 */
export function meterIna226(options: I2cMeterOptions): Sensor {
  const { id, clock, address, shunt } = options;
  const tally = { values: 0, resets: 0 };

  return {
    id,
    tally: () => ({ ...tally }),
    run(report, signal) {
      return keepWorking({ ...options, source: id, report, signal }, async (works) => {
        const bus = await options.i2c();
        const read = async (register: number) => unsigned(await bus.transfer(address, registerRead(register), 2));
        const write = (register: number, value: number) => bus.transfer(address, registerWrite(register, value), 0);
        const isSet = async () =>
          (await read(INA226.config)) === CONFIG.smooth && (await read(INA226.calibration)) === CALIBRATION;

        const setUp = async () => {
          for (const name of ["manufacturer", "die"] as const) {
            const found = await read(INA226[name]);
            if (found !== INA226_IDENTITY[name])
              throw new Fault("protocol", id, `${name} id is 0x${found.toString(16)}: no INA226`);
          }
          await write(INA226.calibration, CALIBRATION);
          await write(INA226.config, CONFIG.smooth); // begins to measure anew
          if (!(await isSet())) throw new Fault("protocol", id, "it does not keep its settings");
        };

        /** null where the chip had lost its settings: what it shows then is no measurement of ours. */
        const measure = async (): Promise<number | null> => {
          let mask = await read(INA226.mask);
          if ((mask & MASK.ready) === 0) {
            // It was just set up; or the flag, which reading clears, went with a transfer that was made twice.
            await clock.sleep(ONE_VALUE, `value of ${id}`, signal);
            mask |= await read(INA226.mask);
          }
          const current = signed(await read(INA226.current));
          const power = await read(INA226.power);
          if (!(await isSet())) return null;
          if ((mask & MASK.ready) === 0) throw new Fault("sensor-silent", id, "no new value");
          if ((mask & MASK.overflow) !== 0 || Math.abs(current) >= FULL_SCALE)
            throw new Fault("protocol", id, "more current than its shunt can show");
          if (current < NOISE_STEPS) throw new Fault("protocol", id, `current flows backwards: ${current} steps`);
          return current < 0 ? 0 : wattsOf(power, shunt);
        };

        try {
          signal.throwIfAborted();
          await setUp();
          for (;;) {
            const power = await measure();
            if (power === null) {
              tally.resets++;
              await setUp();
              continue;
            }
            tally.values++;
            report({ kind: "power", source: id, power: watts(power), at: clock.now() });
            works();
            await clock.sleep(POLL, `poll of ${id}`, signal);
          }
        } finally {
          await bus.close();
        }
      });
    },
  };
}
