/** Which keys go with a counter's, a meter's or an output's kind: what it hangs on decides. */
import { COUNTERS, METERS, type Wire } from "../sensors/list.ts";
import { checkKeys, type Keys } from "./keys.ts";
import { outputDriver } from "./outputs.ts";
import type { Problems } from "./problem.ts";
import type { ConfigFile } from "./schema.ts";
import type { Draft } from "./shape.ts";

const SENSORS: Readonly<Record<Wire, Keys>> = {
  bytes: { needed: ["port"], optional: ["address", "baud", "phases"] },
  edges: { needed: ["pin"], optional: ["activeWhen"] },
  i2c: { needed: ["i2c", "shunt"] },
};
const OUTPUTS = {
  i2c: { needed: ["i2c"] },
  modbus: { needed: ["port", "address"], optional: ["baud", "safety"] },
} as const satisfies Record<string, Keys>;

export function checkWires(file: Draft<ConfigFile>, problems: Problems): void {
  const { counters = [], meters = [], outputs = [] } = file;
  for (const [i, entry] of counters.entries())
    if (entry?.kind !== undefined)
      checkKeys(problems, ["counters", i], entry, `kind ${entry.kind}`, SENSORS[COUNTERS[entry.kind].wire], SENSORS);
  for (const [i, entry] of meters.entries())
    if (entry?.kind !== undefined)
      checkKeys(problems, ["meters", i], entry, `kind ${entry.kind}`, SENSORS[METERS[entry.kind].wire], SENSORS);
  for (const [i, entry] of outputs.entries())
    if (entry?.kind !== undefined)
      checkKeys(problems, ["outputs", i], entry, `kind ${entry.kind}`, OUTPUTS[outputDriver(entry.kind).wire], OUTPUTS);
}
