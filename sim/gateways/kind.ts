import type { FaultKind } from "../../controllers/model.ts";
import type { ByteStream } from "../../firmware/hal/bytes.ts";
import type { SimulatedBus } from "../bus.ts";
import type { I2cDevice } from "../i2c.ts";
import type { ModbusSlave } from "../modbus.ts";

/** What befalls a box. Its twin looks here whenever it matters; a twin of a box that cannot have it never does. */
export interface Trouble {
  /** The box has no room for a frame. */
  full: boolean;
  /** So many of the next requests it gives up, because another master spoilt the frame each time; 0 by itself. */
  collisions: number;
  /** The box is too hot, its supply is bad, or there is mains on the bus. */
  unfit: boolean;
}

/** What a box can tell its host, and how: what the conformance suite expects of it. */
export interface Traits {
  /** Whether it sends 24-bit frames; where not, `send` throws Fault `protocol`. */
  readonly bits24: boolean;
  /** Whether it settles by the priority it is given. */
  readonly priority: boolean;
  /** What it tells of the traffic of others. */
  readonly foreign: "all" | "forward" | "none";
  /** What `send` throws on a bus without power, and on one with a short circuit. */
  readonly unpowered: FaultKind;
  readonly shorted: FaultKind;
  /** What `send` throws when every repetition is spoilt by another master; null: the box cannot tell. */
  readonly collided: FaultKind | null;
  /** What `send` throws when the box has no room; null: it has no buffer. */
  readonly full: FaultKind | null;
  /** What `send` throws while the box is unfit to send; null: it cannot tell. */
  readonly unfit: FaultKind | null;
  /** Whether it says by itself, without being asked to send, that the bus fails and works again. */
  readonly tellsBus: boolean;
  /** When a command is done, and a query without a reply, ms from the end of the last frame at most. */
  readonly done: number;
  readonly silence: number;
  /** When a frame of others is told, ms from its end at most. */
  readonly late: number;
}

/** One model of a make: what the configuration says of it, how it is, and what it can tell. */
export interface Model {
  /** For the names of tests; "" where there is one model only. */
  readonly name: string;
  /** As under `options` in `cabinet.yaml`. */
  readonly options: Readonly<Record<string, string>>;
  /** As the box is, in the names and values of the kind's options. */
  readonly is: Readonly<Record<string, string>>;
  readonly traits: Traits;
}

/** How a box is made: default, as the first of its models, without trouble. */
export interface Made {
  readonly is?: Readonly<Record<string, string>>;
  readonly trouble?: Trouble;
}

type Models = readonly [Model, ...Model[]];

/** Makes a box on a bus: what it gives takes the far end of a stream, each time a host opens the box's port. */
export interface Twin {
  (bus: SimulatedBus, made?: Made): (far: ByteStream) => void;
  readonly models: Models;
}

/** A box that is a chip on I2C. */
export interface I2cTwin {
  (bus: SimulatedBus, made?: Made): I2cDevice;
  readonly models: Models;
}

/** A box that is a unit of a Modbus line, with several buses; `far` is the end of the line. */
export interface ModbusTwin {
  (buses: readonly SimulatedBus[], unit: number, made?: Made): (far: ByteStream) => void;
  readonly models: Models;
  /** The unit alone, for a line that it shares with others. */
  slave(buses: readonly SimulatedBus[], made?: Made): ModbusSlave;
}

export const noTrouble = (): Trouble => ({ full: false, collisions: 0, unfit: false });
