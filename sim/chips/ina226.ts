import {
  BUS_STEP,
  CONFIG,
  conversionTime,
  INA226,
  INA226_IDENTITY,
  INA226_RESET,
  MASK,
  SHUNT_STEP,
  unsigned,
} from "../../firmware/sensors/ina226-registers.ts";
import type { VirtualClock } from "../clock.ts";
import type { MeterChip } from "./chip.ts";

const LOWEST = -0x8000;
const HIGHEST = 0x7fff;
/** The power register is current times supply over this (7.1.4). */
const POWER_DIVISOR = 20_000;
/** Bits 14 to 12 of the configuration always read as 100. */
const CONFIG_FIXED = 0x4000;
const CONFIG_FREE = 0x0fff;

export interface Ina226Options {
  /** Ohms. */
  readonly shunt: number;
  /** Volts of the supply; 24 where nothing is said. */
  readonly supply?: number;
}

/**
 * An INA226 in a direct-current supply (TI SBOS547B). A conversion takes the power that is shown at its end: averaging is
 * not modelled, only how long it takes. Nor are the alert pin and its limits: their registers keep what is written. That
 * the power register holds the amount alone when current flows backwards was not verified on a chip.
 */
export class SimulatedIna226 implements MeterChip {
  readonly #clock: VirtualClock;
  readonly #shunt: number;
  supply: number;
  #power = 0;
  #pointer = 0;
  #config = 0;
  #calibration = 0;
  #mask = 0;
  #limit = 0;
  /** When the conversion began that is under way; undefined where the mode has none. */
  #began: number | undefined;
  #ready = false;
  #overflow = false;
  /** What the last conversion gave. */
  #values = { shunt: 0, bus: 0, current: 0, power: 0 };

  constructor(clock: VirtualClock, { shunt, supply = 24 }: Ina226Options) {
    this.#clock = clock;
    this.#shunt = shunt;
    this.supply = supply;
    this.powerCycle();
  }

  /** Negative where the current flows backwards. */
  show(watts: number): void {
    this.#convert(); // what ended before saw the power before
    this.#power = watts;
  }

  write(bytes: Uint8Array): void {
    this.#convert();
    this.#pointer = bytes[0] ?? this.#pointer;
    if (bytes.length < 3) return;
    const value = unsigned(bytes.subarray(1));
    switch (this.#pointer) {
      case INA226.config:
        if ((value & CONFIG.reset) !== 0) this.powerCycle();
        else this.#configure(value);
        return;
      case INA226.calibration:
        this.#calibration = value & 0x7fff;
        return;
      case INA226.mask:
        this.#mask = value & ~(MASK.ready | MASK.overflow);
        return;
      case INA226.limit:
        this.#limit = value;
        return;
    }
  }

  /** The register at the pointer, again and again: the chip does not count on. */
  read(count: number): Uint8Array {
    this.#convert();
    const value = this.#register();
    if (this.#pointer === INA226.mask) this.#ready = false;
    return Uint8Array.from({ length: count }, (_, i) => (i % 2 === 0 ? (value >> 8) & 0xff : value & 0xff));
  }

  powerCycle(): void {
    this.#calibration = 0;
    this.#mask = INA226_RESET.mask;
    this.#limit = 0;
    this.#pointer = 0;
    this.#overflow = false;
    this.#values = { shunt: 0, bus: 0, current: 0, power: 0 };
    this.#configure(INA226_RESET.config);
  }

  #configure(config: number): void {
    this.#config = CONFIG_FIXED | (config & CONFIG_FREE);
    this.#ready = false;
    this.#began = (config & 3) === 0 ? undefined : this.#clock.monotonic();
  }

  /** Takes in the conversions that have ended by now. */
  #convert(): void {
    if (this.#began === undefined) return;
    const ended = Math.floor((this.#clock.monotonic() - this.#began) / conversionTime(this.#config));
    if (ended < 1) return;
    const continuous = (this.#config & 4) !== 0;
    this.#began = continuous ? this.#began + ended * conversionTime(this.#config) : undefined;
    this.#ready = true;
    const clamp = (value: number) => Math.max(LOWEST, Math.min(HIGHEST, Math.round(value)));
    const amperes = this.supply === 0 ? 0 : this.#power / this.supply;
    const shunt = (this.#config & 1) === 0 ? this.#values.shunt : clamp((amperes * this.#shunt) / SHUNT_STEP);
    const bus = (this.#config & 2) === 0 ? this.#values.bus : clamp(this.supply / BUS_STEP);
    const current = Math.trunc((shunt * this.#calibration) / 2048);
    const power = Math.trunc(Math.abs(current * bus) / POWER_DIVISOR);
    this.#overflow = current > HIGHEST || current < LOWEST || power > 0xffff;
    this.#values = { shunt, bus, current: current & 0xffff, power: power & 0xffff };
  }

  #register(): number {
    switch (this.#pointer) {
      case INA226.config:
        return this.#config;
      case INA226.shunt:
        return this.#values.shunt;
      case INA226.bus:
        return this.#values.bus;
      case INA226.power:
        return this.#values.power;
      case INA226.current:
        return this.#values.current;
      case INA226.calibration:
        return this.#calibration;
      case INA226.mask:
        return this.#mask | (this.#ready ? MASK.ready : 0) | (this.#overflow ? MASK.overflow : 0);
      case INA226.limit:
        return this.#limit;
      case INA226.manufacturer:
        return INA226_IDENTITY.manufacturer;
      case INA226.die:
        return INA226_IDENTITY.die;
      default:
        return 0;
    }
  }
}
