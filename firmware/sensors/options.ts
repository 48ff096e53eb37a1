import type { ComponentId } from "../../controllers/model.ts";
import type { BytePort } from "../hal/bytes.ts";
import type { Clock } from "../hal/clock.ts";
import type { Log } from "../hal/log.ts";
import type { InputPin } from "../hal/pin.ts";
import type { Random } from "../hal/random.ts";

/** What every sensor is given, whatever its kind. */
export interface SensorOptions {
  readonly id: ComponentId;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

export interface CounterOptions extends SensorOptions {
  readonly port: BytePort;
}

export interface MeterOptions extends SensorOptions {
  readonly port: BytePort;
  /** Modbus unit, 1 to 247. */
  readonly address: number;
  /** What is metered: a single-phase meter keeps its power in another register. */
  readonly phases: 1 | 3;
}

export interface ContactOptions extends SensorOptions {
  /** Throws as `Ports.input` does. */
  readonly input: () => Promise<InputPin>;
  /** The level of the pin while the contact is open. */
  readonly openWhen: "high" | "low";
}
