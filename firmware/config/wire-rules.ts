/** Which keys go with a counter's, a meter's or an output's kind: what it hangs on decides. */
import { COUNTERS, type CounterKind, METERS, type Wire } from "../sensors/list.ts";
import { checkKeys, type Keys } from "./keys.ts";
import { outputDriver } from "./outputs.ts";
import type { Problems, Step } from "./problem.ts";
import type { ConfigFile } from "./schema.ts";
import type { Draft } from "./shape.ts";
import { checkThermal } from "./thermal.ts";

type Entry = NonNullable<NonNullable<Draft<ConfigFile>["counters"]>[number]>;

const SENSORS: Readonly<Record<Wire, Keys>> = {
  bytes: { needed: ["port"], optional: ["address", "baud", "phases"] },
  edges: { needed: ["pin"], optional: ["activeWhen"] },
  i2c: { needed: ["i2c", "shunt"] },
  topic: { needed: ["feed"] },
};
const COUNTER_KEYS: Readonly<Record<Wire, Keys>> = {
  ...SENSORS,
  bytes: { needed: ["port"], optional: ["reversed"] },
  i2c: { needed: ["i2c", "height"], optional: ["up", "lens"] },
};
const OUTPUTS = {
  i2c: { needed: ["i2c"] },
  modbus: { needed: ["port", "address"], optional: ["baud", "safety"] },
} as const satisfies Record<string, Keys>;

function checkCounter(entry: Entry, kind: CounterKind, at: readonly Step[], problems: Problems): void {
  checkKeys(problems, at, entry, `kind ${kind}`, COUNTER_KEYS[COUNTERS[kind].wire], COUNTER_KEYS);
  checkThermal(entry, at, problems);
}

export function checkWires(file: Draft<ConfigFile>, problems: Problems): void {
  const { counters = [], meters = [], outputs = [] } = file;
  for (const [i, entry] of counters.entries())
    if (entry?.kind !== undefined) checkCounter(entry, entry.kind, ["counters", i], problems);
  for (const [i, entry] of meters.entries())
    if (entry?.kind !== undefined)
      checkKeys(problems, ["meters", i], entry, `kind ${entry.kind}`, SENSORS[METERS[entry.kind].wire], SENSORS);
  for (const [i, entry] of outputs.entries())
    if (entry?.kind !== undefined)
      checkKeys(problems, ["outputs", i], entry, `kind ${entry.kind}`, OUTPUTS[outputDriver(entry.kind).wire], OUTPUTS);
}
