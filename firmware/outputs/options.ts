import type { ComponentId } from "../../controllers/model.ts";
import type { Duration, Level } from "../../controllers/units.ts";
import type { LineSettings } from "../hal/bytes.ts";
import type { Clock } from "../hal/clock.ts";
import type { I2cBus } from "../hal/i2c.ts";
import type { LampLine } from "../hal/lamp-line.ts";
import type { Log } from "../hal/log.ts";
import type { OutputPin } from "../hal/pin.ts";
import type { Random } from "../hal/random.ts";
import type { ModbusLines } from "../modbus/lines.ts";
import type { Calibration } from "./calibration.ts";

/** An output's channel and the lamp whose 0-10 V input it drives. */
export interface LampChannel {
  readonly id: ComponentId;
  /** From 0. */
  readonly channel: number;
  /** `LINEAR` where nothing is said. */
  readonly calibration?: Calibration;
}

/**
 * A relay in the mains of some lamps: a driver for 1-10 V cannot switch itself off. What the lamps do when the cabinet is
 * dead is up to its wiring: the contact that is closed at rest gives light.
 */
export interface RelayOptions {
  /** Whose mains it switches; off only when all of them are to be dark. */
  readonly lamps: readonly ComponentId[];
  /** Throws as `Ports.output` does. */
  readonly pin: (initial: boolean) => Promise<OutputPin>;
  /** The level of the pin while the lamps have mains. */
  readonly onWhen: "high" | "low";
  /** It is switched off no sooner than so long after it was last switched; on at once. 30 s where nothing is said. */
  readonly hold?: Duration;
}

/** An ADS1115 that measures what the channels really give, each through a divider. */
export interface ReadBackOptions {
  /** Throws as `Ports.i2c` does. */
  readonly i2c: () => Promise<I2cBus>;
  /** 7-bit. */
  readonly address: number;
  readonly inputs: readonly ReadBackInput[];
  /** Volts that a channel may be off. 0.5 where nothing is said. */
  readonly tolerance?: number;
  /** A deviation, and its end, counts when it has lasted so long. 10 s where nothing is said. */
  readonly lasting?: Duration;
}

export interface ReadBackInput {
  readonly lamp: ComponentId;
  /** Input of the ADS1115, 0 to 3, against ground. */
  readonly input: number;
  /** Volts of the channel for a volt at the input: 3 for 20 kilohm above 10. At least 2.5, so that 10 V fit its range. */
  readonly divider: number;
}

/** What every output is given, whatever its kind. */
export interface OutputOptions {
  readonly id: ComponentId;
  readonly lamps: readonly LampChannel[];
  readonly relays?: readonly RelayOptions[];
  readonly readBack?: ReadBackOptions;
  readonly failSafe: Level;
  /** Time from one level to the next. */
  readonly fadeTime: Duration;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

export interface I2cOutputOptions extends OutputOptions {
  /** Throws as `Ports.i2c` does. */
  readonly i2c: () => Promise<I2cBus>;
  /** 7-bit. */
  readonly address: number;
}

export interface ModbusOutputOptions extends OutputOptions {
  /** The lines of the cabinet: an output may share one with others. */
  readonly lines: ModbusLines;
  readonly port: string;
  readonly settings: LineSettings;
  /** 1 to 247. */
  readonly address: number;
  /** Without a word from the cabinet for so long it falls to the fail-safe level by itself, where its kind can; absent: as the box is set. */
  readonly safety?: Duration;
}

/**
 * What is left of an output's lamps when the cabinet does not speak to it: `kept` by the output itself at the fail-safe level
 * (after a power cut, too), `last` as they were; and after a power cut `dark` or whatever the factory has set.
 */
export interface WithoutCabinet {
  readonly silence: "kept" | "last";
  readonly powerCut: "kept" | "factory";
}

interface Driver {
  /** How many it has. */
  readonly channels: number;
  readonly without: WithoutCabinet;
}

export interface OutputDriver extends Driver {
  readonly create: (options: I2cOutputOptions) => LampLine;
}

export interface ModbusOutputDriver extends Driver {
  /** How its serial line is set where the configuration does not say. */
  readonly settings: LineSettings;
  readonly create: (options: ModbusOutputOptions) => LampLine;
}
