import {
  CEN_TR_13201_1 as CEN,
  type ClassWeights,
  classSteps,
  type Permitted,
} from "../../controllers/lighting/class-selection.ts";
import type { ClassSelection, ComponentId, Counter, Lamp, LightingClass } from "../../controllers/model.ts";
import { type Metres, metres, minutes } from "../../controllers/units.ts";
import { DEFAULTS } from "./defaults.ts";
import type { ClassWeightsEntry, StreetEntry } from "./street-schema.ts";

export interface StreetConfig {
  readonly name: string;
  readonly length: Metres;
  /** Of what is lit. */
  readonly width?: Metres;
  readonly oneWay?: "up" | "down";
  /** Where its class follows its use. */
  readonly selection?: ClassSelection;
}

type Classes = Pick<Lamp, "street" | "class" | "reducedClass">;
type Counting = Pick<Counter, "id" | "street" | "presence">;

/** From an entry that passed every check. */
export function streetOf(
  { name, length, width, oneWay, use }: StreetEntry,
  lamps: readonly Classes[],
  counters: readonly Counting[],
  weights: ClassWeightsEntry | undefined,
): StreetConfig {
  const street = {
    name,
    length: metres(length),
    ...(width === undefined ? {} : { width: metres(width) }),
    ...(oneWay ? { oneWay } : {}),
  };
  const lamp = lamps.find((candidate) => candidate.street === name);
  if (!use || !lamp) return street;
  const { speed, composition, parked, luminosity, window, hysteresis, busyFrom, quietBelow } = {
    ...DEFAULTS.use,
    ...use,
  };
  return {
    ...street,
    selection: {
      street: name,
      counters: countersOf(name, use.counters, counters),
      window: minutes(window),
      steps: classSteps(
        { speed, composition, parked, luminosity },
        { busyFrom, quietBelow },
        permittedOf(lamp, use.lowest),
        weightsOf(weights),
      ),
      hysteresis,
    },
  };
}

/** Whose people are the street's use: those it names, or all that stand on it and count. */
export const countersOf = (
  street: string,
  named: readonly ComponentId[] | undefined,
  counters: readonly Counting[],
): readonly ComponentId[] =>
  named ?? counters.filter((counter) => counter.street === street && !counter.presence).map(({ id }) => id);

/** What its lamps and its city let a street have. */
export const permittedOf = (lamp: Pick<Lamp, "class" | "reducedClass">, lowest?: LightingClass): Permitted => ({
  designed: lamp.class,
  lowest: lowest ?? lamp.reducedClass,
});

const weightsOf = (written: ClassWeightsEntry = {}): ClassWeights => ({
  speed: { ...CEN.speed, ...written.speed },
  use: { ...CEN.use, ...written.use },
  composition: { ...CEN.composition, ...written.composition },
  parked: { ...CEN.parked, ...written.parked },
  luminosity: { ...CEN.luminosity, ...written.luminosity },
});
