/** What a gear says of itself, put together from its memory banks. */
import {
  GEAR_CONDITIONS,
  type GearCondition,
  type GearDiagnostics,
  type GearIdentity,
} from "../../../controllers/gear.ts";
import { type WattHours, type Watts, wattHours, watts } from "../../../controllers/units.ts";
import { queryVersionNumber } from "../commands/gear.ts";
import type { Sequence } from "../sequence.ts";
import { readDeviceTypes } from "../sequences/device-types.ts";
import { insist } from "../sequences/insist.ts";
import {
  BANK_0,
  BANK_0_2009,
  BANK_1,
  BANK_202,
  BANK_205,
  BANK_206,
  BANK_207,
  type BankValues,
  CONTENT_FORMAT,
} from "./banks.ts";
import { type BankReading, readBank } from "./read.ts";

/** Banks of an intelligent luminaire that hulotte asks, and the last location of each in this gear; null: it has none. */
export interface GearBanks {
  readonly energy: number | null;
  readonly gear: number | null;
  readonly lamp: number | null;
  readonly maintenance: number | null;
}

/**
 * What was asked, or nothing at all where some of it was not certain: half of what is wrong looks like less that is wrong.
 * `later`: something of it was not to be had just now.
 */
export type Known<T> =
  | ({ readonly kind: "known"; readonly later: boolean } & T)
  | { readonly kind: "unsteady" }
  | { readonly kind: "silent" };

const UNSTEADY = { kind: "unsteady" } as const;

/** As in `ReadBankOptions`. */
type Others = () => number;
const NOBODY: Others = () => 0;

const EDITION_2009 = 1;

/**
 * Who a gear is, and which banks of measurements it has: reads the version number, the device types and banks 0 and 1, and
 * the first byte of the others where bank 0 says that there may be any.
 */
export function* readIdentity(
  gear: number,
  others: Others = NOBODY,
): Sequence<Known<{ readonly identity: GearIdentity; readonly banks: GearBanks }>> {
  const edition = yield* insist(queryVersionNumber(gear));
  if (edition === undefined) return { kind: "silent" };
  const types = yield* readDeviceTypes(gear);
  const own: BankReading<typeof BANK_0> = yield* edition === EDITION_2009
    ? readBank(gear, BANK_0_2009, { others })
    : readBank(gear, BANK_0, { others });
  const values = own.kind === "read" ? own.values : {};
  const lastBank = values.lastBank ?? 0;
  const luminaire = lastBank >= BANK_1.number ? yield* readBank(gear, BANK_1, { others }) : null;
  const [energy, own205, lamp, maintenance] = [
    yield* lastOf(gear, BANK_202.number, lastBank),
    yield* lastOf(gear, BANK_205.number, lastBank),
    yield* lastOf(gear, BANK_206.number, lastBank),
    yield* lastOf(gear, BANK_207.number, lastBank),
  ];
  if (types === null || !certainly(own) || (luminaire && !certainly(luminaire))) return UNSTEADY;
  if (energy === "again" || own205 === "again" || lamp === "again" || maintenance === "again") return UNSTEADY;
  return {
    kind: "known",
    later: false,
    identity: tidy({
      gtin: values.gtin,
      serial: values.serial,
      firmware: values.firmware,
      hardware: values.hardware,
      deviceTypes: types,
      luminaire: luminaire?.kind === "read" ? luminaireOf(luminaire.values) : undefined,
    }),
    banks: { energy, gear: own205, lamp, maintenance },
  };
}

const certainly = ({ kind }: { readonly kind: BankReading<typeof BANK_0>["kind"] }): boolean =>
  kind === "read" || kind === "absent";

/** Whether a gear is still the one that was read before: its GTIN and serial alone. null: it cannot be told. */
export function* isStill(
  gear: number,
  { gtin, serial }: GearIdentity,
  others: Others = NOBODY,
): Sequence<boolean | null> {
  const old = serial !== undefined && serial.length === 8;
  const fields = ["gtin", "serial"] as const;
  const own: BankReading<typeof BANK_0> = yield* old
    ? readBank(gear, BANK_0_2009, { fields, others })
    : readBank(gear, BANK_0, { fields, others });
  if (own.kind !== "read") return null;
  return own.values.serial !== undefined && own.values.serial === serial && own.values.gtin === gtin;
}

function* lastOf(gear: number, bank: number, lastBank: number): Sequence<number | null | "again"> {
  if (bank > lastBank) return null;
  const reading = yield* readBank(gear, { number: bank, title: "", last: 0, lock: false, latch: false, fields: {} });
  if (reading.kind === "read") return reading.last;
  return reading.kind === "absent" ? null : "again";
}

type Luminaire = NonNullable<GearIdentity["luminaire"]>;

function luminaireOf(values: BankValues<typeof BANK_1>): Luminaire | undefined {
  const { gtin, serial, contentFormat } = values;
  const told: Luminaire = tidy({ gtin, serial });
  if (contentFormat !== CONTENT_FORMAT) return filled(told);
  const { year, week, nominalPower, minimumPower, lightOutput, colourRendering, colourTemperature, text } = values;
  return filled(
    tidy({
      ...told,
      // two digits; DALI luminaires of the last century have no bank 1
      year: year === undefined || year > 99 ? undefined : 2000 + year,
      week: week === undefined || week < 1 || week > 53 ? undefined : week,
      nominalPower,
      minimumPower,
      lightOutput,
      colourRendering: colourRendering === undefined || colourRendering > 100 ? undefined : colourRendering,
      colourTemperature: colourTemperature === TUNABLE ? undefined : colourTemperature,
      text,
    }),
  );
}

