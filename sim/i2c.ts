import { Fault } from "../firmware/hal/fault.ts";
import type { I2cBus } from "../firmware/hal/i2c.ts";

/** A chip on a simulated I2C bus. */
export interface I2cDevice {
  /** The bytes of one write, without the address. */
  write(bytes: Uint8Array): void;
  /** The next `count` bytes it says. */
  read(count: number): Uint8Array;
}

/** What can go wrong with a transaction. `late`: the adapter knows the outcome only after `ms`; `busy`: it says so `polls` times first. */
export type I2cFault =
  | { readonly kind: "nack" }
  | { readonly kind: "nack-data" }
  | { readonly kind: "late"; readonly ms: number }
  | { readonly kind: "busy"; readonly polls: number };

/** How one transaction went on the wire. `stuck`: a line is held down, nothing can be said at all. */
export type Exchange =
  | { readonly outcome: "done"; readonly data: Uint8Array; readonly late: number; readonly busy: number }
  | { readonly outcome: "nack" | "nack-data" | "stuck" };

/**
 * An I2C adapter in memory and what hangs on it. As an `I2cBus` it makes one attempt, takes no time, and calls whatever goes
 * wrong `port-missing`: for a driver's own test. Patience and the nastiness of a real one: `i2c-adapter.ts`.
 */
export class SimulatedI2c implements I2cBus {
  readonly name: string;
  readonly devices = new Map<number, I2cDevice>();
  /** A line is held down: by a chip that hangs, or by water in a plug. */
  stuck = false;
  #present = true;
  #pulls = 0;
  readonly #faults: { readonly fault: I2cFault; readonly address: number | undefined; left: number }[] = [];

  constructor(name: string) {
    this.name = name;
  }

  /** Whether it is plugged in. */
  get present(): boolean {
    return this.#present;
  }

  set present(present: boolean) {
    if (this.#present && !present) this.#pulls++;
    this.#present = present;
  }

  /** How often it was pulled: what was opened before is dead. */
  get pulls(): number {
    return this.#pulls;
  }

  /** The next `count` transactions (with that address, where one is given) go wrong. */
  fail(fault: I2cFault, count = 1, address?: number): void {
    this.#faults.push({ fault, address, left: count });
  }

  /** Takes back what `fail` announced for that address, or for all. */
  heal(address?: number): void {
    const left = this.#faults.filter((one) => address !== undefined && one.address !== address);
    this.#faults.splice(0, this.#faults.length, ...left);
  }

  /** One transaction on the wire: write, repeated start, read. What the adapter of a real machine would be told. */
  exchange(address: number, write: Uint8Array, read: number): Exchange {
    if (this.stuck) return { outcome: "stuck" };
    const fault = this.#takeFault(address);
    const device = this.devices.get(address);
    if (!device || fault?.kind === "nack") return { outcome: "nack" };
    if (fault?.kind === "nack-data") return { outcome: "nack-data" };
    if (write.length > 0) device.write(write.slice());
    const data = read > 0 ? device.read(read) : new Uint8Array();
    return {
      outcome: "done",
      data,
      late: fault?.kind === "late" ? fault.ms : 0,
      busy: fault?.kind === "busy" ? fault.polls : 0,
    };
  }

  #takeFault(address: number): I2cFault | undefined {
    const at = this.#faults.findIndex((one) => one.address === undefined || one.address === address);
    const found = this.#faults[at];
    if (found && --found.left <= 0) this.#faults.splice(at, 1);
    return found?.fault;
  }

  async transfer(address: number, write: Uint8Array, read: number): Promise<Uint8Array> {
    const where = `${this.name} 0x${address.toString(16)}`;
    if (!this.present) throw new Fault("port-missing", this.name);
    const exchange = this.exchange(address, write, read);
    if (exchange.outcome !== "done") throw new Fault("port-missing", where, exchange.outcome);
    return exchange.data;
  }

  async close(): Promise<void> {}
}
