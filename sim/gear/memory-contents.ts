/** What the memory banks of a gear hold: identity as it was made, the meter's values as they are when read. */
import {
  BANK_0,
  type BANK_0_2009,
  BANK_1,
  BANK_202,
  BANK_203,
  BANK_204,
  BANK_205,
  BANK_206,
  BANK_207,
  type Bank,
  type BankValues,
  bankImage,
  CONTENT_FORMAT,
} from "../../firmware/dali/memory/banks.ts";
import type { Gear } from "./gear.ts";
import type { MemoryOptions } from "./memory.ts";
import type { Meter } from "./meter.ts";

export interface BankContent {
  readonly bank: Bank;
  /** All locations as they are now. */
  bytes(): readonly number[];
  writable(at: number): boolean;
  /** Only where `writable`. */
  write(at: number, value: number): void;
  /** Back to what it was from the factory. */
  reset(): void;
}

const MAINS_VOLTS = 230;
const MAINS_HERTZ = 50;
const POWER_FACTOR = 0.95;
/** What a driver passes on of what it draws. */
const EFFICIENCY = 0.88;
const LED_VOLTS = 48;
const BYTE_MOST = 253;
const version = 1;

const writableAt = (bank: Bank, at: number): boolean =>
  Object.values(bank.fields).some((field) => field.writable && at >= field.at && at < field.at + field.length);

/** A bank whose bytes are kept: written into non-volatile memory. */
function kept<B extends Bank>(gear: Gear, bank: B, values: () => BankValues<B>): BankContent {
  // made when first asked: a serial of chance must not move what else is drawn at the start
  let bytes: number[] | undefined;
  const now = () => {
    bytes ??= bankImage(bank, values());
    return bytes;
  };
  return {
    bank,
    bytes: now,
    writable: (at) => writableAt(bank, at),
    write: (at, value) => gear.nvm.set(now(), at, value),
    reset: () => void bankImage(bank, values()).map((byte, at) => gear.nvm.set(now(), at, byte)),
  };
}

/** A bank that tells what is measured; nothing in it can be written. */
function measured<B extends Bank>(bank: B, values: () => BankValues<B>): BankContent {
  return { bank, bytes: () => bankImage(bank, values()), writable: () => false, write() {}, reset() {} };
}

const kinds = (gear: Gear, meter: Meter): Readonly<Record<number, () => BankContent>> => {
  const power = () => gear.power();
  const count = (name: keyof Meter["counts"]) => Math.min(BYTE_MOST, meter.counts[name]);
  const seconds = (ms: number) => Math.floor(ms / 1000);
  return {
    202: () => measured(BANK_202, () => ({ version, energy: gear.energy(), power: power() })),
    203: () =>
      measured(BANK_203, () => ({ version, energy: gear.energy() / POWER_FACTOR, power: power() / POWER_FACTOR })),
    204: () => measured(BANK_204, () => ({ version, energy: gear.energy() * EFFICIENCY, power: power() * EFFICIENCY })),
    205: () =>
      measured(BANK_205, () => {
        gear.energy();
        return {
          version,
          operatingTime: seconds(meter.operated),
          starts: meter.starts,
          supplyVoltage: MAINS_VOLTS,
          supplyFrequency: MAINS_HERTZ,
          powerFactor: POWER_FACTOR,
          failure: meter.now.failure,
          failures: count("failure"),
          undervoltage: false,
          undervoltages: 0,
          overvoltage: false,
          overvoltages: 0,
          powerLimit: false,
          powerLimits: 0,
          derating: meter.now.derating,
          deratings: count("derating"),
          shutdown: meter.now.shutdown,
          shutdowns: count("shutdown"),
          temperature: meter.gearTemperature,
          outputCurrent: Math.round(gear.light()),
        };
      }),
    206: () => {
      let [lit, starts] = [0, 0];
      return {
        ...measured(BANK_206, () => {
          gear.energy();
          const volts = gear.light() > 0 ? LED_VOLTS : 0;
          return {
            version,
            startsSinceReset: meter.lampStarts - starts,
            starts: meter.lampStarts,
            onTimeSinceReset: seconds(meter.lit - lit),
            onTime: seconds(meter.lit),
            voltage: volts,
            current: volts === 0 ? 0 : (power() * EFFICIENCY) / volts,
            failure: meter.now.lampFailure,
            failures: count("lampFailure"),
            short: meter.now.short,
            shorts: count("short"),
            open: meter.now.open,
            opens: count("open"),
            derating: false,
            deratings: 0,
            shutdown: meter.now.shutdown,
            shutdowns: count("shutdown"),
            temperature: meter.lampTemperature,
          };
        }),
        writable: (at) => writableAt(BANK_206, at),
        // a counter is written to start it anew: whatever byte of it, it begins at zero
        write(at) {
          gear.energy();
          if (at < BANK_206.fields.starts.at) starts = meter.lampStarts;
          else lit = meter.lit;
        },
        reset() {
          gear.energy();
          [lit, starts] = [meter.lit, meter.lampStarts];
        },
      };
    },
  };
};

/** The banks that a gear has. Throws TypeError for a number that is no bank of these parts. */
export function contents(
  gear: Gear,
  first: typeof BANK_0 | typeof BANK_0_2009,
  meter: Meter | undefined,
  options: MemoryOptions,
): ReadonlyMap<number, BankContent> {
  const banks = options.banks ?? [1, 202, 205, 206, 207];
  const { random } = gear.options;
  const digit = () => Math.floor(random.next() * 16).toString(16);
  const identity = () => ({
    lastBank: Math.max(0, ...banks),
    gtin: "4000000000006",
    firmware: "1.0",
    serial: Array.from({ length: 2 * first.fields.serial.length }, digit).join(""),
    ...(first === BANK_0
      ? { hardware: "1.0", part101: "2.0", part102: "2.0", deviceUnits: 0, gearUnits: 1, unitIndex: 0 }
      : {}),
    ...options.gear,
  });
  const all: Record<number, () => BankContent> = {
    ...(meter && kinds(gear, meter)),
    0: () => kept<Bank>(gear, first, identity),
    1: () =>
      kept(gear, BANK_1, () => ({
        contentFormat: CONTENT_FORMAT,
        nominalPower: Math.round(gear.options.power),
        colourTemperature: gear.colour ? 0xfffe : 3000,
        ...options.luminaire,
      })),
    207: () => kept(gear, BANK_207, () => ({ version, ...options.maintenance })),
  };
  return new Map(
    [0, ...banks].map((number) => {
      const make = all[number];
      if (!make) throw new TypeError(`memory bank ${number}: allowed ${Object.keys(all).join(", ")}`);
      return [number, make()] as const;
    }),
  );
}
