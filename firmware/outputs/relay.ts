import type { ComponentId } from "../../controllers/model.ts";
import { type Duration, duration, seconds } from "../../controllers/units.ts";
import type { Clock } from "../hal/clock.ts";
import type { OutputPin } from "../hal/pin.ts";
import type { RelayOptions } from "./options.ts";

const HOLD = seconds(30);

/** A relay in the mains of lamps, opened again and again; what it was left at outlives its openings. */
export class Relay {
  readonly lamps: ReadonlySet<ComponentId>;
  readonly #options: RelayOptions;
  readonly #clock: Clock;
  #pin: OutputPin | undefined;
  /** At first nobody knows: light is the lesser evil. */
  #on = true;
  #since: number;

  constructor(options: RelayOptions, clock: Clock) {
    this.lamps = new Set(options.lamps);
    this.#options = options;
    this.#clock = clock;
    this.#since = clock.monotonic();
  }

  get on(): boolean {
    return this.#on;
  }

  /** Throws as its pin does. */
  async open(): Promise<void> {
    this.#pin = await this.#options.pin(this.#level(this.#on));
  }

  async close(): Promise<void> {
    await this.#pin?.close();
    this.#pin = undefined;
  }

  /** How long it is still to be left as it is before it may be switched off. */
  get held(): Duration {
    const { hold = HOLD } = this.#options;
    return duration(Math.max(0, this.#since + hold - this.#clock.monotonic()));
  }

  /** Writes the level also where it should be there already: an expander may have lost its supply. Throws Fault. */
  async set(on: boolean): Promise<void> {
    await this.#pin?.write(this.#level(on));
    if (on === this.#on) return;
    this.#on = on;
    this.#since = this.#clock.monotonic();
  }

  #level(on: boolean): boolean {
    return on === (this.#options.onWhen === "high");
  }
}
