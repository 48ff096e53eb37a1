/** What an intelligent luminaire (D4i) can say of itself. Every value may be absent: gear tells what it has, null where it does not know it. */

/** Who it is: memory banks 0 (IEC 62386-102 9.10.6) and 1 (IEC 62386-251). Told once, and again when it changed. */
export interface GearIdentity {
  /** 13 or 14 digits. */
  readonly gtin?: string;
  /** Identification number, lower-case hex. */
  readonly serial?: string;
  /** `major.minor`. */
  readonly firmware?: string;
  readonly hardware?: string;
  /** Device types it implements (IEC 62386-2xx), ascending: 6 is LED, 8 colour. */
  readonly deviceTypes?: readonly number[];
  readonly luminaire?: {
    readonly gtin?: string;
    readonly serial?: string;
    readonly year?: number;
    readonly week?: number;
    /** W at full, and at the lowest light. */
    readonly nominalPower?: number;
    readonly minimumPower?: number;
    readonly lightOutput?: number;
    readonly colourRendering?: number;
    /** K. */
    readonly colourTemperature?: number;
    readonly text?: string;
  };
}

/** How it fares: memory banks 205 to 207 (IEC 62386-253). Times in hours, temperatures in degrees Celsius. */
export interface GearDiagnostics {
  readonly operatingHours?: number;
  readonly starts?: number;
  readonly supplyVolts?: number;
  readonly supplyHertz?: number;
  readonly powerFactor?: number;
  readonly gearTemperature?: number;
  /** Output current in percent of its most. */
  readonly outputCurrent?: number;
  readonly lampOnHours?: number;
  readonly lampStarts?: number;
  readonly lampVolts?: number;
  readonly lampAmps?: number;
  readonly lampTemperature?: number;
  readonly ratedLifeHours?: number;
  /** What is wrong now. */
  readonly conditions?: readonly GearCondition[];
  /** How often each has been. */
  readonly counts?: Readonly<Partial<Record<GearCondition, number>>>;
}

export const GEAR_CONDITIONS = [
  "gear-failure",
  "undervoltage",
  "overvoltage",
  "power-limit",
  "gear-derating",
  "gear-shutdown",
  "lamp-failure",
  "lamp-short",
  "lamp-open",
  "lamp-derating",
  "lamp-shutdown",
] as const;
export type GearCondition = (typeof GEAR_CONDITIONS)[number];
