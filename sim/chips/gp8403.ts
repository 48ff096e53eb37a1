import { decodeWrite, GP8403 } from "../../firmware/outputs/gp8403-registers.ts";
import type { OutputChip } from "./chip.ts";

/** A GP8403 and what hangs on its channels. Wakes with the 5 V range and 0 V at both, as from the factory. */
export class SimulatedGp8403 implements OutputChip {
  #tenVolts = false;
  readonly #fractions: number[] = GP8403.channels.map(() => 0);
  /** Writes that meant nothing to it. */
  ignored = 0;
  onVolts: (channel: number, volts: number) => void = () => {};

  volts(channel: number): number {
    return (this.#fractions[channel] ?? 0) * (this.#tenVolts ? 10 : 5);
  }

  write(bytes: Uint8Array): void {
    const write = decodeWrite(bytes);
    if (!write) this.ignored++;
    else if (write.kind === "range") {
      if (write.tenVolts === this.#tenVolts) return;
      this.#tenVolts = write.tenVolts;
      for (const channel of this.#fractions.keys()) this.onVolts(channel, this.volts(channel));
    } else {
      if (write.fraction === this.#fractions[write.channel]) return;
      this.#fractions[write.channel] = write.fraction;
      this.onVolts(write.channel, this.volts(write.channel));
    }
  }

  /** The chip has nothing to say: the bus reads its pull-ups. */
  read(count: number): Uint8Array {
    return new Uint8Array(count).fill(0xff);
  }

  powerCycle(): void {
    this.#tenVolts = false;
    this.#fractions.fill(0);
    for (const channel of this.#fractions.keys()) this.onVolts(channel, 0);
  }
}
