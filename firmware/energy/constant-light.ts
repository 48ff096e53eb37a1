import { gearLevel, lightOf, sameArc, type Upkeep } from "../../controllers/lighting/clo.ts";
import type { ComponentId, Lamp } from "../../controllers/model.ts";
import type { Instant, Level } from "../../controllers/units.ts";

/** Between light on the street, which is decided on, and the level of a lamp's gear, which is sent and read back. */
export interface GearLevels {
  /** What the gear is to be told for this light. */
  toGear(lamp: Lamp, light: Level): Level;
  /** The light of gear at a level; `target`, the lamp's target, where it is what that level was sent for. */
  toLight(lamp: Lamp, gear: Level, target?: Level): Level;
}

export interface ConstantLightOptions {
  readonly upkeep: ReadonlyMap<ComponentId, Upkeep>;
  /** Burn hours of a lamp. */
  readonly burnt: (lamp: ComponentId) => number;
  /** Wall time; null where it is not known. */
  readonly now: () => Instant | null;
}

/** Constant light output of the lamps that have an upkeep; the others' gear is told the light itself. */
export function constantLight({ upkeep, burnt, now }: ConstantLightOptions): GearLevels {
  const levels: GearLevels = {
    toGear(lamp, light) {
      const mine = upkeep.get(lamp.id);
      return mine ? gearLevel(lamp, mine, light, burnt(lamp.id), now()) : light;
    },
    toLight(lamp, gear, target) {
      const mine = upkeep.get(lamp.id);
      if (!mine) return gear;
      // What was rounded for the gear is not a deviation of the lamp.
      if (target !== undefined && sameArc(lamp, gear, levels.toGear(lamp, target))) return target;
      return lightOf(mine, gear, burnt(lamp.id), now());
    },
  };
  return levels;
}
