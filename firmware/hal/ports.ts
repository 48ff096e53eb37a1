import type { BytePort, ByteStream, LineSettings } from "./bytes.ts";
import type { Clock } from "./clock.ts";
import type { I2cBus } from "./i2c.ts";
import type { Journal, JournalLimits } from "./journal.ts";
import type { PagePort } from "./pages.ts";
import type { EdgeStream, InputPin, OutputPin, PinAddress } from "./pin.ts";
import type { Random } from "./random.ts";
import type { Store } from "./store.ts";

/** What proves to each other who is at both ends of a connection that others make, TLS 1.3. Paths of PEM files. */
export interface TlsDoor {
  /** Authorities that sign for those who may come. */
  readonly ca: string;
  readonly certificate: string;
  readonly key: string;
  /** The common name that their certificate must have; absent: any. */
  readonly name?: string;
  /** Told of each who was turned away: from where, and why. */
  readonly refused: (why: string) => void;
}

/** Everything a cabinet needs from the machine under it. Two implementations: `linux/` and the simulator's. */
export interface Ports {
  readonly clock: Clock;
  readonly random: Random;
  readonly store: Store;
  /** Opens the journal of what the cockpit must not miss. Throws Fault `port-busy` where another process has it. */
  journal(limits: JournalLimits): Promise<Journal>;
  /** `/dev/serial/by-id/...` or `tcp://host:port`. */
  bytes(address: string, settings: LineSettings): BytePort;
  /** By alias of the device tree (`i2c1`) or adapter name, never by the kernel's number. Throws Fault `port-missing`, `port-denied`. */
  i2c(adapter: string): Promise<I2cBus>;
  /** Throws Fault `port-missing`, `port-busy`, `port-denied`. */
  input(pin: PinAddress): Promise<InputPin>;
  output(pin: PinAddress, initial: boolean): Promise<OutputPin>;
  /** The line's edges, each of them. The line must have interrupts. Throws as `input` does. */
  edges(pin: PinAddress): Promise<EdgeStream>;
  /** A page of another system, by its address. */
  page?(address: string): PagePort;
  /**
   * Connections that others make to a TCP port of this machine, until the signal aborts; with `tls` of those who prove who they
   * are. Throws Fault `port-busy`, `port-denied`, `port-missing`, and `protocol` for files that do not fit together.
   */
  listen?(address: string, port: number, signal: AbortSignal, tls?: TlsDoor): AsyncIterable<ByteStream>;
  /** Technicians' tools of this machine as they come, until the signal aborts. Throws Fault `port-busy`, `port-denied`, `port-missing`. */
  visitors?(signal: AbortSignal): AsyncIterable<ByteStream>;
}
