import type { ByteStream } from "../firmware/hal/bytes.ts";
import { atBaud } from "./baud.ts";
import type { VirtualClock } from "./clock.ts";
import { type I2cDevice, SimulatedI2c } from "./i2c.ts";
import { Lines } from "./lines.ts";
import { type ModbusSlave, SimulatedModbus } from "./modbus.ts";

/** The wires of a simulated cabinet, by the names that its configuration has for them, and what hangs on them. */
export class Wires {
  /** GPIO lines. */
  readonly pins: Lines;
  readonly #clock: VirtualClock;
  readonly #ports = new Map<string, (far: ByteStream) => void>();
  readonly #modbus = new Map<string, SimulatedModbus>();
  readonly #adapters = new Map<string, SimulatedI2c>();

  constructor(clock: VirtualClock) {
    this.#clock = clock;
    this.pins = new Lines((name) => this.#adapter(name));
  }

  /** Puts a device on a port, alone. */
  device(port: string, device: (far: ByteStream) => void): void {
    this.#ports.set(port, device);
  }

  /** Puts a unit on the Modbus line of a port, which runs at the speed of its first. */
  unit(port: string, baud: number, address: number, unit: ModbusSlave): void {
    const line = this.#modbus.get(port) ?? new SimulatedModbus(this.#clock);
    if (!this.#modbus.has(port)) this.device(port, (far) => line.attach(atBaud(this.#clock, far, baud)));
    this.#modbus.set(port, line);
    line.slaves.set(address, unit);
  }

  /** Puts a chip on an adapter. */
  chip({ adapter, address }: { readonly adapter: string; readonly address: number }, chip: I2cDevice): void {
    this.#adapter(adapter).devices.set(address, chip);
  }

  /** Puts what is on a port at the end of a stream. Throws TypeError where nothing is. */
  attach(port: string, far: ByteStream): void {
    const device = this.#ports.get(port);
    if (!device) throw new TypeError(`port ${port}: allowed ${[...this.#ports.keys()].join(", ")}`);
    device(far);
  }

  /** The adapter, where something is on it. */
  i2c(name: string): SimulatedI2c | undefined {
    return this.#adapters.get(name);
  }

  /** The Modbus line of a port, where there is one. */
  modbus(port: string): SimulatedModbus | undefined {
    return this.#modbus.get(port);
  }

  #adapter(name: string): SimulatedI2c {
    const adapter = this.#adapters.get(name) ?? new SimulatedI2c(name);
    this.#adapters.set(name, adapter);
    return adapter;
  }
}
