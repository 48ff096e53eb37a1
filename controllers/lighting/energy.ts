import type { Lamp } from "../model.ts";
import { type Level, type Watts, watts } from "../units.ts";

/** What gear draws while its lamp is off and its bus interface listens. A common data-sheet figure, not a limit. */
export const STANDBY: Watts = watts(0.4);

/** Modelled electrical power of a lamp that gives `light`: in proportion to light, never under stand-by. */
export const lampPower = (lamp: Pick<Lamp, "power">, light: Level): Watts =>
  watts(Math.max(Math.min(STANDBY, lamp.power), (lamp.power * light) / 100));

/** Power of lamps, all at full light. */
export const powerFull = (lamps: readonly Lamp[]): Watts => watts(lamps.reduce((sum, lamp) => sum + lamp.power, 0));
