import type { Upkeep } from "../../controllers/lighting/clo.ts";
import type { Measures } from "../../controllers/lighting/ledger-meter.ts";
import type { Adaptive, Calendar, ComponentId, Counter, Join, Lamp, Schedule, Site } from "../../controllers/model.ts";
import {
  type Duration,
  hours,
  type Level,
  level,
  metres,
  seconds,
  type Watts,
  watts,
} from "../../controllers/units.ts";
import { sunOf } from "../almanac.ts";
import type { WarmPoint } from "../dali/warm-dim.ts";
import type { JournalLimits } from "../hal/journal.ts";
import type { PinAddress } from "../hal/pin.ts";
import type { Border } from "../neighbours/border.ts";
import { type Calibration, calibrationOf } from "../outputs/calibration.ts";
import { COUNTERS, type KindOn, METERS } from "../sensors/list.ts";
import { DEFAULTS } from "./defaults.ts";
import { type FeedConfig, feedOf } from "./feed.ts";
import { type GroupConfig, groupsOf } from "./groups.ts";
import { type InputConfig, inputOf } from "./inputs.ts";
import { type JunctionConfig, junctionOf } from "./junctions.ts";
import { type VehicleFeedConfig, vehicleFeedOf } from "./junctions-feeds.ts";
import { calibrationPoints, type LampEntry, placesOf, warmPoints } from "./lamps.ts";
import { borderOf } from "./neighbours.ts";
import { type ChipAddress, type OutputConfig, outputOf } from "./outputs.ts";
import { type PrivacyConfig, privacyOf } from "./privacy.ts";
import { calendarOf, scheduleOf } from "./programmes.ts";
import type { ConfigFile } from "./schema.ts";
import { type StreetConfig, streetOf } from "./streets.ts";
import { mountingOf, type ThermalMounting } from "./thermal.ts";
import { upkeepOf } from "./upkeep.ts";

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
  readonly privacy: PrivacyConfig;
  /** Present where people are to be foretold. */
  readonly forecast?: { readonly budget: Duration };
  readonly streets: readonly StreetConfig[];
  readonly joins: readonly Join[];
  readonly buses: readonly BusConfig[];
  readonly outputs: readonly OutputConfig[];
  readonly lamps: readonly LampConfig[];
  readonly counters: readonly CounterConfig[];
  /** Where streets go on in other cabinets' areas. */
  readonly neighbours: readonly Border[];
  readonly contacts: readonly ContactConfig[];
  readonly meters: readonly MeterConfig[];
  readonly schedules: readonly Schedule[];
  /** Sensors on DALI buses. */
  readonly inputs: readonly InputConfig[];
  readonly calendars: readonly Calendar[];
  readonly groups: readonly GroupConfig[];
  readonly junctions: readonly JunctionConfig[];
  /** Where vehicles come from. */
  readonly vehicles: readonly VehicleFeedConfig[];
  readonly adaptive: Adaptive;
  /** What the cabinet itself takes. */
  readonly own: Watts;
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
  /** Where the cabinet keeps its light constant. */
  readonly upkeep?: Upkeep;
}

export type CounterConfig = Counter &
  (
    | { readonly kind: KindOn<typeof COUNTERS, "bytes">; readonly port: string; readonly reversed: boolean }
    | {
        readonly kind: KindOn<typeof COUNTERS, "edges">;
        readonly pin: PinAddress;
        readonly activeWhen: "high" | "low";
      }
    | {
        readonly kind: KindOn<typeof COUNTERS, "i2c">;
        readonly i2c: ChipAddress;
        readonly mounting: ThermalMounting;
      }
    | { readonly kind: KindOn<typeof COUNTERS, "topic">; readonly feed: FeedConfig }
  );

export interface ContactConfig {
  readonly id: ComponentId;
  readonly pin: PinAddress;
  readonly openWhen: "high" | "low";
}

