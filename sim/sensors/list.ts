/** The twins of the catalogue in `firmware/sensors/list.ts`, by the same names: one line per kind. */
import type { CounterKind, MeterKind } from "../../firmware/sensors/list.ts";
import type { VirtualClock } from "../clock.ts";
import { counterAsciiTwin } from "./counter-ascii.ts";
import { meterSdmTwin } from "./meter-sdm.ts";
import type { CounterTwin, MeterTwin } from "./twin.ts";

export const COUNTER_TWINS = {
  ascii: counterAsciiTwin,
} as const satisfies Record<CounterKind, (clock: VirtualClock) => CounterTwin>;

export const METER_TWINS = {
  sdm: meterSdmTwin,
} as const satisfies Record<MeterKind, (clock: VirtualClock, unit?: number) => MeterTwin>;
