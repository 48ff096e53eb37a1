import { ADS1115, CONVERSION_MS, encodeVolts, inputOf } from "../../firmware/outputs/ads1115-registers.ts";
import type { VirtualClock } from "../clock.ts";
import type { SimulatedChip } from "./chip.ts";

/** As after power-on (SBAS444 table 8): no conversion under way. */
const RESET_CONFIG = 0x8583;

/** An ADS1115 in single-shot mode at the gain that the driver uses; `volts` says what is at each input. */
export class SimulatedAds1115 implements SimulatedChip {
  readonly #clock: VirtualClock;
  readonly #volts: (input: number) => number;
  #pointer = 0;
  #config = RESET_CONFIG;
  #conversion = Uint8Array.of(0, 0);
  #converting: { readonly input: number; readonly until: number } | undefined;

  constructor(clock: VirtualClock, volts: (input: number) => number) {
    this.#clock = clock;
    this.#volts = volts;
  }

  write(bytes: Uint8Array): void {
    const [pointer, high, low] = bytes;
    if (pointer !== undefined) this.#pointer = pointer & 3;
    if (this.#pointer !== ADS1115.config || high === undefined || low === undefined) return;
    const word = (high << 8) | low;
    this.#config = word & ~ADS1115.ready;
    const input = inputOf(word);
    if (input !== null) this.#converting = { input, until: this.#clock.monotonic() + CONVERSION_MS * 0.87 };
  }

  read(count: number): Uint8Array {
    this.#finish();
    const ready = this.#converting ? 0 : ADS1115.ready;
    const config = Uint8Array.of((this.#config | ready) >> 8, this.#config & 0xff);
    const word = this.#pointer === ADS1115.conversion ? this.#conversion : config;
    return Uint8Array.from({ length: count }, (_, i) => word[i % 2] as number);
  }

  powerCycle(): void {
    this.#pointer = 0;
    this.#config = RESET_CONFIG;
    this.#conversion = Uint8Array.of(0, 0);
    this.#converting = undefined;
  }

  #finish(): void {
    const now = this.#converting;
    if (!now || now.until > this.#clock.monotonic()) return;
    this.#conversion = encodeVolts(this.#volts(now.input)) as Uint8Array<ArrayBuffer>;
    this.#converting = undefined;
  }
}