export type MeterConfig = { readonly id: ComponentId; readonly measures: Measures } & (
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
  const { contacts = [], meters = [], schedules, commands, journal, metrics, forecast } = file;
  const everyLamp = lamps.flatMap((entry) => lampsOf(entry, schedules[0]?.name ?? ""));
  const everyCounter = counters.map(counterOf);
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
    privacy: privacyOf(file),
    ...(forecast ? { forecast: { budget: seconds(forecast.budget ?? DEFAULTS.forecast.budget) } } : {}),
    streets: streets.map((street) => streetOf(street, everyLamp, everyCounter, file.classWeights)),
    joins: joins.map(({ a, b }) => ({ a: end(a), b: end(b) })),
    buses: buses.map((bus) => busOf(bus, file.failSafe ?? DEFAULTS.failSafe)),
    outputs: outputs.map((output) => outputOf(output, lampsAt(output.id))),
    lamps: everyLamp,
    counters: everyCounter,
    neighbours: (file.neighbours ?? []).map((entry) => borderOf(entry, streets)),
    contacts,
    meters: meters.map(meterOf),
    schedules: schedules.map((schedule) => scheduleOf(schedule, counting(file))),
    inputs: (file.inputs ?? []).map(inputOf),
    calendars: (file.calendars ?? []).map(calendarOf),
    groups: groupsOf(file.groups ?? [], everyLamp),
    junctions: (file.junctions ?? []).map(junctionOf),
    vehicles: (file.vehicles ?? []).map(vehicleFeedOf),
    adaptive: adaptiveOf(file.adaptive),
    own: watts(file.own ?? DEFAULTS.own),
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

function counterOf({ id, kind, street, position, ...entry }: CounterEntry): CounterConfig {
  const { port, reversed = false, pin, activeWhen, i2c, feed, staleAfter } = entry;
  const wires = {
    bytes: () => ({ port, reversed }),
    edges: () => ({ pin, activeWhen: activeWhen ?? DEFAULTS.activeWhen }),
    i2c: () => ({ i2c, mounting: mountingOf(entry) }),
    topic: () => feed && { feed: feedOf(feed) },
  };
  const stale = staleAfter === undefined ? {} : { staleAfter: seconds(staleAfter) };
  return { id, kind, street, position: metres(position), ...stale, ...wires[COUNTERS[kind].wire]() } as CounterConfig;
}

function meterOf({ id, kind, port, i2c, shunt, measures, ...line }: MeterEntry): MeterConfig {
  const { measures: usual, ...defaults } = DEFAULTS.meter;
  const wire = METERS[kind].wire === "bytes" ? { ...defaults, ...line, port } : { i2c, shunt };
  return { id, kind, measures: measures ?? usual, ...wire } as MeterConfig;
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
    ...(entry.empty === undefined ? {} : { empty: level(entry.empty) }),
    ...(entry.shares === undefined ? {} : { shares: entry.shares }),
    ...(entry.calibration ? { calibration: calibrationOf(calibrationPoints(entry.calibration)) } : {}),
    ...(entry.warmDim ? { warmDim: warmPoints(entry.warmDim) } : {}),
    ...(entry.clo || entry.cleaning ? { upkeep: upkeepOf(entry) } : {}),
  }));
}

function adaptiveOf(written: ConfigFile["adaptive"]): Adaptive {
  const { ahead, fastest, slowest, reach, hold, ramp, rampStep, staleAfter, up, reaction } = {
    ...DEFAULTS.adaptive,
    ...written,
  };
  return {
    ahead: metres(ahead),
    fastest,
    slowest,
    reach: metres(reach),
    hold: seconds(hold),
    ramp: seconds(ramp),
    rampStep: seconds(rampStep),
    up,
    ...(written?.down === undefined ? {} : { down: written.down }),
    reaction: seconds(reaction),
    staleAfter: seconds(staleAfter),
  };
}

/** All that says on which street somebody is. */
const counting = ({ counters = [], inputs = [] }: ConfigFile) => [
  ...counters,
  ...inputs.flatMap(({ id, kind, street }) => (kind === "occupancy" && street !== undefined ? [{ id, street }] : [])),
];

/** Occupancy sensors say that somebody is there, not how many. */
const occupancyOf = ({ inputs }: CabinetConfig): readonly Counter[] =>
  inputs.flatMap(({ id, place }) => (place ? [{ id, ...place, presence: true as const }] : []));

/** The part of the configuration that the controllers decide by. */
export function siteOf(config: CabinetConfig): Site {
  const { node, site, lamps, counters, neighbours, joins, schedules, adaptive, failSafe, streets } = config;
  return {
    node,
    timeZone: site.timeZone,
    lamps: lamps.map(({ address: _, calibration: _c, warmDim: _w, upkeep: _u, ...lamp }) => lamp),
    counters: [...counters, ...occupancyOf(config), ...neighbours].map(
      ({ id, street, position, staleAfter, presence }) => ({
        id,
        street,
        position,
        ...(staleAfter === undefined ? {} : { staleAfter }),
        ...(presence ? { presence } : {}),
      }),
    ),
    joins,
    oneWays: streets.flatMap(({ name, oneWay }) => (oneWay ? [{ street: name, way: oneWay }] : [])),
    selections: streets.flatMap(({ selection }) => (selection ? [selection] : [])),
    schedules,
    calendars: config.calendars,
    adaptive,
    failSafe,
    sun: sunOf(site.latitude, site.longitude),
  };
}
