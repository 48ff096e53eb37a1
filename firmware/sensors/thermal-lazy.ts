import { keepWorking } from "../hal/reopen.ts";
import type { Sensor } from "../hal/sensor.ts";
import type { ThermalOptions } from "./options.ts";

/**
 * A sensor whose code is loaded when it begins to run: few cabinets have a thermal array, and none other shall keep its code in
 * memory. Where it cannot be loaded, an incomplete installation, that is a fault (`protocol`) like any other, and tried again.
 */
export const lazily =
  (load: () => Promise<(options: ThermalOptions) => Sensor>) =>
  (options: ThermalOptions): Sensor => {
    let sensor: Sensor | undefined;
    return {
      id: options.id,
      tally: () => sensor?.tally() ?? {},
      run(report, signal) {
        return keepWorking({ ...options, source: options.id, report, signal }, async (works) => {
          sensor ??= (await load())(options);
          works();
          await sensor.run(report, signal);
        });
      },
    };
  };
