import { SimulatedPin } from "../pin.ts";
import type { SimulatedChip } from "./chip.ts";

export const PCA9535_LINES = 16;
/** Register pairs by the high bits of the command (TI SCPS129K 8.3.2.3). */
const PAIR = { input: 0, output: 1, polarity: 2, direction: 3 } as const;

/**
 * A PCA9535: 16 lines in two ports of eight, at I2C addresses 0x20 to 0x27 (TI SCPS129K). A byte written or read goes on to the
 * other register of its pair (8.3.2.4). A line that is an output is set by the chip; one that is let go takes the level its
 * board pulls it to. The interrupt output is not modelled: nothing is wired to it.
 */
export class SimulatedPca9535 implements SimulatedChip {
  readonly pins: readonly SimulatedPin[];
  readonly #pulled: (line: number) => boolean;
  #command = 0;
  readonly #output = Uint8Array.of(0xff, 0xff);
  readonly #polarity = new Uint8Array(2);
  /** 1 is an input. */
  readonly #direction = Uint8Array.of(0xff, 0xff);

  /** `pulled` is the level of a line that nobody drives; the chip has no pull-ups of its own. */
  constructor(pulled: (line: number) => boolean = () => true) {
    this.#pulled = pulled;
    this.pins = Array.from({ length: PCA9535_LINES }, (_, line) => new SimulatedPin(pulled(line), `PCA9535:${line}`));
  }

  isOutput(line: number): boolean {
    return (((this.#direction[line >> 3] ?? 0xff) >> (line & 7)) & 1) === 0;
  }

  write(bytes: Uint8Array): void {
    const [command, ...data] = bytes;
    if (command === undefined) return;
    this.#command = command & 7;
    for (const byte of data) {
      const port = this.#command & 1;
      const pair = this.#command >> 1;
      if (pair === PAIR.output) this.#output[port] = byte;
      else if (pair === PAIR.polarity) this.#polarity[port] = byte;
      else if (pair === PAIR.direction) this.#turn(port, byte);
      this.#drive(port);
      this.#command ^= 1;
    }
  }

  read(count: number): Uint8Array {
    return Uint8Array.from({ length: count }, () => {
      const byte = this.#register(this.#command >> 1, this.#command & 1);
      this.#command ^= 1;
      return byte;
    });
  }

  powerCycle(): void {
    this.#command = 0;
    this.#output.fill(0xff);
    this.#polarity.fill(0);
    for (const port of [0, 1]) this.#turn(port, 0xff);
  }

  #register(pair: number, port: number): number {
    if (pair === PAIR.output) return this.#output[port] as number;
    if (pair === PAIR.polarity) return this.#polarity[port] as number;
    if (pair === PAIR.direction) return this.#direction[port] as number;
    const levels = this.#lines(port).reduce((byte, pin, bit) => byte | (pin.high ? 1 << bit : 0), 0);
    return levels ^ (this.#polarity[port] as number);
  }

  #turn(port: number, direction: number): void {
    const released = direction & ~(this.#direction[port] as number);
    this.#direction[port] = direction;
    for (const [bit, pin] of this.#lines(port).entries())
      if (((released >> bit) & 1) === 1) pin.set(this.#pulled(port * 8 + bit));
  }

  #drive(port: number): void {
    for (const [bit, pin] of this.#lines(port).entries())
      if (this.isOutput(port * 8 + bit)) pin.set((((this.#output[port] as number) >> bit) & 1) === 1);
  }

  #lines(port: number): readonly SimulatedPin[] {
    return this.pins.slice(port * 8, port * 8 + 8);
  }
}
