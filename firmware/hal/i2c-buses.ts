import type { Clock } from "./clock.ts";
import type { I2cAdapter, I2cBus } from "./i2c.ts";
import { type PatientAdapter, patientI2c } from "./i2c-patient.ts";

export interface I2cBuses {
  /** Throws Fault `port-missing`, `port-busy`, `port-denied` or `port-lost`. */
  open(name: string): Promise<I2cBus>;
  /** What each adapter went through so far, by name. */
  tallies(): ReadonlyMap<string, ReturnType<PatientAdapter["tally"]>>;
}

/**
 * Every adapter of a machine, shared by all who name it; `adapterOf` is asked once a name. An adapter should have one name
 * in all of a configuration: two names are two patiences that do not know of each other's time-outs.
 */
export function i2cBuses(adapterOf: (name: string) => I2cAdapter, clock: Clock): I2cBuses {
  const adapters = new Map<string, PatientAdapter>();
  return {
    open(name) {
      const adapter = adapters.get(name) ?? patientI2c(adapterOf(name), clock);
      adapters.set(name, adapter);
      return adapter.open();
    },
    tallies: () => new Map([...adapters].map(([name, adapter]) => [name, adapter.tally()])),
  };
}
