import type { Adaptive, ComponentId, Counter, Join, Lamp, Schedule, Site } from "../../controllers/model.ts";
import {
  type Duration,
  hours,
  type Level,
  level,
  type Metres,
  metres,
  seconds,
  watts,
} from "../../controllers/units.ts";
import { sunOf } from "../almanac.ts";
import type { WarmPoint } from "../dali/warm-dim.ts";
import type { JournalLimits } from "../hal/journal.ts";
import type { PinAddress } from "../hal/pin.ts";
import { type Calibration, calibrationOf } from "../outputs/calibration.ts";
import { COUNTERS, type KindOn, METERS } from "../sensors/list.ts";
import { DEFAULTS } from "./defaults.ts";
import { calibrationPoints, type LampEntry, placesOf, warmPoints } from "./lamps.ts";
import { type ChipAddress, type OutputConfig, outputOf } from "./outputs.ts";
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
  readonly mqtt: MqttConfig;
  readonly commands: CommandsConfig;
  /** bytes and ms. */
  readonly journal: JournalLimits;
  readonly metrics?: { readonly port: number };
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

export interface MqttConfig {
  readonly url: string;
  /** Other brokers, in the order of preference. */
  readonly alternatives: readonly string[];
  /** Paths as the file names them. */
  readonly tls?: {
    readonly ca: string;
    readonly certificate?: string;
    readonly key?: string;
    readonly token?: { readonly engine: string; readonly id: string };
  };
  readonly username?: string;
  readonly passwordFile?: string;
}

/** Whose commands are done. */
export interface CommandsConfig {
  readonly keys: readonly KeyConfig[];
  /** RSMP id of the one supervisor that need not sign. */
  readonly unsigned?: string;
}

export interface KeyConfig {
  readonly id: string;
  readonly issuer: string;
  /** Ed25519, base64url. */
  readonly publicKey: string;
  /** Codes or their beginnings; absent: all but `cabinet.keys` and `cabinet.certificate`. */
  readonly codes?: readonly string[];
  readonly from?: string;
  readonly until?: string;
}

export interface BusConfig {
  readonly id: ComponentId;
  /** A name of `gateways/list.ts`. */
  readonly gateway: string;
  // Where it is: what its kind needs is there.
  readonly port?: string;
  readonly i2c?: ChipAddress;
  /** Modbus unit, and which of its buses. */
  readonly address?: number;
  readonly channel?: number;
  readonly baud?: number;
  readonly options?: Readonly<Record<string, string>>;
  readonly fadeTime: Duration;
  readonly pollEvery: Duration;
  readonly pollShare: number;
  readonly powerOnLevel: Level;
  readonly systemFailureLevel: Level;
  readonly audit: "off" | "check" | "repair";
}

export interface LampConfig extends Lamp {
  /** Short address on its bus, or channel of its output. */
  readonly address: number;
  /** Of a lamp of an output: what its driver makes of volts. */
  readonly calibration?: Calibration;
  /** Of a tunable lamp of a bus. */
  readonly warmDim?: readonly WarmPoint[];
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

type BusEntry = NonNullable<ConfigFile["buses"]>[number];
type CounterEntry = NonNullable<ConfigFile["counters"]>[number];
type MeterEntry = NonNullable<ConfigFile["meters"]>[number];

/** From a file that passed every check. */
export function configOf(file: ConfigFile): CabinetConfig {
  const { node, site, mqtt, streets, joins = [], buses = [], outputs = [], lamps = [], counters = [] } = file;
  const { contacts = [], meters = [], schedules, commands, journal, metrics } = file;
  const everyLamp = lamps.flatMap((entry) => lampsOf(entry, schedules[0]?.name ?? ""));
  const lampsAt = (id: ComponentId) => everyLamp.filter(({ line }) => line === id).map((lamp) => lamp.id);
  const end = ({ street, at }: { street: string; at: number }) => ({ street, position: metres(at) });
  return {
    node,
    site,
    mqtt: { ...mqtt, alternatives: mqtt.alternatives ?? [] },
    commands: { ...commands, keys: commands?.keys ?? [] },
    journal: {
      bytes: (journal?.megabytes ?? DEFAULTS.journal.megabytes) * 1e6,
      age: hours(24 * (journal?.days ?? DEFAULTS.journal.days)),
    },
    ...(metrics ? { metrics } : {}),
    streets: streets.map(({ name, length }) => ({ name, length: metres(length) })),
    joins: joins.map(({ a, b }) => ({ a: end(a), b: end(b) })),
    buses: buses.map((bus) => busOf(bus, file.failSafe ?? DEFAULTS.failSafe)),
    outputs: outputs.map((output) => outputOf(output, lampsAt(output.id))),
    lamps: everyLamp,
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

function busOf(entry: BusEntry, failSafe: number): BusConfig {
  const { fadeTime, pollEvery, pollShare, powerOnLevel, systemFailureLevel, audit, options, ...bus } = entry;
  return {
    ...bus,
    ...(options ? { options: options as Readonly<Record<string, string>> } : {}),
    fadeTime: seconds(fadeTime ?? DEFAULTS.fadeTime),
    pollEvery: seconds(pollEvery ?? DEFAULTS.pollEvery),
    pollShare: pollShare ?? DEFAULTS.pollShare,
    powerOnLevel: level(powerOnLevel ?? failSafe),
    systemFailureLevel: level(systemFailureLevel ?? failSafe),
    audit: audit ?? DEFAULTS.audit,
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
    ...(entry.calibration ? { calibration: calibrationOf(calibrationPoints(entry.calibration)) } : {}),
    ...(entry.warmDim ? { warmDim: warmPoints(entry.warmDim) } : {}),
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
    lamps: lamps.map(({ address: _, calibration: _c, warmDim: _w, ...lamp }) => lamp),
    counters: counters.map(({ id, street, position }) => ({ id, street, position })),
    joins,
    schedules,
    adaptive,
    failSafe,
    sun: sunOf(site.latitude, site.longitude),
  };
}
