/** Sensors on DALI buses, in `cabinet.yaml`. */
import Type, { type Static } from "typebox";
import type { ComponentId, Counter } from "../../controllers/model.ts";
import { lux, metres } from "../../controllers/units.ts";
import type { DaliInput } from "../dali/inputs.ts";
import { DEFAULTS } from "./defaults.ts";
import { form, integer, list, map, number, position, street, text } from "./forms.ts";
import type { Problems } from "./problem.ts";
import { once, refersTo, standsOn } from "./references.ts";
import type { ConfigFile } from "./schema.ts";
import type { Draft } from "./shape.ts";
import { shown } from "./words.ts";

export const Inputs = list(
  map("An instance of an input device.", {
    id: form(
      "^(counter|light)/[A-Za-z0-9_-]+$",
      "counter/ (occupancy) or light/ (light) and a name of letters, digits, _ and -, such as counter/9",
      "Component id.",
    ),
    kind: Type.Enum(["occupancy", "light"], {
      description:
        "Movement or presence (IEC 62386-303): light follows it, nobody is counted. Or light (IEC 62386-304).",
    }),
    bus: text("Id of its DALI bus."),
    address: integer(0, 63, "Short address of the device: control devices have their own 64 addresses."),
    instance: Type.Optional(integer(0, 31, "Instance of the device.", { default: DEFAULTS.input.instance })),
    street: Type.Optional(street),
    position: Type.Optional(position("Of an occupancy sensor: where it looks")),
    full: Type.Optional(
      number(1, 200_000, "Of a light sensor: what its greatest value means, lux.", { default: DEFAULTS.input.full }),
    ),
  }),
  "Sensors on DALI buses. The cabinet sets how they tell what they see.",
);
type Entry = Static<typeof Inputs>[number];

export interface InputConfig extends DaliInput {
  readonly bus: ComponentId;
  /** Of an occupancy sensor. */
  readonly place?: Pick<Counter, "street" | "position">;
}

/** Of an entry that passed every check. */
export function inputOf({ id, kind, bus, address, instance, street: on, position: at, full }: Entry): InputConfig {
  const common = { id, bus, address, instance: instance ?? DEFAULTS.input.instance };
  if (kind === "light") return { ...common, kind: "light", full: lux(full ?? DEFAULTS.input.full) };
  return { ...common, kind: "occupancy", place: { street: on as string, position: metres(at as number) } };
}

export function checkInputs({ buses = [], streets, inputs = [] }: Draft<ConfigFile>, problems: Problems): void {
  const placeOnce = once(problems, "instance of a device");
  const toBus = refersTo(
    problems,
    buses.map((bus) => bus?.id),
  );
  const toStreet = refersTo(problems, streets?.map((one) => one?.name) ?? [undefined]);
  const onStreet = standsOn(problems, streets);
  for (const [i, entry] of inputs.entries()) {
    const at = (key: string) => ["inputs", i, key] as const;
    const { id, kind, bus, address, instance = DEFAULTS.input.instance } = entry ?? {};
    toBus(bus, at("bus"));
    toStreet(entry?.street, at("street"));
    onStreet(entry?.street, entry?.position, at("position"));
    if (bus !== undefined && address !== undefined)
      placeOnce(`${bus} ${address}.${instance}`, at("address"), String(address));
    if (kind === undefined) continue;
    const prefix = kind === "light" ? "light/" : "counter/";
    if (id !== undefined && !id.startsWith(prefix)) problems.add(at("id"), shown(id), `${prefix}..., for kind ${kind}`);
    const needed = kind === "light" ? [] : (["street", "position"] as const);
    for (const key of needed)
      if (entry && !Object.hasOwn(entry, key)) problems.add(at(key), "nothing", "where it looks, for kind occupancy");
    const foreign = kind === "light" ? (["street", "position"] as const) : (["full"] as const);
    for (const key of foreign)
      if (entry?.[key] !== undefined) problems.add(at(key), shown(entry[key]), `nothing: kind ${kind} has none`);
  }
}
