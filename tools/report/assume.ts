/** Everything that is assumed, in words: a figure without them is none. */
import { STANDBY } from "../../controllers/lighting/energy.ts";
import type { ComponentId, Site } from "../../controllers/model.ts";
import { type Baseline, baselinePower, type Programme } from "./baseline.ts";
import type { Assumption } from "./model.ts";

const clock = (minutes: number): string =>
  `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;

export interface Assumed {
  readonly site: Pick<Site, "lamps" | "selections">;
  readonly baseline: Baseline;
  readonly programme: Programme;
  /** W of the cabinet itself. */
  readonly own: number;
  /** Lamps whose light is held constant. */
  readonly constant: readonly ComponentId[];
}

export function assumptionsOf({ site, baseline, programme, own, constant }: Assumed): Assumption[] {
  const { lamps, selections = [] } = site;
  const selected = new Set(selections.map(({ street }) => street));
  const floors = lamps.filter(({ empty }) => empty !== undefined);
  const lower = lamps.filter(({ empty, street, class: designed, reducedClass }) => {
    return empty === undefined && !selected.has(street) && designed !== reducedClass;
  });
  const of = (some: readonly unknown[]) => `${some.length} of ${lamps.length} lamps`;
  return [
    {
      what: "Baseline",
      value: `one ${baseline.name} lamp of ${baseline.watts} W and ${baseline.ballast} % ballast (${Number(baselinePower(baseline).toFixed(1))} W) for each lamp, full from sunset to sunrise, nothing by day`,
    },
    { what: "LED full", value: "every lamp at its full power from sunset to sunrise, stand-by by day" },
    {
      what: "LED programme",
      value: `full, but at the reduced class of each lamp from ${clock(programme.from)} to ${clock(programme.to)} local time`,
    },
    {
      what: "Dark",
      value: "between sunset and sunrise of the place, the sun's upper edge at the horizon with refraction",
    },
    {
      what: "Power model",
      value: `in proportion to the gear's level, at least ${STANDBY} W stand-by while off; a lamp of which nothing is known counts as full`,
    },
    {
      what: "The cabinet itself",
      value: `${Number(own.toFixed(1))} W day and night where no meter tells; counted beside the lamps (Pad)`,
    },
    {
      what: "Class in force",
      value:
        selected.size === 0
          ? "the lamps' own class on every street: no street's class follows its use"
          : `follows the people counted on ${selected.size} streets within the permitted steps; the lamps' own class on the others`,
    },
    {
      what: "Empty streets",
      value:
        floors.length === 0
          ? "no light under the class is permitted by the city"
          : `the city permits less than the class where nobody is near: ${[...new Set(floors.map(({ empty }) => `${empty} %`))].join(", ")}, on ${of(floors)}`,
    },
    ...(lower.length > 0
      ? [
          {
            what: "Reduced class",
            value: `on ${of(lower)} (streets whose class does not follow their use) the reduced class is lit in adaptive periods while nobody is near`,
          },
        ]
      : []),
    {
      what: "Constant light output",
      value:
        constant.length === 0
          ? "none by the cabinet"
          : `by the cabinet on ${of(constant)}: their gear is dimmed while they are new or clean`,
    },
    {
      what: "Lighting classes",
      value: "EN 13201-2; the illuminances of C and P classes are quoted from memory, but for P4 (5 lx)",
    },
    {
      what: "Indicators",
      value:
        "EN 13201-5: Dp = P / sum(E A) and De = sum(P t) / A, both quoted from memory; E is the class's own illuminance at full light, not a calculated one; each with and without the cabinet itself, shared by lamps",
    },
  ];
}
