import type { ForwardFrame } from "../dali/frame.ts";
import type { Clock } from "../hal/clock.ts";
import { Fault } from "../hal/fault.ts";
import type { I2cBus } from "../hal/i2c.ts";
import { decodeStatus, encodeCommand, LW14, type Lw14Status } from "./lw14-registers.ts";

/**
 * A read of what was received clears it. One that took longer, ms, may be the second of a read whose answer the adapter lost: what it
 * brought is not believed.
 */
const SLOW_READ = 40;

/** What the chip said when it was looked at, and what it had received: that is taken from it. `frameError` also where that is not known. */
export interface Look extends Lw14Status {
  readonly frame: { readonly bits: number; readonly data: number } | undefined;
}

/** The registers of a LED-Warrior14 on its bus. Everything throws what `I2cBus.transfer` throws. */
export class Lw14Chip {
  readonly #bus: I2cBus;
  readonly #address: number;
  readonly #clock: Clock;
  /** Errors that reading does not clear, if there are such: they are told once. */
  #stuck = { overrun: false, frameError: false };

  constructor(bus: I2cBus, address: number, clock: Clock) {
    this.#bus = bus;
    this.#clock = clock;
    this.#address = address;
  }

  /** In hexadecimal digits. Throws Fault `protocol` where nothing is behind the register. */
  async signature(): Promise<string> {
    const bytes = await this.#read(LW14.signature, LW14.signatureLength);
    if (bytes.every((byte) => byte === bytes[0]))
      throw new Fault("protocol", "lw14", "another chip is at its address: no signature");
    return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  async look(): Promise<Look> {
    const status = await this.#status();
    const { received } = status;
    const overrun = status.overrun && !this.#stuck.overrun;
    const frameError = status.frameError && !this.#stuck.frameError;
    if (received === 0 && !overrun && !frameError) {
      this.#stuck = status;
      return { ...status, overrun, frameError, frame: undefined };
    }
    const began = this.#clock.monotonic();
    const bytes = await this.#read(LW14.command, Math.max(received, 1));
    const slow = this.#clock.monotonic() - began > SLOW_READ;
    if (overrun || frameError) this.#stuck = await this.#status();
    if (received === 0) return { ...status, overrun, frameError, frame: undefined };
    if (slow) return { ...status, overrun, frameError: true, frame: undefined };
    const data = bytes.reduce((value, byte) => value * 256 + byte, 0);
    return { ...status, overrun, frameError, frame: { bits: 8 * received, data } };
  }

  async write(frame: ForwardFrame): Promise<void> {
    await this.#bus.transfer(this.#address, encodeCommand(frame), 0);
  }

  close(): Promise<void> {
    return this.#bus.close();
  }

  async #status(): Promise<Lw14Status> {
    return decodeStatus((await this.#read(LW14.status, 1))[0] as number);
  }

  #read(register: number, count: number): Promise<Uint8Array> {
    return this.#bus.transfer(this.#address, Uint8Array.of(register), count);
  }
}
