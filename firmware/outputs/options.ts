import type { ComponentId } from "../../controllers/model.ts";
import type { Duration, Level } from "../../controllers/units.ts";
import type { Clock } from "../hal/clock.ts";
import type { I2cBus } from "../hal/i2c.ts";
import type { LampLine } from "../hal/lamp-line.ts";
import type { Log } from "../hal/log.ts";
import type { Random } from "../hal/random.ts";

/** An output's channel and the lamp whose 0-10 V input it drives. */
export interface LampChannel {
  readonly id: ComponentId;
  /** From 0. */
  readonly channel: number;
}

export interface I2cOutputOptions {
  readonly id: ComponentId;
  /** Throws as `Ports.i2c` does. */
  readonly i2c: () => Promise<I2cBus>;
  /** 7-bit. */
  readonly address: number;
  readonly lamps: readonly LampChannel[];
  readonly failSafe: Level;
  /** Time from one level to the next. */
  readonly fadeTime: Duration;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

export interface OutputDriver {
  /** How many it has. */
  readonly channels: number;
  readonly create: (options: I2cOutputOptions) => LampLine;
}
