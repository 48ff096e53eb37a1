/**
 * The memory banks of gear as tables: where each value is, and how it is coded. Bank 0 is of IEC 62386-102 9.10.6, bank 1 of
 * DiiA 251, banks 202 to 204 of 252, 205 to 207 of 253. Locations 0 (last location), 1 and, where a bank has one, 2 (lock
 * byte) are the same everywhere and no fields.
 */
import { type Coding, flag, gtin, hex, number, partVersion, scaled, text, version } from "./codec.ts";

/** A value of a bank: `length` bytes from location `at`. */
export interface Field<T = unknown> extends Coding<T> {
  readonly at: number;
  readonly length: number;
  /** Whether it may be written once the bank is unlocked. */
  readonly writable: boolean;
}

export interface Bank<F extends Readonly<Record<string, Field>> = Readonly<Record<string, Field>>> {
  readonly number: number;
  readonly title: string;
  /** The last location that the standard gives it; gear may have fewer or, of its maker, more. */
  readonly last: number;
  /** Whether location 2 keeps it from being written (55 unlocks), and freezes its values to be read together (AA). */
  readonly lock: boolean;
  readonly latch: boolean;
  readonly fields: F;
}

/** What a bank says: a field that is absent is not known, or the gear does not have it. */
export type BankValues<B extends Bank> = {
  readonly [K in keyof B["fields"]]?: B["fields"][K] extends Field<infer T> ? T : never;
};

/** Location 2 of every bank but 0, and what is written there. */
export const LOCK_BYTE = 2;
export const UNLOCK = 0x55;
export const LATCH = 0xaa;
export const LOCK = 0xff;

const read = <T>(at: number, length: number, coding: Coding<T>): Field<T> => ({
  at,
  length,
  writable: false,
  decode: coding.decode,
  encode: coding.encode,
});
const written = <T>(at: number, length: number, coding: Coding<T>): Field<T> => ({
  ...read(at, length, coding),
  writable: true,
});

const count = number();
const tenth = number({ per: 10 });
const temperature = number({ from: -60 });
const plain = number({ tmask: false });

/** Edition 2014 and later: the gear's QUERY VERSION NUMBER is above 1. */
export const BANK_0 = {
  number: 0,
  title: "the gear",
  last: 0x1a,
  lock: false,
  latch: false,
  fields: {
    lastBank: read(0x02, 1, plain),
    gtin: read(0x03, 6, gtin),
    firmware: read(0x09, 2, version),
    serial: read(0x0b, 8, hex),
    hardware: read(0x13, 2, version),
    part101: read(0x15, 1, partVersion),
    part102: read(0x16, 1, partVersion),
    part103: read(0x17, 1, partVersion),
    deviceUnits: read(0x18, 1, plain),
    gearUnits: read(0x19, 1, plain),
    unitIndex: read(0x1a, 1, plain),
  },
} as const satisfies Bank;

/** Edition 2009: the serial has four bytes, and what follows is the maker's own. */
export const BANK_0_2009 = {
  ...BANK_0,
  last: 0x0e,
  fields: {
    lastBank: BANK_0.fields.lastBank,
    gtin: BANK_0.fields.gtin,
    firmware: BANK_0.fields.firmware,
    serial: read(0x0b, 4, hex),
  },
} as const satisfies Bank;

/** The content format (location 11) under which all after it is as in `BANK_1`; under others only what is before it. */
export const CONTENT_FORMAT = 3;

export const BANK_1 = {
  number: 1,
  title: "the luminaire",
  last: 0x77,
  lock: true,
  latch: false,
  fields: {
    gtin: written(0x03, 6, gtin),
    serial: written(0x09, 8, hex),
    contentFormat: written(0x11, 2, plain),
    /** Of the century. */
    year: written(0x13, 1, plain),
    week: written(0x14, 1, plain),
    /** W. */
    nominalPower: written(0x15, 2, plain),
    minimumPower: written(0x17, 2, plain),
    /** V. */
    minimumMains: written(0x19, 2, plain),
    maximumMains: written(0x1b, 2, plain),
    /** lm. */
    lightOutput: written(0x1d, 3, plain),
    colourRendering: written(0x20, 1, plain),
    /** K; 65534: it can be set (part 209). */
    colourTemperature: written(0x21, 2, plain),
    /** 1 to 5: type I to V; 0: not specified. */
    distribution: written(0x23, 1, plain),
    colour: written(0x24, 24, text),
    text: written(0x3c, 60, text),
  },
} as const satisfies Bank;

