/**
 * The commands of colour control, IEC 62386-209 clause 11, device type 8. Opcodes agree in python-dali and three independent
 * public tables. Numbers of 16 bits go into DTR1 (high) and DTR0 (low); an answer of 16 bits is the high byte, its low byte
 * is in DTR0 then.
 */
import { flags, made, nothing, oneOf, partOf } from "../reading.ts";
import { addressed, manners } from "../rows.ts";
import { version } from "./gear-readings.ts";

const { once, twice, asks } = manners(209, "Colour", 8);

/** Colour temperatures travel as mirek, 1 to 65534: the warmer, the greater. Throws TypeError outside 15.26 K to 1 MK. */
export function mirek(kelvin: number): number {
  const value = Math.round(1e6 / kelvin);
  if (!(value >= 1 && value <= 0xfffe)) throw new TypeError(`colour temperature is ${kelvin} K: allowed 16 to 1000000`);
  return value;
}
/** The colour temperature of a mirek number 1 to 65534, in K. */
export const kelvin = (mirekValue: number): number => 1e6 / mirekValue;

/** What QUERY COLOUR VALUE asks for, by the number in DTR0 (IEC 62386-209 table 11). */
export const COLOUR_VALUES = {
  x: 0,
  y: 1,
  tc: 2,
  primary: 3,
  red: 9,
  green: 10,
  blue: 11,
  white: 12,
  amber: 13,
  freecolour: 14,
  rgbwafControl: 15,
  /** And y, TY of primary 0; three numbers on for each further one. */
  xOfPrimary: 64,
  yOfPrimary: 65,
  tyOfPrimary: 66,
  primaries: 82,
  tcCoolest: 128,
  tcPhysicalCoolest: 129,
  tcWarmest: 130,
  tcPhysicalWarmest: 131,
  temporaryX: 192,
  temporaryY: 193,
  temporaryTc: 194,
  temporaryPrimary: 195,
  temporaryRed: 201,
  temporaryGreen: 202,
  temporaryBlue: 203,
  temporaryWhite: 204,
  temporaryAmber: 205,
  temporaryFreecolour: 206,
  temporaryRgbwafControl: 207,
  temporaryColourType: 208,
  reportX: 224,
  reportY: 225,
  reportTc: 226,
  reportPrimary: 227,
  reportRed: 233,
  reportGreen: 234,
  reportBlue: 235,
  reportWhite: 236,
  reportAmber: 237,
  reportFreecolour: 238,
  reportRgbwafControl: 239,
  reportColourType: 240,
} as const;

/** What STORE COLOUR TEMPERATURE TC LIMIT sets, by the number in DTR2. */
export const TC_LIMITS = { coolest: 0, warmest: 1, physicalCoolest: 2, physicalWarmest: 3 } as const;

const channels = ["red", "green", "blue", "white", "amber", "freecolour"] as const;
const CONTROL = ["channel control", "colour control", "normalised colour control", "reserved"];
const rgbwafControl = made(
  (bits) => ({ linked: channels.filter((_, bit) => bits & (1 << bit)), control: bits >> 6 }),
  (bits) => {
    const linked = channels.filter((_, bit) => bits & (1 << bit)).join(", ") || "no channel";
    return `${linked}; ${CONTROL[bits >> 6]}`;
  },
);
const typeFeatures = made(
  (bits) => ({
    xy: (bits & 0x01) !== 0,
    tc: (bits & 0x02) !== 0,
    primaries: (bits >> 2) & 0x07,
    rgbwafChannels: bits >> 5,
  }),
  (bits) =>
    [
      bits & 0x01 ? "xy" : "",
      bits & 0x02 ? "Tc" : "",
      (bits >> 2) & 7 ? `${(bits >> 2) & 7} primaries` : "",
      bits >> 5 ? `${bits >> 5} RGBWAF channels` : "",
    ]
      .filter(Boolean)
      .join(", ") || "none",
);

