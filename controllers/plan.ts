import { toArc } from "./lighting/curve.ts";
import type { ComponentId, Lamp, Step, Target } from "./model.ts";
import type { Level } from "./units.ts";

/**
 * What to do so that lamps come to their targets: a step for each lamp whose actual level is unknown (null or absent) or
 * is another arc power level of its curve; [] where all targets are reached. `actual` is of the gear, and so are the steps;
 * `toGear` says what the gear is to give for the light of a target. TypeError for a target of no lamp in `lamps`.
 */
export function plan(
  lamps: readonly Lamp[],
  targets: readonly Target[],
  actual: ReadonlyMap<ComponentId, Level | null>,
  toGear: (lamp: Lamp, light: Level) => Level = (_, light) => light,
): Step[] {
  const steps: Step[] = [];
  for (const [i, target] of targets.entries()) {
    const here = lamps[i];
    // Targets come in the order of the lamps, unless somebody picked some of them.
    const lamp = here?.id === target.lamp ? here : lamps.find(({ id }) => id === target.lamp);
    if (!lamp) throw new TypeError(`target for ${target.lamp}: allowed are the lamps of this site`);
    const known = actual.get(lamp.id) ?? null;
    const level = toGear(lamp, target.level);
    if (known !== null && toArc(known, lamp.curve) === toArc(level, lamp.curve)) continue;
    steps.push({ kind: "level", line: lamp.line, lamp: lamp.id, level, rank: target.rank });
  }
  return steps;
}
