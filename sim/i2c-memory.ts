import type { I2cDevice } from "./i2c.ts";

/** 256 bytes behind an address byte, as an EEPROM of the 24C02 kind: writes and reads count on and wrap around. For tests of adapters. */
export class SimulatedMemory implements I2cDevice {
  readonly bytes = new Uint8Array(256);
  #at = 0;

  write([at, ...values]: Uint8Array): void {
    this.#at = at ?? this.#at;
    for (const value of values) this.bytes[this.#next()] = value;
  }

  read(count: number): Uint8Array {
    return Uint8Array.from({ length: count }, () => this.bytes[this.#next()] as number);
  }

  #next(): number {
    const at = this.#at;
    this.#at = (at + 1) & 0xff;
    return at;
  }
}