// 11.3.4.1: control. Nothing is seen of a temporary colour before ACTIVATE or, with automatic activation, a level command
export const setTemporaryXCoordinate = addressed("SET TEMPORARY X-COORDINATE", 0xe0, once, nothing);
export const setTemporaryYCoordinate = addressed("SET TEMPORARY Y-COORDINATE", 0xe1, once, nothing);
/** Fades to the temporary colour with the fade time, at the level there is. */
export const activate = addressed("ACTIVATE", 0xe2, once, nothing);
/** By 256 / 65536 at once. */
export const xCoordinateStepUp = addressed("X-COORDINATE STEP UP", 0xe3, once, nothing);
export const xCoordinateStepDown = addressed("X-COORDINATE STEP DOWN", 0xe4, once, nothing);
export const yCoordinateStepUp = addressed("Y-COORDINATE STEP UP", 0xe5, once, nothing);
export const yCoordinateStepDown = addressed("Y-COORDINATE STEP DOWN", 0xe6, once, nothing);
/** DTR1, DTR0: mirek. */
export const setTemporaryColourTemperature = addressed("SET TEMPORARY COLOUR TEMPERATURE TC", 0xe7, once, nothing);
/** By 1 mirek at once. */
export const colourTemperatureStepCooler = addressed("COLOUR TEMPERATURE TC STEP COOLER", 0xe8, once, nothing);
export const colourTemperatureStepWarmer = addressed("COLOUR TEMPERATURE TC STEP WARMER", 0xe9, once, nothing);
/** DTR2: which primary; DTR1, DTR0: its level, 0 to 65534. */
export const setTemporaryPrimaryDimlevel = addressed("SET TEMPORARY PRIMARY N DIMLEVEL", 0xea, once, nothing);
/** DTR0 red, DTR1 green, DTR2 blue. */
export const setTemporaryRgbDimlevel = addressed("SET TEMPORARY RGB DIMLEVEL", 0xeb, once, nothing);
/** DTR0 white, DTR1 amber, DTR2 freecolour. */
export const setTemporaryWafDimlevel = addressed("SET TEMPORARY WAF DIMLEVEL", 0xec, once, nothing);
export const setTemporaryRgbwafControl = addressed("SET TEMPORARY RGBWAF CONTROL", 0xed, once, nothing);
export const copyReportToTemporary = addressed("COPY REPORT TO TEMPORARY", 0xee, once, nothing);

// 11.3.4.2: configuration
export const storeTyPrimary = addressed("STORE TY PRIMARY N", 0xf0, twice, nothing);
export const storeXyCoordinatePrimary = addressed("STORE XY-COORDINATE PRIMARY N", 0xf1, twice, nothing);
/** DTR1, DTR0: mirek; DTR2: one of `TC_LIMITS`. */
export const storeColourTemperatureLimit = addressed("STORE COLOUR TEMPERATURE TC LIMIT", 0xf2, twice, nothing);
/** DTR0: bit 0 is automatic activation. */
export const storeGearFeaturesStatus = addressed("STORE GEAR FEATURES/STATUS", 0xf3, twice, nothing);
export const assignColourToLinkedChannel = addressed("ASSIGN COLOUR TO LINKED CHANNEL", 0xf5, twice, nothing);
/** Sent once in both public tables that say so [U]: not verified on gear. */
export const startAutoCalibration = addressed("START AUTO CALIBRATION", 0xf6, once, nothing);

// 11.3.4.3: queries
export const queryGearFeaturesStatus = addressed(
  "QUERY GEAR FEATURES/STATUS",
  0xf7,
  asks,
  flags(
    "automaticActivation",
    null,
    null,
    null,
    null,
    null,
    "automaticCalibrationSupported",
    "automaticCalibrationRecoverySupported",
  ),
);
export const queryColourStatus = addressed(
  "QUERY COLOUR STATUS",
  0xf8,
  asks,
  flags(
    "xyOutOfRange",
    "tcOutOfRange",
    "calibrationRunning",
    "calibrationSuccessful",
    "xyActive",
    "tcActive",
    "primaryActive",
    "rgbwafActive",
  ),
);
export const queryColourTypeFeatures = addressed("QUERY COLOUR TYPE FEATURES", 0xf9, asks, typeFeatures);
/** The high byte of the value of `COLOUR_VALUES` that DTR0 names; a value of 8 bits whole. MASK: not supported. */
export const queryColourValue = addressed("QUERY COLOUR VALUE", 0xfa, asks, partOf("high byte, or the value,"));
export const queryRgbwafControl = addressed("QUERY RGBWAF CONTROL", 0xfb, asks, rgbwafControl);
/** DTR0: a channel 0 to 5. */
export const queryAssignedColour = addressed(
  "QUERY ASSIGNED COLOUR",
  0xfc,
  asks,
  oneOf({ 0: "none", 1: "red", 2: "green", 3: "blue", 4: "white", 5: "amber", 6: "freecolour", 255: "MASK" }),
);
export const queryExtendedVersionNumber = addressed("QUERY EXTENDED VERSION NUMBER", 0xff, asks, version);
