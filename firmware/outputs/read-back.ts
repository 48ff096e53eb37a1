import type { ComponentId, FaultKind } from "../../controllers/model.ts";
import { milliseconds, seconds } from "../../controllers/units.ts";
import type { Clock } from "../hal/clock.ts";
import { Fault } from "../hal/fault.ts";
import type { I2cBus } from "../hal/i2c.ts";
import { ADS1115, CONVERSION_MS, decodeVolts, startWrite } from "./ads1115-registers.ts";
import type { ReadBackInput, ReadBackOptions } from "./options.ts";
import { Steady } from "./steady.ts";

const TOLERANCE = 0.5;
const LASTING = seconds(10);
const MOST_LOOKS = 3;
/** What it is called that an output does not give what it is told: its supply, its load or its wires are bad. */
const DEVIATES: FaultKind = "output-deviates";

/**
 * Watches what the channels of an output really give. `look` is told the volts that lamps should have now, and says the fault that
 * counts: `output-deviates` where they are not, or that of the converter, once it has lasted; null again once it has been right as long.
 */
export class ReadBack {
  readonly #options: ReadBackOptions;
  readonly #clock: Clock;
  readonly #where: string;
  readonly #steady: Steady;
  #bus: I2cBus | undefined;

  constructor(options: ReadBackOptions, clock: Clock, where: string) {
    for (const { divider } of options.inputs)
      if (!(divider >= 10 / ADS1115.range && divider <= 100))
        throw new TypeError(`divider is ${divider}: allowed ${(10 / ADS1115.range).toFixed(2)} to 100`);
    this.#options = options;
    this.#clock = clock;
    this.#where = where;
    this.#steady = new Steady(options.lasting ?? LASTING);
  }

  /** `should` has no volts for a lamp that is just changing. Never throws a Fault: light does not depend on it. */
  async look(should: (lamp: ComponentId) => number | undefined, signal: AbortSignal): Promise<FaultKind | null> {
    let found: FaultKind | null = null;
    try {
      for (const input of this.#options.inputs) {
        const volts = await this.#measure(input, signal);
        const wanted = should(input.lamp); // not before it is measured: it may change meanwhile
        if (wanted !== undefined && Math.abs(volts - wanted) > (this.#options.tolerance ?? TOLERANCE)) found = DEVIATES;
      }
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      found = error.kind;
      await this.close();
    }
    return this.#steady.look(found, this.#clock.monotonic());
  }

  async close(): Promise<void> {
    await this.#bus?.close();
    this.#bus = undefined;
  }

  async #measure({ input, divider }: ReadBackInput, signal: AbortSignal): Promise<number> {
    this.#bus ??= await this.#options.i2c();
    const bus = this.#bus;
    const { address } = this.#options;
    await bus.transfer(address, startWrite(input), 0);
    for (let looks = 0; looks < MOST_LOOKS; looks++) {
      await this.#clock.sleep(milliseconds(CONVERSION_MS), `read-back of ${this.#where}`, signal);
      const [high = 0] = await bus.transfer(address, Uint8Array.of(ADS1115.config), 2);
      if (((high << 8) & ADS1115.ready) === 0) continue;
      const volts = decodeVolts(await bus.transfer(address, Uint8Array.of(ADS1115.conversion), 2));
      if (volts !== null) return volts * divider;
    }
    throw new Fault("protocol", this.#where, "the converter does not finish");
  }
}
