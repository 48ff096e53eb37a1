/** The catalogue: one line per kind. `line` is how its serial line is set where the configuration does not say. */
import type { LineSettings } from "../hal/bytes.ts";
import type { Sensor } from "../hal/sensor.ts";
import { counterAscii } from "./counter-ascii.ts";
import { meterSdm } from "./meter-sdm.ts";
import type { CounterOptions, MeterOptions } from "./options.ts";

interface Kind<Options> {
  readonly line: LineSettings;
  readonly create: (options: Options) => Sensor;
}

export const COUNTERS = {
  ascii: { line: { baud: 9600 }, create: counterAscii },
} as const satisfies Record<string, Kind<CounterOptions>>;

export const METERS = {
  sdm: { line: { baud: 9600 }, create: meterSdm },
} as const satisfies Record<string, Kind<MeterOptions>>;

export type CounterKind = keyof typeof COUNTERS;
export type MeterKind = keyof typeof METERS;