/** The colour temperature of a luminaire whose colour is set over the bus (DiiA 251). */
const TUNABLE = 0xfffe;

const filled = <T extends object>(of: T): T | undefined => (Object.keys(of).length > 0 ? of : undefined);

/** Without what is not known. */
function tidy<T extends object>(of: { readonly [K in keyof T]: T[K] | undefined }): T {
  return Object.fromEntries(Object.entries(of).filter(([, value]) => value !== undefined)) as T;
}

/** Power, and energy where asked for, of one moment. */
export interface Consumption {
  readonly power?: Watts;
  readonly energy?: WattHours;
}

/** Reads active power (and energy) of bank 202; `last` as `readIdentity` found it. */
export function* readConsumption(
  gear: number,
  last: number,
  energy: boolean,
  others: Others = NOBODY,
): Sequence<Known<Consumption>> {
  const fields = energy ? (["energy", "power"] as const) : (["power"] as const);
  const reading = yield* readBank(gear, BANK_202, { fields, last, others });
  if (reading.kind === "silent") return { kind: "silent" };
  if (reading.kind !== "read") return UNSTEADY;
  const { values, later } = reading;
  return {
    kind: "known",
    later: later.length > 0,
    // more than a unit can hold is no measurement
    ...(values.power !== undefined && values.power <= 1e9 ? { power: watts(values.power) } : {}),
    ...(values.energy !== undefined && values.energy <= 1e15 ? { energy: wattHours(values.energy) } : {}),
  };
}

const HOUR = 3600;
const inHours = (seconds: number | undefined): number | undefined =>
  seconds === undefined ? undefined : seconds / HOUR;

/** Reads how a gear and its light source fare: banks 205, 206 and 207, as far as the gear has them. */
export function* readDiagnostics(
  gear: number,
  banks: GearBanks,
  others: Others = NOBODY,
): Sequence<Known<{ readonly diagnostics: GearDiagnostics }>> {
  const of205 = banks.gear === null ? null : yield* readBank(gear, BANK_205, { last: banks.gear, others });
  const of206 = banks.lamp === null ? null : yield* readBank(gear, BANK_206, { last: banks.lamp, others });
  const of207 =
    banks.maintenance === null ? null : yield* readBank(gear, BANK_207, { last: banks.maintenance, others });
  const all = [of205, of206, of207].filter((one) => one !== null);
  if (all.length > 0 && all.every(({ kind }) => kind === "silent")) return { kind: "silent" };
  if (!all.every(certainly)) return UNSTEADY;
  const own = of205?.kind === "read" ? of205.values : {};
  const lamp = of206?.kind === "read" ? of206.values : {};
  const life = of207?.kind === "read" ? of207.values : {};
  const { now, counts } = conditions(own, lamp);
  return {
    kind: "known",
    later: all.some((one) => one.kind === "read" && one.later.length > 0),
    diagnostics: tidy({
      operatingHours: inHours(own.operatingTime),
      starts: own.starts,
      supplyVolts: own.supplyVoltage,
      supplyHertz: own.supplyFrequency,
      powerFactor: own.powerFactor,
      gearTemperature: own.temperature,
      outputCurrent: own.outputCurrent,
      lampOnHours: inHours(lamp.onTime),
      lampStarts: lamp.starts,
      lampVolts: lamp.voltage,
      lampAmps: lamp.current,
      lampTemperature: lamp.temperature,
      ratedLifeHours: life.ratedLife,
      conditions: now,
      counts,
    }),
  };
}

type Own = BankValues<typeof BANK_205>;
type Lit = BankValues<typeof BANK_206>;

/** What is wrong now, in the order of `GEAR_CONDITIONS`, and how often each was; absent where the gear told of none. */
function conditions(own: Own, lamp: Lit) {
  const seen: Record<GearCondition, readonly [boolean | undefined, number | undefined]> = {
    "gear-failure": [own.failure, own.failures],
    undervoltage: [own.undervoltage, own.undervoltages],
    overvoltage: [own.overvoltage, own.overvoltages],
    "power-limit": [own.powerLimit, own.powerLimits],
    "gear-derating": [own.derating, own.deratings],
    "gear-shutdown": [own.shutdown, own.shutdowns],
    "lamp-failure": [lamp.failure, lamp.failures],
    "lamp-short": [lamp.short, lamp.shorts],
    "lamp-open": [lamp.open, lamp.opens],
    "lamp-derating": [lamp.derating, lamp.deratings],
    "lamp-shutdown": [lamp.shutdown, lamp.shutdowns],
  };
  const told = GEAR_CONDITIONS.some((one) => seen[one][0] !== undefined);
  const counts: Partial<Record<GearCondition, number>> = {};
  for (const one of GEAR_CONDITIONS) {
    const count = seen[one][1];
    if (count !== undefined) counts[one] = count;
  }
  return { now: told ? GEAR_CONDITIONS.filter((one) => seen[one][0]) : undefined, counts: filled(counts) };
}
