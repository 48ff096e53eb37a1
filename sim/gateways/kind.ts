import type { ByteStream } from "../../firmware/hal/bytes.ts";
import type { SimulatedBus } from "../bus.ts";

/** Makes a box on a bus: what it gives takes the far end of a stream, each time a host opens the box's port. */
export type Twin = (bus: SimulatedBus) => (far: ByteStream) => void;
