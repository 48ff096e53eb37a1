/** The words that every wing of the house shares: what a site is, what comes in, what goes out. Data only. */
import type { GearDiagnostics, GearIdentity } from "./gear.ts";
import type { Duration, Instant, Level, Lux, Metres, WattHours, Watts } from "./units.ts";

/** An RSMP component id: `lamp/1/5` (bus 1, short address 5), `counter/2`, `bus/1`, `door/1`, `meter/1`. */
export type ComponentId = string;

/** EN 13201-2: M roads for motor traffic, C conflict areas, P pedestrians and cyclists. */
export type LightingClass =
  | "M1"
  | "M2"
  | "M3"
  | "M4"
  | "M5"
  | "M6"
  | "C0"
  | "C1"
  | "C2"
  | "C3"
  | "C4"
  | "C5"
  | "P1"
  | "P2"
  | "P3"
  | "P4"
  | "P5"
  | "P6"
  | "P7";

/** How a luminaire turns its arc power level into light: IEC 62386-102 9.3 (logarithmic), 62386-207 (linear). */
export type DimmingCurve = "logarithmic" | "linear";

export interface Lamp {
  readonly id: ComponentId;
  /** The line it hangs on: the id of a DALI bus or an analogue output. */
  readonly line: ComponentId;
  readonly street: string;
  readonly position: Metres;
  readonly group: string;
  /** Electrical power at full level. */
  readonly power: Watts;
  readonly curve: DimmingCurve;
  /** The class the street is designed for: met at full level. */
  readonly class: LightingClass;
  /** The lowest class that may be lit when nobody is there: sets the floor of every automatic dimming. */
  readonly reducedClass: LightingClass;
  /** Light of an empty street where the city permits less than a class asks for; absent: never under the class. */
  readonly empty?: Level;
  /** The name of the schedule this lamp follows. */
  readonly schedule: string;
}

export interface Counter {
  readonly id: ComponentId;
  readonly street: string;
  readonly position: Metres;
  /** Silent for so long it is stale; absent: as the site's adaptive law says. */
  readonly staleAfter?: Duration;
}

/** How the class in force on a street follows its use (CEN/TR 13201-1). */
export interface ClassSelection {
  readonly street: string;
  /** Whose people, added, are the street's use. */
  readonly counters: readonly ComponentId[];
  /** Counts are added up over so long; the class is chosen anew at each end, aligned to the hour. */
  readonly window: Duration;
  /** The classes permitted, brightest first, each from so many people an hour on; the last from 0. */
  readonly steps: readonly { readonly class: LightingClass; readonly from: number }[];
  /** A class is left downwards only under this part of its `from`, 0 to 1. */
  readonly hysteresis: number;
}

/** Two points that are one place: where streets meet. */
export interface Join {
  readonly a: { readonly street: string; readonly position: Metres };
  readonly b: { readonly street: string; readonly position: Metres };
}

/** A moment of the day: local wall time in minutes after midnight, or a solar event with an offset in minutes. */
export type DayTime =
  | { readonly kind: "clock"; readonly minutes: number }
  | { readonly kind: "sunset" | "sunrise"; readonly offset: number };

export interface SchedulePeriod {
  readonly from: DayTime;
  /** Light while this period lasts and no sensor says more; clamped to the lamp's class limits. 0 switches off. */
  readonly level: Level;
  /** Whether footfall may lower it to the floor and raise it to full. */
  readonly adaptive: boolean;
}

/** Periods of one night in order; lamps are off from `off` until the first period's `from`. */
export interface Schedule {
  readonly name: string;
  readonly periods: readonly SchedulePeriod[];
  readonly off: DayTime;
}

/** How light follows people (light-ahead). */
export interface Adaptive {
  /** Light is up this far in front of a person. */
  readonly ahead: Metres;
  /** The fastest and slowest a person is assumed to go along the street, m/s. */
  readonly fastest: number;
  readonly slowest: number;
  /** How far along the street one count is followed when no further counter sees the person. */
  readonly reach: Metres;
  /** Full light stays this long after the slowest person has passed. */
  readonly hold: Duration;
  /** Time from full to floor, in steps of `rampStep` so that nobody notices. */
  readonly ramp: Duration;
  readonly rampStep: Duration;
  /** A counter that said nothing for so long is stale: its lamps follow the schedule. */
  readonly staleAfter: Duration;
}

/** Sun of the local solar day around an instant; or that it stays up, or down, all that day. */
export type SunDay = { readonly rise: Instant; readonly set: Instant } | "up" | "down";

/** What a cabinet is told once: the validated configuration, as the controllers need it. */
export interface Site {
  readonly node: string;
  readonly timeZone: string;
  readonly lamps: readonly Lamp[];
  readonly counters: readonly Counter[];
  readonly joins: readonly Join[];
  /** Streets whose class follows their use; on others the lamps' own class is always in force. */
  readonly selections?: readonly ClassSelection[];
  readonly schedules: readonly Schedule[];
  readonly adaptive: Adaptive;
  /** Level when nothing better is known. Bright: a dark street is the worse fault. */
  readonly failSafe: Level;
  /** Astronomy is handed in, so that controllers import nothing. Pure: the same instant, the same answer. */
  readonly sun: (at: Instant) => SunDay;
}

/** Which way along the street, in growing (`up`) or falling (`down`) metres; `both` where a counter cannot tell. */
export type Direction = "up" | "down" | "both";

