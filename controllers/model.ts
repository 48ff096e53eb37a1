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
  /** The name of the schedule or calendar this lamp follows. */
  readonly schedule: string;
  /** Lamps of one name (of a driver, a mast) always have equal automatic light: the brightest that any of them needs. */
  readonly shares?: string;
}

export interface Counter {
  readonly id: ComponentId;
  readonly street: string;
  readonly position: Metres;
  /** Silent for so long it is stale; absent: as the site's adaptive law says. */
  readonly staleAfter?: Duration;
  /** It says that somebody is there, not how many: light follows it, and no sum of people has it. */
  readonly presence?: true;
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

/** A street that people go along in one way only. */
export interface OneWay {
  readonly street: string;
  readonly way: "up" | "down";
}

/** Two points that are one place: where streets meet. */
export interface Join {
  readonly a: { readonly street: string; readonly position: Metres };
  readonly b: { readonly street: string; readonly position: Metres };
}

/** A moment of the day: local wall time in minutes after midnight, or a solar event with an offset in minutes. */
export type DayTime =
  | { readonly kind: "clock"; readonly minutes: number }
  | {
      readonly kind: "sunset" | "sunrise";
      readonly offset: number;
      /** Never before and never after these, in minutes after midnight: for a sunset after noon, for a sunrise before. */
      readonly earliest?: number;
      readonly latest?: number;
    };

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
  /** On top of the periods, the strongest first. */
  readonly dynamic?: readonly DynamicControl[];
}

/** TALQ 2.7.1 EffectOperation. */
export const OPERATIONS = ["set", "max", "min", "add", "multiply"] as const;
export type Operation = (typeof OPERATIONS)[number];

/** What sets a dynamic control going: people at any of some counters, or that it is dark at a light sensor. */
export type ControlSource =
  | { readonly kind: "people"; readonly counters: readonly ComponentId[] }
  /** Dark under `below`, and from then until over `above`. */
  | { readonly kind: "dark"; readonly sensor: ComponentId; readonly below: Lux; readonly above: Lux };

/** Changes the level of a schedule while its source is active, and for `hold` after (TALQ 2.7.1 DynamicControl). */
export interface DynamicControl {
  /** Said as the reason. */
  readonly name: string;
  /** It may act in these only; absent: always, by day too. */
  readonly during?: readonly { readonly from: DayTime; readonly to: DayTime }[];
  readonly source: ControlSource;
  readonly operation: Operation;
  /** Percent: of full light, or of the level to multiply. */
  readonly level: number;
  readonly hold: Duration;
}

/** A day of each year, or with a year of that one. */
export interface CalendarDate {
  readonly year?: number;
  readonly month: number;
  readonly day: number;
}

/** Public holidays that are known by their law, by country (ISO 3166-1). */
export const HOLIDAYS = ["FR"] as const;
export type Holidays = (typeof HOLIDAYS)[number];

/** For which days a schedule is: those for which all that is said holds. */
export interface CalendarRule {
  /** First and last day. Without years and with `to` before `from`: over the new year. */
  readonly from?: CalendarDate;
  readonly to?: CalendarDate;
  /** ISO 8601: 1 is Monday. */
  readonly days?: readonly number[];
  /** Which of its weekday in the month, 1 to 5; -1 is the last. */
  readonly occurrences?: readonly number[];
  readonly holidays?: Holidays;
  /** Days before holidays. */
  readonly eves?: Holidays;
  /** Days after Easter Sunday; below 0 before. */
  readonly easter?: { readonly from: number; readonly to: number };
  readonly schedule: string;
}

/** Which schedule each night follows: that of the first rule for its day (TALQ 2.7.1 Calendar). */
export interface Calendar {
  readonly name: string;
  readonly rules: readonly CalendarRule[];
  readonly otherwise: string;
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
  /** The fastest that light may rise and fall, percent of full light a second; absent: no other limit than `ramp`. */
  readonly up?: number;
  readonly down?: number;
  /** Somebody sees so far ahead in time: the faster, the farther than `ahead` is lit. Absent: `ahead` for all. */
  readonly reaction?: Duration;
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
  /** Streets of one way; on others people go both. */
  readonly oneWays?: readonly OneWay[];
  /** Streets whose class follows their use; on others the lamps' own class is always in force. */
  readonly selections?: readonly ClassSelection[];
  readonly schedules: readonly Schedule[];
  /** Of schedules; a lamp may follow one in place of a schedule. */
  readonly calendars?: readonly Calendar[];
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
      /** How fast they went, m/s, where the counter measures it. */
      readonly speed?: number;
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
  /** It stands from then on; absent: at once. */
  readonly from?: Instant;
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
  /** New wishes; each ends those of its rank for the same lamp while it stands itself. */
  readonly wishes: readonly Wish[];
  /** Lamps whose operator wish is withdrawn. */
  readonly cancelled: readonly ComponentId[];
  /** Whether the wall clock can be believed. */
  readonly clockSet: boolean;
}

/** Why a lighting class is in force: people counted or expected, or what keeps from knowing them. */
export type ClassReason = "counted" | "forecast" | "not counted yet" | "counter silent" | "clock not set";

/** What is worth telling the cockpit. */
export type Event =
  /** Another lighting class is in force on a street whose class follows its use, or the first. */
  | {
      readonly kind: "class";
      readonly street: string;
      readonly class: LightingClass;
      readonly why: ClassReason;
      readonly at: Instant;
    }
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
