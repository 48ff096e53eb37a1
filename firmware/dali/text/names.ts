/**
 * What commands are called in text: `QueryActualLevel`, `LED.QueryFeatures`, `Device.Reset`. Names are made of the standard's;
 * where people who know python-dali say it otherwise, the alias table has their word, too. Capitals and signs do not count:
 * `QUERY ACTUAL LEVEL` is the same name.
 */
import { commands } from "../catalogue.ts";
import type { Family, Row } from "../command.ts";

/** Words that keep their form; all others are a capital and small letters. */
const FIXED: Readonly<Record<string, string>> = Object.fromEntries(
  ["DAPC", "DTR", "DTR0", "DTR1", "DTR2", "RGB", "WAF", "RGBWAF", "TY", "XY"].map((word) => [word, word]),
);

/** By family and the standard's name; the first is shown instead of what would be made of the standard's name. */
const ALIASES: Readonly<Partial<Record<Family, Readonly<Record<string, readonly string[]>>>>> = {
  Gear: {
    "QUERY GROUPS 0-7": ["QueryGroupsZeroToSeven"],
    "QUERY GROUPS 8-15": ["QueryGroupsEightToFifteen"],
    SEARCHADDRH: ["SearchaddrH"],
    SEARCHADDRM: ["SearchaddrM"],
    SEARCHADDRL: ["SearchaddrL"],
  },
  LED: {
    "SET FAST FADE TIME": ["SetFastFadeTime", "StoreDTRAsFastFadeTime"],
    "QUERY GEAR TYPE": ["QueryGearType", "QueryControlGearType"],
  },
  Colour: {
    "SET TEMPORARY COLOUR TEMPERATURE TC": ["SetTemporaryColourTemperature", "SetTemporaryColourTemperatureTc"],
    // spelt so in python-dali
    "QUERY RGBWAF CONTROL": ["QueryRGBWAFControl", "QueryRBGWAFControl"],
  },
  Emergency: {
    "START FUNCTION TEST": ["StartFunctionTest", "RequestFunctionTest"],
    "START DURATION TEST": ["StartDurationTest", "RequestDurationTest"],
    "QUERY TEST TIMING": ["QueryTestTiming", "QuerySelectedVariable"],
    "QUERY FEATURES": ["QueryEmergencyFeatures", "QueryFeatures"],
    "QUERY FAILURE STATUS": ["QueryEmergencyFailureStatus", "QueryFailureStatus"],
  },
  Device: {
    "ADD TO DEVICE GROUPS 0-15": ["AddToDeviceGroupsZeroToFifteen"],
    "ADD TO DEVICE GROUPS 16-31": ["AddToDeviceGroupsSixteenToThirtyOne"],
    "REMOVE FROM DEVICE GROUPS 0-15": ["RemoveFromDeviceGroupsZeroToFifteen"],
    "REMOVE FROM DEVICE GROUPS 16-31": ["RemoveFromDeviceGroupsSixteenToThirtyOne"],
    "QUERY DEVICE GROUPS 0-7": ["QueryDeviceGroupsZeroToSeven"],
    "QUERY DEVICE GROUPS 8-15": ["QueryDeviceGroupsEightToFifteen"],
    "QUERY DEVICE GROUPS 16-23": ["QueryDeviceGroupsSixteenToTwentyThree"],
    "QUERY DEVICE GROUPS 24-31": ["QueryDeviceGroupsTwentyFourToThirtyOne"],
    "QUERY EVENT FILTER 0-7": ["QueryEventFilterZeroToSeven", "QueryEventFilterL"],
    "QUERY EVENT FILTER 8-15": ["QueryEventFilterEightToFifteen", "QueryEventFilterM"],
    "QUERY EVENT FILTER 16-23": ["QueryEventFilterSixteenToTwentyThree", "QueryEventFilterH"],
    SEARCHADDRH: ["SearchAddrH"],
    SEARCHADDRM: ["SearchAddrM"],
    SEARCHADDRL: ["SearchAddrL"],
  },
};

const made = (standard: string): string =>
  standard
    .split(/[^A-Z0-9]+/)
    .map((word) => FIXED[word] ?? word.slice(0, 1) + word.slice(1).toLowerCase())
    .join("");

/** Letters and digits only, small: what two spellings of one name share. */
export const key = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, "");

const NAMES = new Map(commands.map((row) => [row, ALIASES[row.family]?.[row.name]?.[0] ?? made(row.name)]));

/** The name without its family: `QueryFeatures`. Throws TypeError for a row that is not of the table. */
export function nameOf(row: Row): string {
  const name = NAMES.get(row);
  if (name === undefined) throw new TypeError(`${row.family} ${row.name} is no row of the table`);
  return name;
}

/** The name that is like no other's: `QueryActualLevel`, `LED.QueryFeatures`. Part 102 goes without a family. */
export const fullName = (row: Row): string => (row.family === "Gear" ? nameOf(row) : `${row.family}.${nameOf(row)}`);

/** Every other name it goes by, beside the standard's. */
export const otherNames = (row: Row): readonly string[] => {
  const [, ...others] = [...new Set([nameOf(row), ...(ALIASES[row.family]?.[row.name] ?? []), made(row.name)])];
  return others;
};

/** The families by what people may call them: their name, the device type, the part. */
const FAMILIES = new Map<string, Family>(
  commands.flatMap(({ family, part, deviceType }) => [
    [key(family), family],
    [`part${part}`, family],
    ...(deviceType === undefined ? [] : [[`dt${deviceType}`, family] as const]),
  ]),
);
/** The family that a word before the dot stands for. */
export const familyOf = (word: string): Family | undefined => FAMILIES.get(key(word));
export const families: readonly Family[] = [...new Set(commands.map(({ family }) => family))];

const BY_NAME = new Map<string, readonly Row[]>();
for (const row of commands) {
  for (const name of new Set([nameOf(row), ...otherNames(row), row.name].map(key))) {
    BY_NAME.set(name, [...(BY_NAME.get(name) ?? []), row]);
  }
}

/** The rows a name may stand for: those of part 102 first; only those of a family, where one is named. */
export const rowsNamed = (name: string, family?: Family): readonly Row[] =>
  (BY_NAME.get(key(name)) ?? []).filter((row) => family === undefined || row.family === family);

/** Every name there is, with its family where it needs one. */
export const allNames: readonly string[] = commands.map(fullName);
