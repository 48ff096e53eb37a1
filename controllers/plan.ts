import { toArc } from "./lighting/curve.ts";
import type { ComponentId, Lamp, Step, Target } from "./model.ts";
import type { Level } from "./units.ts";

/**
 * What to do so that lamps come to their targets: a step for each lamp whose actual level is unknown (null or absent) or
 * is another arc power level of its curve; [] where all targets are reached. TypeError for a target of no lamp in `lamps`.
 */
export function plan(
  lamps: readonly Lamp[],
  targets: readonly Target[],
  actual: ReadonlyMap<ComponentId, Level | null>,
): Step[] {
  const steps: Step[] = [];
  for (const [i, target] of targets.entries()) {
    const here = lamps[i];
    // Targets come in the order of the lamps, unless somebody picked some of them.
    const lamp = here?.id === target.lamp ? here : lamps.find(({ id }) => id === target.lamp);
    if (!lamp) throw new TypeError(`target for ${target.lamp}: allowed are the lamps of this site`);
    const known = actual.get(lamp.id) ?? null;
    if (known !== null && toArc(known, lamp.curve) === toArc(target.level, lamp.curve)) continue;
    steps.push({ kind: "level", line: lamp.line, lamp: lamp.id, level: target.level, rank: target.rank });
  }
  return steps;
}
