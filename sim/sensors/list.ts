/** The twins of the catalogue in `firmware/sensors/list.ts`, by the same names: one line per kind. */
import type { CounterKind, KindOn, METERS } from "../../firmware/sensors/list.ts";
import type { VirtualClock } from "../clock.ts";
import { counterAsciiTwin } from "./counter-ascii.ts";
import { counterPulseTwin } from "./counter-pulse.ts";
import { meterSdmTwin } from "./meter-sdm.ts";
import type { CounterTwin, MeterTwin, PulseTwin } from "./twin.ts";

export const COUNTER_TWINS = {
  ascii: counterAsciiTwin,
  pulse: counterPulseTwin,
} as const satisfies Record<CounterKind, (clock: VirtualClock) => CounterTwin | PulseTwin>;

export const METER_TWINS = {
  sdm: meterSdmTwin,
} as const satisfies Record<KindOn<typeof METERS, "bytes">, (clock: VirtualClock, unit?: number) => MeterTwin>;
