/** Chips on I2C and pins of GPIO chips: each for one purpose. */
import { junctionPins } from "./junctions-rules.ts";
import type { Problems, Step } from "./problem.ts";
import { once } from "./references.ts";
import type { ConfigFile } from "./schema.ts";
import type { Draft } from "./shape.ts";
import { shown } from "./words.ts";

type File = Draft<ConfigFile>;
type Chip = Draft<{ readonly adapter: string; readonly address: number }>;
type Pin = Draft<{ readonly chip: string; readonly offset: number }>;
type Found<T> = readonly (readonly [steps: readonly Step[], what: T | undefined])[];

export function checkChips(file: File, problems: Problems): void {
  const chipOnce = once(problems, "chip");
  const taken = new Set<string>();
  for (const [steps, { adapter, address } = {}] of chipsOf(file)) {
    if (adapter === undefined || address === undefined) continue;
    chipOnce(`${adapter} address ${address}`, steps);
    taken.add(`${adapter}@${address}`);
  }
  const pinOnce = once(problems, "pin");
  for (const [steps, { chip, offset } = {}] of [...pinsOf(file), ...junctionPins(file)]) {
    if (chip !== undefined && offset !== undefined) pinOnce(`${chip} ${offset}`, steps);
    const [, adapter, address] = /^(.+)@(0x[0-9a-f]+)$/i.exec(chip ?? "") ?? [];
    if (taken.has(`${adapter}@${Number(address)}`))
      problems.add([...steps, "chip"], shown(chip), "an expander: another chip is at that address");
  }
}

const chipsOf = ({ buses = [], outputs = [], counters = [], meters = [] }: File): Found<Chip> => [
  ...Object.entries({ buses, outputs, counters, meters }).flatMap(([list, entries]) =>
    entries.map((entry, i) => [[list, i, "i2c"], entry?.i2c] as const),
  ),
  ...outputs.map((output, i) => [["outputs", i, "readBack", "i2c"], output?.readBack?.i2c] as const),
];

const pinsOf = ({ outputs = [], counters = [], contacts = [] }: File): Found<Pin> => [
  ...Object.entries({ counters, contacts }).flatMap(([list, entries]) =>
    entries.map((entry, i) => [[list, i, "pin"], entry?.pin] as const),
  ),
  ...outputs.flatMap((output, i) =>
    (output?.relays ?? []).map((relay, j) => [["outputs", i, "relays", j, "pin"], relay?.pin] as const),
  ),
];
