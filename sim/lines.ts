import type { PinAddress } from "../firmware/hal/pin.ts";
import { PCA9535_LINES, SimulatedPca9535 } from "./chips/pca9535.ts";
import type { SimulatedI2c } from "./i2c.ts";
import { SimulatedPin } from "./pin.ts";

/** An expander is named by its adapter and address, as `cabinet.yaml` does: `i2c1@0x20`. */
const EXPANDER = /^(.+)@0x([0-9a-fA-F]{1,2})$/;

/** The pins of a simulated cabinet by chip and offset. A chip `<adapter>@0x20` is a PCA9535, which is put on its bus. */
export class Lines {
  readonly #pins = new Map<string, SimulatedPin>();
  readonly #adapter: (name: string) => SimulatedI2c;

  constructor(adapter: (name: string) => SimulatedI2c) {
    this.#adapter = adapter;
  }

  /** A line that a device brings with it. No expander has it: theirs have no interrupts. */
  put({ chip, offset }: PinAddress, pin: SimulatedPin): void {
    if (EXPANDER.test(chip)) throw new TypeError(`${chip} has no interrupts: its lines count no pulses`);
    this.#pins.set(`${chip}:${offset}`, pin);
  }

  find({ chip, offset }: PinAddress): SimulatedPin | undefined {
    return this.#pins.get(`${chip}:${offset}`);
  }

  /** The pin, made where it is not there yet; `high` is its level at first. Throws TypeError for a line its expander has not. */
  wire(address: PinAddress, high?: boolean): SimulatedPin {
    const name = `${address.chip}:${address.offset}`;
    const pin = this.find(address) ?? this.#expanded(address) ?? new SimulatedPin(high, name);
    this.#pins.set(name, pin);
    if (high !== undefined) pin.set(high);
    return pin;
  }

  #expanded({ chip, offset }: PinAddress): SimulatedPin | undefined {
    const [, name, hex] = EXPANDER.exec(chip) ?? [];
    if (name === undefined || hex === undefined) return undefined;
    const { devices } = this.#adapter(name);
    const address = Number.parseInt(hex, 16);
    const found = devices.get(address) ?? new SimulatedPca9535();
    if (!(found instanceof SimulatedPca9535)) throw new TypeError(`${chip} is no PCA9535`);
    devices.set(address, found);
    const pin = found.pins[offset];
    if (!pin) throw new TypeError(`line of ${chip} is ${offset}: allowed 0 to ${PCA9535_LINES - 1}`);
    return pin;
  }
}