/** A fault's name: stable, machine-readable. Nobody decides by an error's text. */
export type FaultKind =
  | "port-missing"
  | "port-busy"
  | "port-denied"
  | "port-lost"
  | "bus-power-lost"
  | "bus-short-circuit"
  | "gateway-silent"
  | "gateway-full"
  | "gateway-fault"
  | "bus-collision"
  | "in-maintenance"
  | "output-deviates"
  | "gear-missing"
  | "sensor-silent"
  | "protocol"
  | "clock-unset";

/** What was seen, where, when. */
export type Reading =
  /** People who passed since the reading before. 0 says: alive, nobody. */
  | {
      readonly kind: "count";
      readonly source: ComponentId;
      readonly people: number;
      readonly direction: Direction;
      readonly at: Instant;
    }
  /** What a lamp really gives, when it is not fading: read back, or (0-10 V) as set. */
  | { readonly kind: "level"; readonly source: ComponentId; readonly level: Level; readonly at: Instant }
  | {
      readonly kind: "lamp";
      readonly source: ComponentId;
      readonly lampFailure: boolean;
      readonly gearFailure: boolean;
      /** Whether its light source gives light; absent where nobody can tell. */
      readonly lit?: boolean;
      /** Whether its answers are spoilt so often that another gear must have its address. */
      readonly shared?: boolean;
      readonly at: Instant;
    }
  | { readonly kind: "gear-identity"; readonly source: ComponentId; readonly gear: GearIdentity; readonly at: Instant }
  | {
      readonly kind: "gear-diagnostics";
      readonly source: ComponentId;
      readonly gear: GearDiagnostics;
      readonly at: Instant;
    }
  /** Of a meter, or of a lamp that measures itself. */
  | { readonly kind: "power"; readonly source: ComponentId; readonly power: Watts; readonly at: Instant }
  | { readonly kind: "energy"; readonly source: ComponentId; readonly energy: WattHours; readonly at: Instant }
  /** What a lamp's gear keeps otherwise than the configuration wants; none: all as wanted. */
  | {
      readonly kind: "gear-settings";
      readonly source: ComponentId;
      readonly differences: readonly { readonly property: string; readonly found: string; readonly wanted: string }[];
      readonly at: Instant;
    }
  | { readonly kind: "contact"; readonly source: ComponentId; readonly open: boolean; readonly at: Instant }
  /** Ambient light at a sensor. */
  | { readonly kind: "light"; readonly source: ComponentId; readonly light: Lux; readonly at: Instant }
  /** People expected at a counter during [from, to): the 10, 50 and 90 % quantiles of their number. */
  | {
      readonly kind: "forecast";
      readonly source: ComponentId;
      readonly from: Instant;
      readonly to: Instant;
      readonly low: number;
      readonly middle: number;
      readonly high: number;
      readonly at: Instant;
    }
  /** A fault began (`fault`) or ended (`null`) at a component. Said on change; an end of a lamp also when it may have gone its own way. */
  | { readonly kind: "fault"; readonly source: ComponentId; readonly fault: FaultKind | null; readonly at: Instant };

/** Who may overrule whom, strongest first. */
export const RANKS = ["safety", "operator", "priority", "adaptive", "schedule", "fail-safe"] as const;
export type Rank = (typeof RANKS)[number];

/** Somebody wants a lamp at a level, for a while. */
export interface Wish {
  readonly target: ComponentId;
  readonly level: Level;
  readonly rank: Rank;
  readonly reason: string;
  readonly until: Instant;
  /** RSMP id of the supervisor that wished it, where one did. */
  readonly issuer?: string;
}

/** What a lamp should be now, and why: exactly one per lamp. */
export interface Target {
  readonly lamp: ComponentId;
  readonly level: Level;
  readonly rank: Rank;
  readonly reason: string;
}

/** One thing to do to bring a lamp from what it is to its target. `rank` sets the bus priority (IEC 62386-103 9.14). */
export interface Step {
  readonly kind: "level";
  readonly line: ComponentId;
  readonly lamp: ComponentId;
  readonly level: Level;
  readonly rank: Rank;
}

/** What arrived since the last pass. */
export interface Inputs {
  readonly readings: readonly Reading[];
  /** New operator wishes; each replaces the same operator's wish for the same lamp. */
  readonly wishes: readonly Wish[];
  /** Lamps whose operator wish is withdrawn. */
  readonly cancelled: readonly ComponentId[];
  /** Whether the wall clock can be believed. */
  readonly clockSet: boolean;
}

/** What is worth telling the cockpit. */
export type Event =
  | { readonly kind: "target"; readonly target: Target; readonly at: Instant }
  /** People counted by a sensor in a closed window [from, to). */
  | {
      readonly kind: "footfall";
      readonly source: ComponentId;
      readonly people: number;
      readonly from: Instant;
      readonly to: Instant;
    }
  | {
      readonly kind: "alarm";
      readonly code: AlarmCode;
      readonly component: ComponentId;
      readonly active: boolean;
      readonly message: string;
      readonly at: Instant;
    };

export type AlarmCode =
  | "lighting.bus"
  | "lighting.lamp"
  | "lighting.gear"
  | "lighting.day-burner"
  | "lighting.cycling"
  | "lighting.dimming"
  | "lighting.power"
  | "lighting.address"
  | "lighting.thermal"
  | "lighting.output"
  | "footfall.sensor"
  | "energy.meter"
  | "access.door"
  | "cabinet.clock"
  | "cabinet.port"
  | "cabinet.journal"
  | "cabinet.command"
  | "cabinet.link"
  | "cabinet.certificate"
  | "cabinet.health"
  | "tlc.hardware.error"
  | "tlc.hardware.warning";
