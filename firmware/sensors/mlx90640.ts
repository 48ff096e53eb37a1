import { milliseconds, seconds } from "../../controllers/units.ts";
import { Fault } from "../hal/fault.ts";
import type { Sensor } from "../hal/sensor.ts";
import { readCalibration } from "./mlx90640-calibration.ts";
import {
  AUX_WORDS,
  addressOf,
  controlFor,
  EEPROM_WORDS,
  MLX90640,
  PIXELS,
  registerWrite,
  STATUS,
  WORDS_AT_ONCE,
  wordsOf,
} from "./mlx90640-registers.ts";
import { temperatures } from "./mlx90640-temperature.ts";
import type { ThermalOptions } from "./options.ts";
import { thermalArray } from "./thermal-array.ts";
import { MLX90640_SHAPES } from "./thermal-shapes.ts";

/** Subpages a second. */
const RATE = 8;
/**
 * A new subpage is asked for so long after one was read, and then so often. One lasts 125 ms: reading it takes 38 on the wire, and
 * on Linux some 4 ms more for each of its seven transfers.
 */
const FIRST = milliseconds(45);
/** Its settings are read so often: whether it lost its supply unseen. */
const CHECK = seconds(1);
const ASK = milliseconds(10);
const SILENT = seconds(2);
/** The lens where nothing is said, degrees. */
const LENS = 110;

/**
 * An MLX90640 as a counter (`thermal-array.ts`): 8 subpages a second, which is four whole pictures; 38 ms of each 125 on a wire
 * of 400 kHz. The network knows the lens of 110 degrees; what that of 55 sees is judged by the simple rule.
 *
 * The chip wants a repeated start between a register's address and what is read: an adapter that makes a stop there reads
 * something else, which this driver finds in the calibration and says (`protocol`).
 */
export function mlx90640(options: ThermalOptions): Sensor {
  return thermalArray(options, {
    shape: MLX90640_SHAPES[options.lens ?? LENS],
    net: options.lens === 55 ? null : () => import("./thermal-net-mlx90640.ts"),
    async open(bus, { id, clock, address }, reset) {
      const read = async (register: number, words: number): Promise<Uint16Array> => {
        const all = new Uint16Array(words);
        for (let at = 0; at < words; at += WORDS_AT_ONCE) {
          const count = Math.min(WORDS_AT_ONCE, words - at);
          all.set(wordsOf(await bus.transfer(address, addressOf(register + at), 2 * count)), at);
        }
        return all;
      };
      const one = async (register: number) => (await read(register, 1))[0] as number;
      const write = (register: number, value: number) => bus.transfer(address, registerWrite(register, value), 0);

      const wanted = controlFor(RATE);
      const known = readCalibration(await read(MLX90640.eeprom, EEPROM_WORDS));
      if (!known.ok)
        throw new Fault("protocol", id, `${known.message}: no MLX90640, or an adapter without repeated starts`);
      const setUp = async () => {
        await write(MLX90640.control, wanted);
        if ((await one(MLX90640.control)) !== wanted) throw new Fault("protocol", id, "it does not keep its settings");
        await write(MLX90640.status, STATUS.overwrite);
      };
      await setUp();

      const picture = new Float64Array(PIXELS);
      let checked = clock.monotonic();
      return async (signal) => {
        const began = clock.monotonic();
        await clock.sleep(FIRST, `picture of ${id}`, signal);
        for (;;) {
          const status = await one(MLX90640.status);
          if ((status & STATUS.fresh) === 0) {
            if (clock.monotonic() - began >= SILENT) throw new Fault("sensor-silent", id, "no new picture");
            await clock.sleep(ASK, `picture of ${id}`, signal);
            continue;
          }
          const pixels = await read(MLX90640.ram, PIXELS);
          const aux = await read(MLX90640.aux, AUX_WORDS);
          await write(MLX90640.status, STATUS.overwrite);
          if (clock.monotonic() - checked >= CHECK) {
            checked = clock.monotonic();
            if ((await one(MLX90640.control)) !== wanted) {
              // It measures at its own pace.
              reset();
              await setUp();
              continue;
            }
          }
          picture.fill(Number.NaN);
          const subpage = (status & STATUS.subpage) === 0 ? 0 : 1;
          temperatures(known.calibration, { pixels, aux, control: wanted, subpage }, picture);
          return picture;
        }
      };
    },
  });
}
