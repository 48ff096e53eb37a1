/** Which keys go with a counter's or a meter's kind: what it hangs on decides. */
import { COUNTERS, METERS, type Wire } from "../sensors/list.ts";
import type { Problems } from "./problem.ts";
import type { ConfigFile } from "./schema.ts";
import type { Draft } from "./shape.ts";
import { shown } from "./words.ts";

/** Keys that only some kinds have, and what is to be written where a needed one is missing. */
const WORDS = {
  port: "a device path such as /dev/serial/by-id/... or tcp://host:port",
  pin: "the pin: its chip and offset",
  i2c: "the chip's adapter and address",
  shunt: "the resistance of its shunt in ohms",
} as const;

const NEEDED = {
  bytes: ["port"],
  edges: ["pin"],
  i2c: ["i2c", "shunt"],
} as const satisfies Record<Wire, readonly (keyof typeof WORDS)[]>;

const OPTIONAL = {
  bytes: ["address", "baud", "phases"],
  edges: ["activeWhen"],
  i2c: [],
} as const satisfies Record<Wire, readonly string[]>;

/** A key whose value is wrong counts as there: it has a problem of its own. */
export function checkWires({ counters = [], meters = [] }: Draft<ConfigFile>, problems: Problems): void {
  const check = (list: string, at: number, entry: object, kind: string, wire: Wire) => {
    for (const key of NEEDED[wire])
      if (!Object.hasOwn(entry, key)) problems.add([list, at, key], "nothing", `${WORDS[key]}, for kind ${kind}`);
    const own: readonly string[] = [...NEEDED[wire], ...OPTIONAL[wire]];
    const others = [...Object.values(NEEDED), ...Object.values(OPTIONAL)].flat();
    for (const [key, value] of Object.entries(entry))
      if (others.some((other) => other === key) && !own.includes(key))
        problems.add([list, at, key], shown(value), `nothing: kind ${kind} has none`);
  };
  for (const [i, entry] of counters.entries())
    if (entry?.kind !== undefined) check("counters", i, entry, entry.kind, COUNTERS[entry.kind].wire);
  for (const [i, entry] of meters.entries())
    if (entry?.kind !== undefined) check("meters", i, entry, entry.kind, METERS[entry.kind].wire);
}
