/** What a report of energy is made of, whatever it was read from. Energies in Wh. */
import type { EnergySource } from "../../controllers/lighting/ledger-row.ts";
import type { LightingClass } from "../../controllers/model.ts";
import type { Instant } from "../../controllers/units.ts";
import type { HeatRow } from "../plots/heat-map.ts";

/** The same lamps with each strategy. */
export interface References {
  /** The lamps that were there before. */
  readonly baseline: number;
  /** The new lamps, full as long as it is dark. */
  readonly full: number;
  /** The new lamps by a fixed programme. */
  readonly programme: number;
}

export interface UsedHour {
  readonly at: Instant;
  /** Part of the hour that the books know, 0 to 1; more where a clock went back. */
  readonly part: number;
  readonly references: References;
  /** The new lamps as they were driven: all, and by how it is known. */
  readonly adaptive: number;
  readonly sources: Readonly<Record<EnergySource, number>>;
  /** The cabinet itself. */
  readonly own: number;
  /** Person-seconds in the dark, and of these those under the class in force; null: a cabinet does not know persons. */
  readonly people: number | null;
  readonly under: number | null;
}

export interface UsedStreet {
  readonly name: string;
  readonly class: LightingClass;
  readonly lamps: number;
  /** W of its lamps at full. */
  readonly power: number;
  /** m2; null: its width is not told. */
  readonly area: number | null;
  readonly energy: number;
}

/** Light of each lamp in one night. */
export interface Night {
  /** Of the evening, such as 2026-11-20. */
  readonly date: string;
  readonly columns: readonly string[];
  readonly rows: readonly HeatRow[];
}

/** People of an hour and how many were expected; null: not known, or 1 to 10, which nobody is told. */
export interface CountedHour {
  readonly at: Instant;
  readonly people: number | null;
  readonly low: number | null;
  readonly middle: number | null;
  readonly high: number | null;
}

/** Hours of one place that counts: a zone of a cabinet, or a whole district. */
export interface CountedPlace {
  readonly name: string;
  readonly hours: readonly CountedHour[];
}

export interface Assumption {
  readonly what: string;
  readonly value: string;
}

/** One cabinet, or one simulated district. */
export interface CabinetUse {
  readonly name: string;
  readonly timeZone: string;
  readonly lamps: number;
  readonly hours: readonly UsedHour[];
  /** Hours of the period of which nothing is known: they are in no sum. */
  readonly missing: number;
  readonly streets: readonly UsedStreet[];
  readonly night: Night | null;
  /** The busiest first. */
  readonly counts: readonly CountedPlace[];
  /** What `counts` are. */
  readonly countsUnit: string;
  readonly assumptions: readonly Assumption[];
}
