import type { CabinetClient } from "./cabinet-client.ts";
import { type Machine, type MachineKind, startMachine } from "./machine.ts";
import type { Mounting } from "./mount.ts";

/** A machine with the folder of its sockets, waiting for a scenario on the same hardware. */
export interface Berth {
  readonly kind: MachineKind;
  readonly folder: string;
  readonly mounting: Mounting;
  machine: Machine | undefined;
  cabinet: CabinetClient | undefined;
  /** What the machine asks for by HTTP. */
  readonly url: string;
}

/** Plugs a machine in whose USB places are `mounting`'s. */
export const plugIn = (berth: Berth, keepDisk: boolean, words: readonly string[] = [], cpus = 1): Promise<Machine> =>
  startMachine({
    kind: berth.kind,
    folder: berth.folder,
    serial: berth.mounting.serial,
    usb: berth.mounting.bridges.map(({ id }) => id),
    keepDisk,
    words,
    ...(berth.kind === "virt" ? { cpus } : {}),
  });
