import type { I2cDevice } from "../i2c.ts";

/** A chip that can lose its supply: it wakes as it does at power-on. */
export interface SimulatedChip extends I2cDevice {
  powerCycle(): void;
}

/** A chip whose channels drive 0-10 V inputs of lamps. */
export interface OutputChip extends SimulatedChip {
  /** What a channel gives, 0 to 10 V; 0 for a channel it has not. */
  volts(channel: number): number;
  /** Called with each change of what a channel gives. */
  onVolts: (channel: number, volts: number) => void;
}

/** A chip in the lamps' supply. */
export interface MeterChip extends SimulatedChip {
  /** What the lamps draw from now on, W. */
  show(watts: number): void;
}
