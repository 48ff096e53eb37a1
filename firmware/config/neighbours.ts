import Type, { type Static } from "typebox";
import { metres, seconds } from "../../controllers/units.ts";
import { nodeProblem } from "../link/topic.ts";
import type { Border } from "../neighbours/border.ts";
import { DEFAULTS } from "./defaults.ts";
import { form, list, map, number, position, street } from "./forms.ts";
import type { Problems } from "./problem.ts";
import { once, refersTo, standsOn } from "./references.ts";
import type { ConfigFile } from "./schema.ts";
import type { Draft } from "./shape.ts";
import { shown } from "./words.ts";

export const Neighbours = list(
  map("Where a street goes on in the next cabinet's area: both tell each other that somebody comes, over the broker.", {
    node: form(
      "^[^\\s/+#]+(/[^\\s/+#]+)*$",
      "words parted by /, such as 21231/cab-0118",
      "RSMP 4 node id of the next cabinet.",
    ),
    border: form(
      "^[A-Za-z0-9_-]{1,40}$",
      "letters, digits, _ and -",
      "Name of the place, the same in both cabinets' files.",
    ),
    street,
    position: position("Where our part ends"),
    validity: Type.Optional(
      number(
        10,
        3600,
        "The neighbour may say nothing for so long: then lamps at the border follow the schedule. Seconds.",
        {
          default: DEFAULTS.neighbour.validity,
        },
      ),
    ),
  }),
  "Neighbouring cabinets. A cabinet shares only what its own counters see.",
);

type Entry = Static<typeof Neighbours>[number];

/** From an entry that passed every check. Who comes from the beginning of a street goes up, who comes from its end goes down. */
export function borderOf(
  { node, border, street: on, position: at, validity }: Entry,
  streets: readonly { readonly name: string; readonly length: number }[],
): Border {
  const length = streets.find(({ name }) => name === on)?.length;
  return {
    id: `border/${border}`,
    node,
    name: border,
    street: on,
    position: metres(at),
    inward: at === 0 ? "up" : at === length ? "down" : "both",
    staleAfter: seconds(validity ?? DEFAULTS.neighbour.validity),
    presence: true,
  };
}

export function checkNeighbours({ node, streets, neighbours = [] }: Draft<ConfigFile>, problems: Problems): void {
  const borderOnce = once(problems, "border");
  const toStreet = refersTo(problems, streets?.map((one) => one?.name) ?? [undefined]);
  const onStreet = standsOn(problems, streets);
  for (const [i, entry] of neighbours.entries()) {
    const at = (key: string) => ["neighbours", i, key] as const;
    borderOnce(entry?.border, at("border"));
    toStreet(entry?.street, at("street"));
    onStreet(entry?.street, entry?.position, at("position"));
    const wrong = entry?.node === undefined ? null : nodeProblem(entry.node);
    if (wrong !== null) problems.add(at("node"), shown(entry?.node), "an RSMP 4 node id", wrong);
    else if (entry?.node !== undefined && entry.node === node)
      problems.add(at("node"), shown(entry.node), "another cabinet");
  }
}
