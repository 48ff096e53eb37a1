/** The twins of the catalogue in `firmware/sensors/list.ts`, by the same names: one line per kind. */
import type { ThermalMounting } from "../../firmware/config/thermal.ts";
import type { COUNTERS, CounterKind, KindOn, METERS } from "../../firmware/sensors/list.ts";
import type { VirtualClock } from "../clock.ts";
import { counterAsciiTwin } from "./counter-ascii.ts";
import { counterPulseTwin } from "./counter-pulse.ts";
import { amg8833Twin, mlx90640Twin, type ThermalTwin } from "./counter-thermal.ts";
import { meterSdmTwin } from "./meter-sdm.ts";
import { radarLd2450Twin } from "./radar-ld2450.ts";
import { radarOps243Twin } from "./radar-ops243.ts";
import type { CounterTwin, MeterTwin, PulseTwin } from "./twin.ts";

type ThermalKind = KindOn<typeof COUNTERS, "i2c">;

export const COUNTER_TWINS = {
  ascii: counterAsciiTwin,
  pulse: counterPulseTwin,
  ld2450: radarLd2450Twin,
  ops243: radarOps243Twin,
} as const satisfies Record<
  Exclude<CounterKind, ThermalKind | KindOn<typeof COUNTERS, "topic">>,
  (clock: VirtualClock) => CounterTwin | PulseTwin
>;

export const THERMAL_TWINS = {
  amg8833: amg8833Twin,
  mlx90640: mlx90640Twin,
} as const satisfies Record<ThermalKind, (clock: VirtualClock, seed: number, mounting: ThermalMounting) => ThermalTwin>;

export const METER_TWINS = {
  sdm: meterSdmTwin,
} as const satisfies Record<KindOn<typeof METERS, "bytes">, (clock: VirtualClock, unit?: number) => MeterTwin>;
