import { Fault } from "../firmware/hal/fault.ts";
import type { Ports } from "../firmware/hal/ports.ts";
import type { Store } from "../firmware/hal/store.ts";
import type { SimulatedCabinet } from "./hardware.ts";
import { SimulatedPort } from "./pipe.ts";
import type { SeededRandom } from "./random.ts";

export interface SimulatedPorts extends Ports {
  /** The byte ports by address, to pull and put back. */
  readonly plugs: ReadonlyMap<string, SimulatedPort>;
}

/** The ports of a simulated cabinet, for a runtime in the same process on the same virtual clock. */
export function simulatedPorts(cabinet: SimulatedCabinet, random: SeededRandom, store = memoryStore()): SimulatedPorts {
  const plugs = new Map<string, SimulatedPort>();
  return {
    clock: cabinet.clock,
    random,
    store,
    plugs,
    bytes(address) {
      const port = plugs.get(address) ?? new SimulatedPort(address, (far) => cabinet.attach(address, far));
      plugs.set(address, port);
      return port;
    },
    async i2c(adapter) {
      const bus = cabinet.i2c(adapter);
      if (!bus) throw new Fault("port-missing", adapter);
      return bus;
    },
    input: async (address) => found(cabinet, address).input(),
    output: async (address, initial) => found(cabinet, address).output(initial),
  };
}

function found(cabinet: SimulatedCabinet, address: { readonly chip: string; readonly offset: number }) {
  const pin = cabinet.pin(address);
  if (!pin) throw new Fault("port-missing", `${address.chip}:${address.offset}`);
  return pin;
}

/** A store that lasts as long as the object: a restart of the runtime, not of the test. */
export function memoryStore(): Store {
  const kept = new Map<string, Uint8Array>();
  return {
    read: async (key) => kept.get(key) ?? null,
    write: async (key, value) => void kept.set(key, value.slice()),
  };
}
