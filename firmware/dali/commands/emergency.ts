/**
 * The commands of self-contained emergency lighting, IEC 62386-202 clause 11, device type 1. Opcodes agree in python-dali and
 * two independent public tables; that control and configuration are sent twice is python-dali's word [U].
 */
import { byte, flags, levelOrMask, measured, measuredOrMask, nothing } from "../reading.ts";
import { addressed, manners } from "../rows.ts";
import { version } from "./gear-readings.ts";

const { twice, asks } = manners(202, "Emergency", 1);

// 11.3.4.1: control
/** On battery only: lamp off until mains is back or a re-light. */
export const rest = addressed("REST", 0xe0, twice, nothing);
/** For 15 minutes a mains failure leads to rest mode. */
export const inhibit = addressed("INHIBIT", 0xe1, twice, nothing);
export const reLightResetInhibit = addressed("RE-LIGHT/RESET INHIBIT", 0xe2, twice, nothing);
export const startFunctionTest = addressed("START FUNCTION TEST", 0xe3, twice, nothing);
export const startDurationTest = addressed("START DURATION TEST", 0xe4, twice, nothing);
export const stopTest = addressed("STOP TEST", 0xe5, twice, nothing);
export const resetFunctionTestDoneFlag = addressed("RESET FUNCTION TEST DONE FLAG", 0xe6, twice, nothing);
export const resetDurationTestDoneFlag = addressed("RESET DURATION TEST DONE FLAG", 0xe7, twice, nothing);
export const resetLampTime = addressed("RESET LAMP TIME", 0xe8, twice, nothing);

// 11.3.4.2: configuration, from DTR0
export const storeEmergencyLevel = addressed("STORE DTR AS EMERGENCY LEVEL", 0xe9, twice, nothing);
/** In quarters of an hour, as is the low byte. */
export const storeTestDelayTimeHighByte = addressed("STORE TEST DELAY TIME HIGH BYTE", 0xea, twice, nothing);
export const storeTestDelayTimeLowByte = addressed("STORE TEST DELAY TIME LOW BYTE", 0xeb, twice, nothing);
/** In days; 0: no automatic test. */
export const storeFunctionTestInterval = addressed("STORE FUNCTION TEST INTERVAL", 0xec, twice, nothing);
/** In weeks; 0: no automatic test. */
export const storeDurationTestInterval = addressed("STORE DURATION TEST INTERVAL", 0xed, twice, nothing);
/** In days. */
export const storeTestExecutionTimeout = addressed("STORE TEST EXECUTION TIMEOUT", 0xee, twice, nothing);
/** In half minutes. */
export const storeProlongTime = addressed("STORE PROLONG TIME", 0xef, twice, nothing);
export const startIdentification = addressed("START IDENTIFICATION", 0xf0, twice, nothing);

// 11.3.4.3: queries
/** 254 is full; null: not known before a duration test. */
export const queryBatteryCharge = addressed("QUERY BATTERY CHARGE", 0xf1, asks, measuredOrMask(100 / 254, "%"));
/**
 * By DTR0: 0, 1 time to the next function test and 2, 3 to the next duration test (high, low byte, quarters of an hour),
 * 4 function test interval (days), 5 duration test interval (weeks), 6 test execution timeout (days), 7 prolong time (half
 * minutes). After a high byte its low byte is in DTR1, to be read untorn.
 */
export const queryTestTiming = addressed("QUERY TEST TIMING", 0xf2, asks, byte);
export const queryDurationTestResult = addressed("QUERY DURATION TEST RESULT", 0xf3, asks, measured(2, "min"));
export const queryLampEmergencyTime = addressed("QUERY LAMP EMERGENCY TIME", 0xf4, asks, measured(1, "h"));
export const queryLampTotalOperationTime = addressed("QUERY LAMP TOTAL OPERATION TIME", 0xf5, asks, measured(4, "h"));
export const queryEmergencyLevel = addressed("QUERY EMERGENCY LEVEL", 0xf6, asks, levelOrMask);
export const queryEmergencyMinLevel = addressed("QUERY EMERGENCY MIN LEVEL", 0xf7, asks, levelOrMask);
export const queryEmergencyMaxLevel = addressed("QUERY EMERGENCY MAX LEVEL", 0xf8, asks, levelOrMask);
export const queryRatedDuration = addressed("QUERY RATED DURATION", 0xf9, asks, measured(2, "min"));
export const queryEmergencyMode = addressed(
  "QUERY EMERGENCY MODE",
  0xfa,
  asks,
  flags(
    "rest",
    "normal",
    "emergency",
    "extendedEmergency",
    "functionTest",
    "durationTest",
    "hardwiredInhibit",
    "hardwiredSwitchOn",
  ),
);
export const queryFeatures = addressed(
  "QUERY FEATURES",
  0xfb,
  asks,
  flags(
    "integral",
    "maintained",
    "switchedMaintained",
    "autoTest",
    "adjustableEmergencyLevel",
    "hardwiredInhibit",
    "physicalSelection",
    "reLightInRestMode",
  ),
);
export const queryFailureStatus = addressed(
  "QUERY FAILURE STATUS",
  0xfc,
  asks,
  flags(
    "circuit",
    "batteryDuration",
    "battery",
    "emergencyLamp",
    "functionTestDelayExceeded",
    "durationTestDelayExceeded",
    "functionTestFailed",
    "durationTestFailed",
  ),
);
export const queryEmergencyStatus = addressed(
  "QUERY EMERGENCY STATUS",
  0xfd,
  asks,
  flags(
    "inhibit",
    "functionTestDone",
    "durationTestDone",
    "batteryFull",
    "functionTestPending",
    "durationTestPending",
    "identificationActive",
    "physicallySelected",
  ),
);
/** DTR0: 0 restores the factory settings. */
export const performDtrSelectedFunction = addressed("PERFORM DTR SELECTED FUNCTION", 0xfe, twice, nothing);
export const queryExtendedVersionNumber = addressed("QUERY EXTENDED VERSION NUMBER", 0xff, asks, version);
