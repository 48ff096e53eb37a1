import Type, { type Static } from "typebox";
import { CEN_TR_13201_1 as CEN, COMPOSITIONS, type Composition } from "../../controllers/lighting/class-selection.ts";
import { LIGHTING_CLASSES } from "../../controllers/lighting/lighting-class.ts";
import type { LightingClass } from "../../controllers/model.ts";
import { DEFAULTS } from "./defaults.ts";
import { integer, kinds, map, number, text } from "./forms.ts";

const Use = map(
  "How the street is used: its lighting class P follows the people counted on it (CEN/TR 13201-1). Absent: the lamps' own class is always in force.",
  {
    speed: kinds(CEN.speed, "Of those who go there: low is under 40 km/h, walking is at walking pace."),
    composition: Type.Enum(COMPOSITIONS as readonly Composition[] as Composition[], { description: "Who goes there." }),
    parked: Type.Optional(
      Type.Boolean({ default: DEFAULTS.use.parked, description: "Whether vehicles park along it." }),
    ),
    luminosity: Type.Optional(kinds(CEN.luminosity, "Light of the surroundings at night.", DEFAULTS.use.luminosity)),
    busyFrom: number(0.1, 100_000, "It is busy from so many people an hour on."),
    quietBelow: number(0.1, 100_000, "It is quiet under so many people an hour."),
    counters: Type.Optional(
      Type.Array(text("Id of a counter."), {
        minItems: 1,
        description: "Whose people, added, are its use. Default: the counters that stand on it.",
      }),
    ),
    window: Type.Optional(
      Type.Enum([5, 6, 10, 12, 15, 20, 30, 60], {
        default: DEFAULTS.use.window,
        description: "The class is chosen anew so often, minutes.",
      }),
    ),
    hysteresis: Type.Optional(
      number(0, 1, "A class is left downwards only under this part of the people it begins with.", {
        default: DEFAULTS.use.hysteresis,
      }),
    ),
    lowest: Type.Optional(
      Type.Enum(LIGHTING_CLASSES as LightingClass[], {
        description: "The lowest class permitted there. Default: the lamps' `reducedClass`.",
      }),
    ),
  },
);

export const Street = map("A street, or one side of it where sides are lit apart.", {
  name: text("Name; lamps and counters refer to it."),
  length: number(1, 100_000, "Metres."),
  width: Type.Optional(
    number(0.5, 200, "Of what its lamps light, metres: for the energy indicators of EN 13201-5. Default: not told."),
  ),
  oneWay: Type.Optional(
    Type.Enum(["up", "down"], {
      description: "People go along it in growing (up) or falling (down) metres only. Default: both ways.",
    }),
  ),
  use: Type.Optional(Use),
});

const weight = (fallback: number) =>
  Type.Optional(integer(-5, 5, "Its weight: the class is P6 less the sum of all.", { default: fallback }));
const weights = <K extends string>(description: string, of: Readonly<Record<K, number>>) =>
  Type.Optional(
    map(
      description,
      Object.fromEntries(Object.entries<number>(of).map(([key, value]) => [key, weight(value)])) as Record<
        K,
        ReturnType<typeof weight>
      >,
    ),
  );

export const ClassWeights = map(
  "Weights of the parameters that select a class P, where the nation has its own. Default: CEN/TR 13201-1:2014, Annex A.2.",
  {
    speed: weights("Speed of those who go there.", CEN.speed),
    use: weights("How many people there are.", CEN.use),
    composition: weights("Who goes there.", CEN.composition),
    parked: weights("Whether vehicles park.", CEN.parked),
    luminosity: weights("Light of the surroundings.", CEN.luminosity),
  },
);

export type StreetEntry = Static<typeof Street>;
export type ClassWeightsEntry = Static<typeof ClassWeights>;
