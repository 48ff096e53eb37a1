/** The catalogue: one line per kind. `wire` is what it hangs on; `line` how its serial line is set where the configuration does not say. */
import type { LineSettings } from "../hal/bytes.ts";
import type { Sensor } from "../hal/sensor.ts";
import { counterAscii } from "./counter-ascii.ts";
import { counterMqtt } from "./counter-mqtt.ts";
import { counterPulse } from "./counter-pulse.ts";
import { meterIna226 } from "./meter-ina226.ts";
import { meterSdm } from "./meter-sdm.ts";
import type {
  CounterOptions,
  I2cMeterOptions,
  MeterOptions,
  PulseOptions,
  ThermalOptions,
  TopicOptions,
} from "./options.ts";
import { radarLd2450 } from "./radar-ld2450.ts";
import { radarOps243 } from "./radar-ops243.ts";
import { lazily } from "./thermal-lazy.ts";

/** Which of the cabinet's ports a sensor is on: `Ports.bytes`, `Ports.edges` or `Ports.i2c`; or a topic of the broker. */
export type Wire = "bytes" | "edges" | "i2c" | "topic";

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
  mqtt: { wire: "topic", create: counterMqtt },
  ld2450: { wire: "bytes", line: { baud: 256_000 }, create: radarLd2450 },
  ops243: { wire: "bytes", line: { baud: 19_200 }, create: radarOps243 },
  amg8833: { wire: "i2c", create: lazily(async () => (await import("./amg8833.ts")).amg8833) },
  mlx90640: { wire: "i2c", create: lazily(async () => (await import("./mlx90640.ts")).mlx90640) },
} as const satisfies Record<
  string,
  LineKind<CounterOptions> | Kind<"edges", PulseOptions> | Kind<"i2c", ThermalOptions> | Kind<"topic", TopicOptions>
>;

export const METERS = {
  sdm: { wire: "bytes", line: { baud: 9600 }, create: meterSdm },
  ina226: { wire: "i2c", create: meterIna226 },
} as const satisfies Record<string, LineKind<MeterOptions> | Kind<"i2c", I2cMeterOptions>>;

export type CounterKind = keyof typeof COUNTERS;
export type MeterKind = keyof typeof METERS;
