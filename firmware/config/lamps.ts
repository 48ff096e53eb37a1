import { level } from "../../controllers/units.ts";
import type { WarmPoint } from "../dali/warm-dim.ts";
import type { ConfigFile } from "./schema.ts";
import type { Draft } from "./shape.ts";

export type LampEntry = NonNullable<ConfigFile["lamps"]>[number];

/** One lamp of an entry: undefined where the entry does not say it, or says it wrong. */
export interface Place {
  readonly id: string | undefined;
  readonly line: string | undefined;
  /** Short address on the bus, or channel of the output. */
  readonly address: number | undefined;
  readonly position: number | undefined;
}

/** First and last address of a row. */
export function rangeOf(addresses: string): readonly [number, number] {
  const [first, last] = addresses.split("-").map(Number);
  return [first as number, last as number];
}

/** The lamps an entry stands for: one, or those of a row. None where a row's range runs backwards. */
export function placesOf(entry: Draft<LampEntry>): readonly Place[] {
  const line = entry.bus ?? entry.output;
  if (entry.addresses === undefined) {
    const address = entry.address ?? entry.channel;
    return [{ id: entry.id ?? defaultId(entry.bus, address), line, address, position: entry.position }];
  }
  const [first, last] = rangeOf(entry.addresses);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => ({
    id: defaultId(entry.bus, first + index),
    line,
    address: first + index,
    position: entry.position === undefined ? undefined : entry.position + index * (entry.every ?? 0),
  }));
}

const defaultId = (bus: string | undefined, address: number | undefined): string | undefined =>
  bus === undefined || address === undefined ? undefined : `lamp/${bus.split("/").at(-1)}/${address}`;

type Points = readonly (readonly [number, number])[];

/** Pairs of a `calibration`. */
export const calibrationPoints = (pairs: Points) => pairs.map(([light, volts]) => ({ level: light, volts }));
/** Pairs of a `warmDim`. */
export const warmPoints = (pairs: Points): WarmPoint[] =>
  pairs.map(([light, kelvin]) => ({ light: level(light), kelvin }));
