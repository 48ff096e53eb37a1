/**
 * The commands of LED modules, IEC 62386-207 clause 11, device type 6. Opcodes agree in python-dali and two independent
 * public tables (decimal 224 to 254).
 */
import { flags, measured, nothing, oneOf, yes } from "../reading.ts";
import { addressed, manners } from "../rows.ts";
import { version } from "./gear-readings.ts";

const { twice, asks } = manners(207, "LED", 6);

/** The slowest step of the fast fade time. */
const FAST_FADE_STEP = 25;

/** Measures the load in full light, to tell its decrease and increase later; takes up to 15 minutes. */
export const referenceSystemPower = addressed("REFERENCE SYSTEM POWER", 0xe0, twice, nothing);
export const enableCurrentProtector = addressed("ENABLE CURRENT PROTECTOR", 0xe1, twice, nothing);
export const disableCurrentProtector = addressed("DISABLE CURRENT PROTECTOR", 0xe2, twice, nothing);
/** DTR0: 0 the logarithmic curve, 1 the linear one. */
export const selectDimmingCurve = addressed("SELECT DIMMING CURVE", 0xe3, twice, nothing);
/** DTR0: 0 none, or the least fast fade time to 27, in steps of 25 ms. */
export const setFastFadeTime = addressed("SET FAST FADE TIME", 0xe4, twice, nothing);
export const queryGearType = addressed(
  "QUERY GEAR TYPE",
  0xed,
  asks,
  flags("powerSupplyIntegrated", "moduleIntegrated", "acSupplyPossible", "dcSupplyPossible"),
);
/** 0 logarithmic, 1 linear. */
export const queryDimmingCurve = addressed("QUERY DIMMING CURVE", 0xee, asks, oneOf({ 0: "logarithmic", 1: "linear" }));
export const queryPossibleOperatingModes = addressed(
  "QUERY POSSIBLE OPERATING MODES",
  0xef,
  asks,
  flags("pulseWidth", "amplitude", "currentControlled", "highCurrentPulse"),
);
/** What the other questions of this part can tell. */
export const queryFeatures = addressed(
  "QUERY FEATURES",
  0xf0,
  asks,
  flags(
    "shortCircuit",
    "openCircuit",
    "loadDecrease",
    "loadIncrease",
    "currentProtector",
    "thermalShutDown",
    "thermalOverload",
    "physicalSelection",
  ),
);
export const queryFailureStatus = addressed(
  "QUERY FAILURE STATUS",
  0xf1,
  asks,
  flags(
    "shortCircuit",
    "openCircuit",
    "loadDecrease",
    "loadIncrease",
    "currentProtectorActive",
    "thermalShutDown",
    "thermalOverload",
    "referenceMeasurementFailed",
  ),
);
export const queryShortCircuit = addressed("QUERY SHORT CIRCUIT", 0xf2, asks, yes);
export const queryOpenCircuit = addressed("QUERY OPEN CIRCUIT", 0xf3, asks, yes);
export const queryLoadDecrease = addressed("QUERY LOAD DECREASE", 0xf4, asks, yes);
export const queryLoadIncrease = addressed("QUERY LOAD INCREASE", 0xf5, asks, yes);
export const queryCurrentProtectorActive = addressed("QUERY CURRENT PROTECTOR ACTIVE", 0xf6, asks, yes);
export const queryThermalShutDown = addressed("QUERY THERMAL SHUT DOWN", 0xf7, asks, yes);
export const queryThermalOverload = addressed("QUERY THERMAL OVERLOAD", 0xf8, asks, yes);
export const queryReferenceRunning = addressed("QUERY REFERENCE RUNNING", 0xf9, asks, yes);
export const queryReferenceMeasurementFailed = addressed("QUERY REFERENCE MEASUREMENT FAILED", 0xfa, asks, yes);
export const queryCurrentProtectorEnabled = addressed("QUERY CURRENT PROTECTOR ENABLED", 0xfb, asks, yes);
export const queryOperatingMode = addressed(
  "QUERY OPERATING MODE",
  0xfc,
  asks,
  flags("pulseWidth", "amplitude", "currentControlled", "highCurrentPulse", "nonLogarithmicCurve"),
);
/** In steps of 25 ms; 0: none. */
export const queryFastFadeTime = addressed("QUERY FAST FADE TIME", 0xfd, asks, measured(FAST_FADE_STEP, "ms"));
/** In steps of 25 ms. */
export const queryMinFastFadeTime = addressed("QUERY MIN FAST FADE TIME", 0xfe, asks, measured(FAST_FADE_STEP, "ms"));
export const queryExtendedVersionNumber = addressed("QUERY EXTENDED VERSION NUMBER", 0xff, asks, version);
