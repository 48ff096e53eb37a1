/** What the conformance suite needs of a wire: a box with a gear on a simulated bus, and where to do harm. For tests only. */
import type { Heard, SimulatedBus } from "../../sim/bus.ts";
import type { VirtualClock } from "../../sim/clock.ts";
import type { Model, Trouble } from "../../sim/gateways/kind.ts";
import type { Gear } from "../../sim/gear.ts";
import type { SeededRandom } from "../../sim/random.ts";
import type { DaliGateway } from "../dali/gateway.ts";
import type { GatewayKind } from "./kind.ts";

export interface Rig {
  readonly clock: VirtualClock;
  readonly random: SeededRandom;
  readonly bus: SimulatedBus;
  /** The one gear on the bus, at address 5, 60 W, fully lit. */
  readonly gear: Gear;
  /** Every frame on the bus. */
  readonly heard: readonly Heard[];
  readonly trouble: Trouble;
  /** Opens the box, each time anew. */
  connect(): Promise<DaliGateway>;
  /** Pulls the cable between box and driver: what is open is lost, and nothing opens until it is back. */
  unplug(): void;
  replug(): void;
  /** The box hears and says nothing; I2C: it does not answer its address. */
  stall(on: boolean): void;
  readonly harm: Harm;
}

/** What can befall what is said on the wire. A wire has those that it can have: the suite asks for no other. */
export interface Harm {
  /** Rubbish comes before whatever the box says, from now on. Bytes of it in all so far. */
  garbage?(): { readonly bytes: number };
  /** Whatever is said comes byte by byte, from now on. */
  pieces?(): void;
  /** Of the `nth` thing (1 is the next) the box says from now on, only the first `keep` bytes come; 0: nothing. I2C: the nth transfer fails. */
  cut?(nth: number, keep: number): void;
  /** The `nth` thing the driver says from now on arrives damaged: the box cannot take it for another command. */
  spoil?(nth: number): void;
}

/** One rig for each wire: `rig-bytes.ts`, `rig-i2c.ts`, `rig-modbus.ts`. `harms` says what `make` gives. */
export interface WireRig<Kind extends GatewayKind> {
  readonly harms: readonly (keyof Harm)[];
  /** The models of the kind's twin. Throws where it has none in `sim/gateways/list.ts`. */
  models(kind: Kind): readonly Model[];
  make(kind: Kind, model: Model): Rig;
}
