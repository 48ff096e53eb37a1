import type { PictureSide } from "../../controllers/footfall/thermal-view.ts";
import type { ComponentId } from "../../controllers/model.ts";
import type { Duration, Metres } from "../../controllers/units.ts";
import type { BytePort, LineSettings } from "../hal/bytes.ts";
import type { Clock } from "../hal/clock.ts";
import type { I2cBus } from "../hal/i2c.ts";
import type { Log } from "../hal/log.ts";
import type { EdgeStream, InputPin } from "../hal/pin.ts";
import type { Random } from "../hal/random.ts";
import type { TopicFeed } from "../hal/topics.ts";
import type { ModbusLines } from "../modbus/lines.ts";

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

/** A meter that shares its Modbus line, with other meters, outputs and gateways. */
export interface SharedLine {
  readonly lines: ModbusLines;
  readonly port: string;
  readonly settings: LineSettings;
}

/** On a line that it shares, or alone on a port. */
export type MeterOptions = SensorOptions &
  (SharedLine | { readonly port: BytePort }) & {
    /** Modbus unit, 1 to 247. */
    readonly address: number;
    /** What is metered: a single-phase meter keeps its power in another register. */
    readonly phases: 1 | 3;
  };

export interface I2cMeterOptions extends SensorOptions {
  /** Throws as `Ports.i2c` does. */
  readonly i2c: () => Promise<I2cBus>;
  /** 7-bit. */
  readonly address: number;
  /** Ohms. */
  readonly shunt: number;
}

export interface ContactOptions extends SensorOptions {
  /** Throws as `Ports.input` does. */
  readonly input: () => Promise<InputPin>;
  /** The level of the pin while the contact is open. */
  readonly openWhen: "high" | "low";
}

export interface PulseOptions extends SensorOptions {
  /** Throws as `Ports.edges` does. */
  readonly edges: () => Promise<EdgeStream>;
  /** The level of the pin while a pulse lasts. */
  readonly activeWhen: "high" | "low";
  /** The shortest pulse that is one: 20 ms where nothing is said. */
  readonly shortest?: Duration;
  /** After the beginning of a pulse so long no other one counts: 60 ms where nothing is said. */
  readonly dead?: Duration;
}

/** What another system says on a topic of the broker. */
export interface TopicOptions extends SensorOptions {
  readonly feed: TopicFeed;
  /** What a message holds; undefined where it is none. Never throws. */
  readonly decode: (payload: Uint8Array) => unknown;
  /** Paths of fields, such as `data.people`; `.` is the whole message. */
  readonly people: string;
  readonly direction: string;
  /** Whether the number of people grows from message to message. */
  readonly cumulated: boolean;
}

/** An array that looks straight down on a street. */
export interface ThermalOptions extends SensorOptions {
  /** Throws as `Ports.i2c` does. */
  readonly i2c: () => Promise<I2cBus>;
  /** 7-bit. */
  readonly address: number;
  /** Of the array above the ground. */
  readonly height: Metres;
  /** The side of the picture, as the data sheet draws it, that lies towards growing metres of the street. */
  readonly up: PictureSide;
  /** Of an MLX90640: degrees that its lens sees; 110 where nothing is said. */
  readonly lens?: 55 | 110;
}
