/** The catalogue: one line per kind. `wire` is what it hangs on; `line` how its serial line is set where the configuration does not say. */
import type { LineSettings } from "../hal/bytes.ts";
import type { Sensor } from "../hal/sensor.ts";
import { counterAscii } from "./counter-ascii.ts";
import { counterPulse } from "./counter-pulse.ts";
import { meterIna226 } from "./meter-ina226.ts";
import { meterSdm } from "./meter-sdm.ts";
import type { CounterOptions, I2cMeterOptions, MeterOptions, PulseOptions } from "./options.ts";

/** Which of the cabinet's ports a sensor is on: `Ports.bytes`, `Ports.edges` or `Ports.i2c`. */
export type Wire = "bytes" | "edges" | "i2c";

interface Kind<W extends Wire, Options> {
  readonly wire: W;
  readonly create: (options: Options) => Sensor;
}
interface LineKind<Options> extends Kind<"bytes", Options> {
  readonly line: LineSettings;
}

/** The kinds of a catalogue that are on that wire. */
export type KindOn<Catalogue extends Readonly<Record<string, { readonly wire: Wire }>>, W extends Wire> = {
  [K in keyof Catalogue]: Catalogue[K]["wire"] extends W ? K : never;
}[keyof Catalogue];

export const COUNTERS = {
  ascii: { wire: "bytes", line: { baud: 9600 }, create: counterAscii },
  pulse: { wire: "edges", create: counterPulse },
} as const satisfies Record<string, LineKind<CounterOptions> | Kind<"edges", PulseOptions>>;

export const METERS = {
  sdm: { wire: "bytes", line: { baud: 9600 }, create: meterSdm },
  ina226: { wire: "i2c", create: meterIna226 },
} as const satisfies Record<string, LineKind<MeterOptions> | Kind<"i2c", I2cMeterOptions>>;

export type CounterKind = keyof typeof COUNTERS;
export type MeterKind = keyof typeof METERS;
