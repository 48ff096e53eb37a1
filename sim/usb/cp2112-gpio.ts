import type { SimulatedPin } from "../pin.ts";
import type { GpioConfig } from "./cp2112-reports.ts";

const POWER_UP: GpioConfig = { direction: 0, pushPull: 0, special: 0, divider: 0 };

/**
 * The eight lines. An output drives its pin, an input leaves it to the other side; reading gives what the pin has. A line
 * that becomes an output keeps the level it had until it is set. The clock and activity outputs are remembered, not driven.
 */
export class Cp2112Gpio {
  readonly #pins: readonly SimulatedPin[];
  #config = POWER_UP;

  constructor(pins: readonly SimulatedPin[]) {
    if (pins.length !== 8) throw new TypeError(`${pins.length} pins: allowed 8`);
    this.#pins = pins;
  }

  get config(): GpioConfig {
    return this.#config;
  }

  configure(config: GpioConfig): void {
    this.#config = config;
  }

  get levels(): number {
    return this.#pins.reduce((levels, pin, i) => levels | (pin.high ? 1 << i : 0), 0);
  }

  /** Lines that are inputs, or not in the mask, do not change. */
  set(levels: number, mask: number): void {
    const driven = mask & this.#config.direction;
    for (const [i, pin] of this.#pins.entries()) if (driven & (1 << i)) pin.set((levels & (1 << i)) !== 0);
  }

  /** Without power nothing is driven: what hung on an output falls to low, as a relay's input does. */
  powerOff(): void {
    this.set(0, 0xff);
    this.#config = POWER_UP;
  }
}