/** Energy in Wh or VAh, power in W or VA. */
const energyBank = <N extends 202 | 203 | 204>(bank: N, title: string) =>
  ({
    number: bank,
    title,
    last: 0x0f,
    lock: false,
    latch: true,
    fields: { version: read(0x03, 1, plain), energy: read(0x04, 7, scaled(0)), power: read(0x0b, 5, scaled(-1)) },
  }) as const satisfies Bank;

export const BANK_202 = energyBank(202, "active energy");
export const BANK_203 = energyBank(203, "apparent energy");
export const BANK_204 = energyBank(204, "active energy of the load side");

/** Times in s. A condition that is now, and after it how often it has been. */
export const BANK_205 = {
  number: 205,
  title: "diagnostics of the gear",
  last: 0x1c,
  lock: true,
  latch: true,
  fields: {
    version: read(0x03, 1, plain),
    operatingTime: read(0x04, 4, count),
    starts: read(0x08, 3, count),
    /** V. */
    supplyVoltage: read(0x0b, 2, tenth),
    /** Hz; 0: direct current. */
    supplyFrequency: read(0x0d, 1, count),
    powerFactor: read(0x0e, 1, number({ per: 100 })),
    failure: read(0x0f, 1, flag),
    failures: read(0x10, 1, count),
    undervoltage: read(0x11, 1, flag),
    undervoltages: read(0x12, 1, count),
    overvoltage: read(0x13, 1, flag),
    overvoltages: read(0x14, 1, count),
    powerLimit: read(0x15, 1, flag),
    powerLimits: read(0x16, 1, count),
    derating: read(0x17, 1, flag),
    deratings: read(0x18, 1, count),
    shutdown: read(0x19, 1, flag),
    shutdowns: read(0x1a, 1, count),
    /** Degrees Celsius. */
    temperature: read(0x1b, 1, temperature),
    /** Percent of the most. */
    outputCurrent: read(0x1c, 1, count),
  },
} as const satisfies Bank;

export const BANK_206 = {
  number: 206,
  title: "diagnostics of the light source",
  last: 0x20,
  lock: true,
  latch: true,
  fields: {
    version: read(0x03, 1, plain),
    startsSinceReset: written(0x04, 3, count),
    starts: read(0x07, 3, count),
    onTimeSinceReset: written(0x0a, 4, count),
    onTime: read(0x0e, 4, count),
    /** V, A. */
    voltage: read(0x12, 2, tenth),
    current: read(0x14, 2, number({ per: 1000 })),
    failure: read(0x16, 1, flag),
    failures: read(0x17, 1, count),
    short: read(0x18, 1, flag),
    shorts: read(0x19, 1, count),
    open: read(0x1a, 1, flag),
    opens: read(0x1b, 1, count),
    derating: read(0x1c, 1, flag),
    deratings: read(0x1d, 1, count),
    shutdown: read(0x1e, 1, flag),
    shutdowns: read(0x1f, 1, count),
    temperature: read(0x20, 1, temperature),
  },
} as const satisfies Bank;

export const BANK_207 = {
  number: 207,
  title: "maintenance of the luminaire",
  last: 0x07,
  lock: true,
  latch: false,
  fields: {
    version: read(0x03, 1, plain),
    /** Hours. */
    ratedLife: written(0x04, 1, number({ times: 1000 })),
    referenceTemperature: written(0x05, 1, temperature),
    ratedStarts: written(0x06, 2, number({ times: 100 })),
  },
} as const satisfies Bank;

/** What a bank holds at each location, 0 to `last` or the last of the table, for simulated gear: MASK where not told. */
export function bankImage<B extends Bank>(bank: B, values: BankValues<B>, last = bank.last): number[] {
  const image = new Array<number>(last + 1).fill(0xff);
  for (const [name, field] of Object.entries(bank.fields)) {
    const value = (values as Readonly<Record<string, unknown>>)[name] ?? null;
    for (const [i, byte] of field.encode(name, value, field.length).entries()) image[field.at + i] = byte;
  }
  image.length = last + 1;
  image[0] = last;
  return image;
}
