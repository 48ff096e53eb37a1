import { milliseconds, seconds, wattHours, watts } from "../../controllers/units.ts";
import { Fault } from "../hal/fault.ts";
import { keepOpen } from "../hal/reopen.ts";
import type { Sensor } from "../hal/sensor.ts";
import { modbusMaster } from "../modbus/master.ts";
import type { MeterOptions } from "./options.ts";
import { decodeFloat, SDM, SDM_VALUE } from "./sdm-registers.ts";

const POLL = seconds(2);
/** Energy moves slowly: it is read at every so many polls. */
const ENERGY_EVERY = 30;
const REPLY_LIMIT = milliseconds(500);
const ATTEMPTS = 3;
/** More than the 3.5 characters (16 ms at 2400 baud) that part two frames; Modbus over Serial Line V1.02 2.5.1.1. */
const BETWEEN = milliseconds(30);
/** A meter with nothing to measure may show this much less than nothing. */
const NOISE_WATTS = -5;
const MOST = 1e9;

/**
 * An Eastron SDM energy meter over Modbus RTU, read only: `power` every 2 s, `energy` at first and then each minute.
 * Faults: `sensor-silent` (no reply to three requests), `protocol` (it refuses the register, or says what cannot be: a
 * negative power means a current transformer the wrong way round), and those of the port.
 */
export function meterSdm(options: MeterOptions): Sensor {
  const { id, clock, address } = options;
  const powerRegister = options.phases === 1 ? SDM.powerPhase1 : SDM.powerTotal;
  const tally = { replies: 0, unanswered: 0, refused: 0, discarded: 0 };
  const discard = (bytes: number) => {
    tally.discarded += bytes;
  };

  return {
    id,
    tally: () => ({ ...tally }),
    run(report, signal) {
      return keepOpen({ ...options, source: id, report, signal }, async (stream, works) => {
        const over = new AbortController();
        const ended = AbortSignal.any([signal, over.signal]);
        const master = modbusMaster({ stream, clock, where: id, replyLimit: REPLY_LIMIT, signal: ended, discard });

        const read = async (register: number): Promise<number> => {
          for (let tries = 0; tries < ATTEMPTS; tries++) {
            const reply = await master.ask({ unit: address, register, count: SDM_VALUE });
            if (reply?.kind === "exception") {
              tally.refused++;
              throw new Fault("protocol", id, `unit ${address} refuses register ${register}: exception ${reply.code}`);
            }
            if (reply) {
              tally.replies++;
              await clock.sleep(BETWEEN, `between frames of ${id}`, ended);
              return decodeFloat(reply.data);
            }
            tally.unanswered++;
          }
          throw new Fault("sensor-silent", id, `no reply from unit ${address}`);
        };

        const poll = async () => {
          for (let turn = 0; ; turn++) {
            const power = await read(powerRegister);
            if (!(power >= NOISE_WATTS && power < MOST)) throw new Fault("protocol", id, `power is ${power} W`);
            report({ kind: "power", source: id, power: watts(Math.max(0, power)), at: clock.now() });
            if (turn % ENERGY_EVERY === 0) {
              const energy = await read(SDM.energyImported);
              if (!(energy >= 0 && energy < MOST)) throw new Fault("protocol", id, `energy is ${energy} kWh`);
              report({ kind: "energy", source: id, energy: wattHours(energy * 1000), at: clock.now() });
            }
            works();
            await clock.sleep(POLL, `poll of ${id}`, ended);
          }
        };

        try {
          await Promise.race([master.listen(), poll()]);
        } finally {
          over.abort();
        }
      });
    },
  };
}
