import { seconds, wattHours, watts } from "../../controllers/units.ts";
import type { BytePort } from "../hal/bytes.ts";
import type { Clock } from "../hal/clock.ts";
import { Fault } from "../hal/fault.ts";
import { keepWorking } from "../hal/reopen.ts";
import type { Sensor } from "../hal/sensor.ts";
import { modbusLines } from "../modbus/lines.ts";
import type { ModbusCount } from "../modbus/unit.ts";
import type { MeterOptions, SharedLine } from "./options.ts";
import { decodeFloat, SDM, SDM_VALUE } from "./sdm-registers.ts";

const POLL = seconds(2);
/** Energy moves slowly: it is read at every so many polls. */
const ENERGY_EVERY = 30;
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
  const { lines, port, settings } = "lines" in options ? options : alone(options.port, clock);
  const powerRegister = options.phases === 1 ? SDM.powerPhase1 : SDM.powerTotal;
  const tally = { replies: 0, unanswered: 0, refused: 0, discarded: 0 };
  const count = (what: ModbusCount, by: number) => {
    tally[what] += by;
  };

  return {
    id,
    tally: () => ({ ...tally }),
    run(report, signal) {
      return keepWorking({ ...options, source: id, report, signal }, async (works) => {
        const unit = await lines.unit({ port, settings, address, silent: "sensor-silent", count }, signal);
        const close = () => void unit.close();
        signal.addEventListener("abort", close, { once: true });
        const read = async (register: number) => decodeFloat(await unit.readInputRegisters(register, SDM_VALUE));
        try {
          signal.throwIfAborted();
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
            await clock.sleep(POLL, `poll of ${id}`, unit.ended);
          }
        } finally {
          signal.removeEventListener("abort", close);
          await unit.close();
        }
      });
    },
  };
}

/** A line for one. Its gaps are those of the slowest speed of an SDM: at which one its port runs is not known here. */
const alone = (port: BytePort, clock: Clock): SharedLine => ({
  lines: modbusLines({ bytes: () => port, clock }),
  port: port.name,
  settings: { baud: 2400 },
});
