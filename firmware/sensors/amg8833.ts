import { milliseconds } from "../../controllers/units.ts";
import { Fault } from "../hal/fault.ts";
import type { Sensor } from "../hal/sensor.ts";
import { AMG8833, PIXELS, pixelCelsius, thermistorCelsius } from "./amg8833-registers.ts";
import type { ThermalOptions } from "./options.ts";
import { thermalArray } from "./thermal-array.ts";
import { AMG8833_SHAPE } from "./thermal-shapes.ts";

const EVERY = milliseconds(100);
/** From a reset to the first picture: two of them. */
const WAKES = milliseconds(200);
/** What the chip itself can be, Celsius: its data sheet says 0 to 80, a street is colder. */
const HOUSING = { least: -40, most: 100 };

/** An AMG8833 as a counter (`thermal-array.ts`): 10 pictures a second, 128 bytes each, 3 ms on a wire of 400 kHz. */
export function amg8833(options: ThermalOptions): Sensor {
  return thermalArray(options, {
    shape: AMG8833_SHAPE,
    net: () => import("./thermal-net-amg8833.ts"),
    async open(bus, { id, clock, address }) {
      const read = (register: number, count: number) => bus.transfer(address, Uint8Array.of(register), count);
      const write = (register: number, value: number) => bus.transfer(address, Uint8Array.of(register, value), 0);
      const word = (bytes: Uint8Array, at: number) => (bytes[at] as number) | ((bytes[at + 1] as number) << 8);
      await write(AMG8833.power, AMG8833.normal);
      await write(AMG8833.reset, AMG8833.initialReset);
      await write(AMG8833.frameRate, AMG8833.ten);
      const [power] = await read(AMG8833.power, 1);
      const [rate] = await read(AMG8833.frameRate, 1);
      if (power !== AMG8833.normal || ((rate as number) & 1) !== AMG8833.ten)
        throw new Fault("protocol", id, "it does not keep its settings: no AMG8833");
      const housing = word(await read(AMG8833.thermistor, 2), 0);
      const celsius = thermistorCelsius(housing);
      if (housing > 0xfff || celsius < HOUSING.least || celsius > HOUSING.most)
        throw new Fault("protocol", id, `its thermistor says 0x${housing.toString(16)}: no AMG8833`);

      let wait = WAKES;
      const picture = new Float64Array(PIXELS);
      return async (signal) => {
        await clock.sleep(wait, `picture of ${id}`, signal);
        wait = EVERY;
        const bytes = await read(AMG8833.pixels, 2 * PIXELS);
        for (let pixel = 0; pixel < PIXELS; pixel++) {
          const raw = word(bytes, 2 * pixel);
          if (raw > 0xfff) throw new Fault("protocol", id, `pixel ${pixel + 1} is 0x${raw.toString(16)}: no AMG8833`);
          picture[pixel] = pixelCelsius(raw);
        }
        return picture;
      };
    },
  });
}
