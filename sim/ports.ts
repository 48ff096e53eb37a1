import { Fault } from "../firmware/hal/fault.ts";
import type { I2cAdapter } from "../firmware/hal/i2c.ts";
import { i2cBuses } from "../firmware/hal/i2c-buses.ts";
import type { JournalLimits } from "../firmware/hal/journal.ts";
import { type KeptJournal, keepJournal } from "../firmware/hal/journal-keeper.ts";
import type { Ports } from "../firmware/hal/ports.ts";
import { type Store, storeKey } from "../firmware/hal/store.ts";
import type { SimulatedCabinet } from "./hardware.ts";
import { simulatedAdapter } from "./i2c-adapter.ts";
import { type MemoryDisk, memoryDisk } from "./journal.ts";
import { SimulatedNet } from "./net.ts";
import { SimulatedPort } from "./pipe.ts";
import { SeededRandom } from "./random.ts";

export interface SimulatedPorts extends Ports {
  /** The byte ports by address, to pull and put back. */
  readonly plugs: ReadonlyMap<string, SimulatedPort>;
  /** What the runtime listens on, and pages that it asks for. */
  readonly net: SimulatedNet;
  /** Under the journal, to make it fail. */
  readonly disk: MemoryDisk;
  journal(limits: JournalLimits): Promise<KeptJournal>;
}

/** The ports of a simulated cabinet, for a runtime in the same process on the same virtual clock. */
export function simulatedPorts(
  cabinet: SimulatedCabinet,
  random: SeededRandom,
  store = memoryStore(),
  disk = memoryDisk(),
): SimulatedPorts {
  const net = new SimulatedNet();
  const plugs = new Map<string, SimulatedPort>();
  const i2c = i2cBuses((name) => {
    const wire = cabinet.i2c(name);
    return wire ? simulatedAdapter(wire, cabinet.clock) : missingAdapter(name);
  }, cabinet.clock);
  const chance = new SeededRandom(1); // of its own: a fork would change what `random` gives to others
  return {
    clock: cabinet.clock,
    random,
    store,
    plugs,
    net,
    page: (address) => net.page(address),
    listen: (address, port, signal) => net.listen(address, port, signal),
    disk,
    journal: (limits) => keepJournal(disk.open, limits, cabinet.clock, chance),
    bytes(address) {
      const port = plugs.get(address) ?? new SimulatedPort(address, (far) => cabinet.attach(address, far));
      plugs.set(address, port);
      return port;
    },
    i2c: (adapter) => i2c.open(adapter),
    input: async (address) => found(cabinet, address).input(),
    output: async (address, initial) => found(cabinet, address).output(initial),
    edges: async (address) => found(cabinet, address).edges(cabinet.clock),
  };
}

const missingAdapter = (name: string): I2cAdapter => ({
  name,
  open: () => Promise.reject(new Fault("port-missing", name)),
});

function found(cabinet: SimulatedCabinet, address: { readonly chip: string; readonly offset: number }) {
  const pin = cabinet.pin(address);
  if (!pin) throw new Fault("port-missing", `${address.chip}:${address.offset}`);
  return pin;
}

/** A store that lasts as long as the object: a restart of the runtime, not of the test. */
export function memoryStore(): Store {
  const kept = new Map<string, Uint8Array>();
  return {
    read: async (key) => kept.get(storeKey(key))?.slice() ?? null,
    async write(key, value) {
      kept.set(storeKey(key), value.slice());
    },
  };
}
