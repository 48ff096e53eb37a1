import type { Adaptive, ComponentId, Counter, Join, Lamp, Schedule, Site } from "../../controllers/model.ts";
import { type Duration, type Level, level, type Metres, metres, seconds, watts } from "../../controllers/units.ts";
import { sunOf } from "../almanac.ts";
import type { PinAddress } from "../hal/pin.ts";
import type { OutputKind } from "../outputs/list.ts";
import { COUNTERS, type KindOn, METERS } from "../sensors/list.ts";
import { DEFAULTS } from "./defaults.ts";
import { type LampEntry, placesOf } from "./lamps.ts";
import type { ConfigFile } from "./schema.ts";
import { dayTime } from "./time.ts";

/** A valid configuration with its defaults filled in and its rows of lamps written out. Ports are as the file names them. */
export interface CabinetConfig {
  readonly node: string;
  readonly site: {
    readonly name: string;
    readonly latitude: number;
    readonly longitude: number;
    readonly timeZone: string;
  };
  readonly mqtt: { readonly url: string; readonly username?: string; readonly passwordFile?: string };
  readonly streets: readonly { readonly name: string; readonly length: Metres }[];
  readonly joins: readonly Join[];
  readonly buses: readonly BusConfig[];
  readonly outputs: readonly OutputConfig[];
  readonly lamps: readonly LampConfig[];
  readonly counters: readonly CounterConfig[];
  readonly contacts: readonly ContactConfig[];
  readonly meters: readonly MeterConfig[];
  readonly schedules: readonly Schedule[];
  readonly adaptive: Adaptive;
  readonly failSafe: Level;
}

export interface BusConfig {
  readonly id: ComponentId;
  /** A name of `gateways/list.ts`. */
  readonly gateway: string;
  readonly port: string;
  readonly fadeTime: Duration;
  readonly pollEvery: Duration;
}

export interface OutputConfig {
  readonly id: ComponentId;
  readonly kind: OutputKind;
  readonly i2c: ChipAddress;
}

export interface ChipAddress {
  /** Alias in the device tree, or name of the adapter. */
  readonly adapter: string;
  /** 7-bit. */
  readonly address: number;
}

export interface LampConfig extends Lamp {
  /** Short address on its bus, or channel of its output. */
  readonly address: number;
}

export type CounterConfig = Counter &
  (
    | { readonly kind: KindOn<typeof COUNTERS, "bytes">; readonly port: string }
    | {
        readonly kind: KindOn<typeof COUNTERS, "edges">;
        readonly pin: PinAddress;
        readonly activeWhen: "high" | "low";
      }
  );

export interface ContactConfig {
  readonly id: ComponentId;
  readonly pin: PinAddress;
  readonly openWhen: "high" | "low";
}

export type MeterConfig = { readonly id: ComponentId } & (
  | {
      readonly kind: KindOn<typeof METERS, "bytes">;
      readonly port: string;
      readonly address: number;
      readonly baud: number;
      readonly phases: 1 | 3;
    }
  | {
      readonly kind: KindOn<typeof METERS, "i2c">;
      readonly i2c: ChipAddress;
      /** Ohms. */
      readonly shunt: number;
    }
);

type CounterEntry = NonNullable<ConfigFile["counters"]>[number];
type MeterEntry = NonNullable<ConfigFile["meters"]>[number];

/** From a file that passed every check. */
export function configOf(file: ConfigFile): CabinetConfig {
  const { node, site, mqtt, streets, joins = [], buses = [], outputs = [], lamps = [], counters = [] } = file;
  const { contacts = [], meters = [], schedules } = file;
  const end = ({ street, at }: { street: string; at: number }) => ({ street, position: metres(at) });
  return {
    node,
    site,
    mqtt,
    streets: streets.map(({ name, length }) => ({ name, length: metres(length) })),
    joins: joins.map(({ a, b }) => ({ a: end(a), b: end(b) })),
    buses: buses.map(({ fadeTime = DEFAULTS.fadeTime, pollEvery = DEFAULTS.pollEvery, ...bus }) => ({
      ...bus,
      fadeTime: seconds(fadeTime),
      pollEvery: seconds(pollEvery),
    })),
    outputs,
    lamps: lamps.flatMap((entry) => lampsOf(entry, schedules[0]?.name ?? "")),
    counters: counters.map(counterOf),
    contacts,
    meters: meters.map(meterOf),
    schedules: schedules.map(({ name, periods, off }) => ({
      name,
      periods: periods.map((period) => ({
        from: dayTime(period.from),
        level: level(period.level),
        adaptive: period.adaptive ?? DEFAULTS.adaptivePeriod,
      })),
      off: dayTime(off ?? DEFAULTS.off),
    })),
    adaptive: adaptiveOf(file.adaptive),
    failSafe: level(file.failSafe ?? DEFAULTS.failSafe),
  };
}

// In these the checks have seen to it that what the kind needs is there.

function counterOf({ id, kind, street, position, port, pin, activeWhen }: CounterEntry): CounterConfig {
  const wire = COUNTERS[kind].wire === "bytes" ? { port } : { pin, activeWhen: activeWhen ?? DEFAULTS.activeWhen };
  return { id, kind, street, position: metres(position), ...wire } as CounterConfig;
}

function meterOf({ id, kind, port, i2c, shunt, ...line }: MeterEntry): MeterConfig {
  const wire = METERS[kind].wire === "bytes" ? { ...DEFAULTS.meter, ...line, port } : { i2c, shunt };
  return { id, kind, ...wire } as MeterConfig;
}

function lampsOf(entry: LampEntry, firstSchedule: string): LampConfig[] {
  return placesOf(entry).map(({ id, line, address, position }) => ({
    id: id as string,
    line: line as string,
    address: address as number,
    street: entry.street,
    position: metres(position as number),
    group: entry.group ?? entry.street,
    power: watts(entry.power),
    curve: entry.curve ?? DEFAULTS.curve,
    class: entry.class,
    reducedClass: entry.reducedClass ?? entry.class,
    schedule: entry.schedule ?? firstSchedule,
  }));
}

function adaptiveOf(written: ConfigFile["adaptive"]): Adaptive {
  const { ahead, fastest, slowest, reach, hold, ramp, rampStep, staleAfter } = { ...DEFAULTS.adaptive, ...written };
  return {
    ahead: metres(ahead),
    fastest,
    slowest,
    reach: metres(reach),
    hold: seconds(hold),
    ramp: seconds(ramp),
    rampStep: seconds(rampStep),
    staleAfter: seconds(staleAfter),
  };
}

/** The part of the configuration that the controllers decide by. */
export function siteOf(config: CabinetConfig): Site {
  const { node, site, lamps, counters, joins, schedules, adaptive, failSafe } = config;
  return {
    node,
    timeZone: site.timeZone,
    lamps: lamps.map(({ address: _, ...lamp }) => lamp),
    counters: counters.map(({ id, street, position }) => ({ id, street, position })),
    joins,
    schedules,
    adaptive,
    failSafe,
    sun: sunOf(site.latitude, site.longitude),
  };
}
