import { Fault } from "../firmware/hal/fault.ts";
import type { I2cBus } from "../firmware/hal/i2c.ts";

/** A chip on a simulated I2C bus. */
export interface I2cDevice {
  /** The bytes of one write, without the address. */
  write(bytes: Uint8Array): void;
  /** The next `count` bytes it says. */
  read(count: number): Uint8Array;
}

/** An I2C adapter in memory. An address where nothing is, or `present: false`, is not acknowledged: Fault `port-missing`. */
export class SimulatedI2c implements I2cBus {
  readonly name: string;
  readonly devices = new Map<number, I2cDevice>();
  present = true;

  constructor(name: string) {
    this.name = name;
  }

  async transfer(address: number, write: Uint8Array, read: number): Promise<Uint8Array> {
    const where = `${this.name} 0x${address.toString(16)}`;
    if (!this.present) throw new Fault("port-missing", this.name);
    const device = this.devices.get(address);
    if (!device) throw new Fault("port-missing", where, "no acknowledge");
    if (write.length > 0) device.write(write.slice());
    return read > 0 ? device.read(read) : new Uint8Array();
  }

  async close(): Promise<void> {}
}
