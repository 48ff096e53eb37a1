/** The command table of control gear, IEC 62386-102 clause 11: every row is named as in the standard. */
import type { Answer, Command, To } from "../command.ts";
import { encodeGear } from "../frame.ts";
import { bitNumbers, byte, level, levelOrMask, nothing, partOf, yes } from "../reading.ts";
import { addressed, build, carrying, manners, numbered, row, special, target } from "../rows.ts";
import { deviceType, extendedFade, fade, lightSource, shortAddress, status, version } from "./gear-readings.ts";

export type { Status } from "./gear-readings.ts";

const { once: ONCE, twice: TWICE, asks: ASKS } = manners(102, "Gear");

// 11.3: level instructions
const DAPC = row("DAPC", "arc", 0, ONCE, nothing, ["level"]);
/** Direct arc power control: fade to an arc power level 0..254 (255: stop the fade) with the fade time (IEC 62386-102 11.3.1). */
export const dapc = Object.assign(
  (to: To, level: number): Command<void> => build(DAPC, encodeGear({ kind: "arc", to: target(to), level })),
  { row: DAPC },
);
export const off = addressed("OFF", 0x00, ONCE, nothing);
export const up = addressed("UP", 0x01, ONCE, nothing);
export const down = addressed("DOWN", 0x02, ONCE, nothing);
export const stepUp = addressed("STEP UP", 0x03, ONCE, nothing);
export const stepDown = addressed("STEP DOWN", 0x04, ONCE, nothing);
export const recallMaxLevel = addressed("RECALL MAX LEVEL", 0x05, ONCE, nothing);
export const recallMinLevel = addressed("RECALL MIN LEVEL", 0x06, ONCE, nothing);
export const stepDownAndOff = addressed("STEP DOWN AND OFF", 0x07, ONCE, nothing);
export const onAndStepUp = addressed("ON AND STEP UP", 0x08, ONCE, nothing);
/** Begins a DAPC sequence: for 200 ms each DAPC fades in 200 ms (9.7.3). */
export const enableDapcSequence = addressed("ENABLE DAPC SEQUENCE", 0x09, ONCE, nothing);
export const goToLastActiveLevel = addressed("GO TO LAST ACTIVE LEVEL", 0x0a, ONCE, nothing);
export const continuousUp = addressed("CONTINUOUS UP", 0x0b, ONCE, nothing);
export const continuousDown = addressed("CONTINUOUS DOWN", 0x0c, ONCE, nothing);
export const goToScene = numbered("GO TO SCENE", 0x10, ONCE, nothing, "scene");

// 11.4: configuration instructions, all sent twice
export const reset = addressed("RESET", 0x20, TWICE, nothing);
export const storeActualLevelInDtr0 = addressed("STORE ACTUAL LEVEL IN DTR0", 0x21, TWICE, nothing);
export const savePersistentVariables = addressed("SAVE PERSISTENT VARIABLES", 0x22, TWICE, nothing);
export const setOperatingMode = addressed("SET OPERATING MODE", 0x23, TWICE, nothing);
export const resetMemoryBank = addressed("RESET MEMORY BANK", 0x24, TWICE, nothing);
export const identifyDevice = addressed("IDENTIFY DEVICE", 0x25, TWICE, nothing);
export const setMaxLevel = addressed("SET MAX LEVEL", 0x2a, TWICE, nothing);
export const setMinLevel = addressed("SET MIN LEVEL", 0x2b, TWICE, nothing);
export const setSystemFailureLevel = addressed("SET SYSTEM FAILURE LEVEL", 0x2c, TWICE, nothing);
export const setPowerOnLevel = addressed("SET POWER ON LEVEL", 0x2d, TWICE, nothing);
export const setFadeTime = addressed("SET FADE TIME", 0x2e, TWICE, nothing);
export const setFadeRate = addressed("SET FADE RATE", 0x2f, TWICE, nothing);
export const setExtendedFadeTime = addressed("SET EXTENDED FADE TIME", 0x30, TWICE, nothing);
export const setScene = numbered("SET SCENE", 0x40, TWICE, nothing, "scene");
export const removeFromScene = numbered("REMOVE FROM SCENE", 0x50, TWICE, nothing, "scene");
export const addToGroup = numbered("ADD TO GROUP", 0x60, TWICE, nothing, "group");
export const removeFromGroup = numbered("REMOVE FROM GROUP", 0x70, TWICE, nothing, "group");
export const setShortAddress = addressed("SET SHORT ADDRESS", 0x80, TWICE, nothing);
export const enableWriteMemory = addressed("ENABLE WRITE MEMORY", 0x81, TWICE, nothing);

// 11.5: queries
export const queryStatus = addressed("QUERY STATUS", 0x90, ASKS, status);
export const queryControlGearPresent = addressed("QUERY CONTROL GEAR PRESENT", 0x91, ASKS, yes);
export const queryLampFailure = addressed("QUERY LAMP FAILURE", 0x92, ASKS, yes);
export const queryLampPowerOn = addressed("QUERY LAMP POWER ON", 0x93, ASKS, yes);
export const queryLimitError = addressed("QUERY LIMIT ERROR", 0x94, ASKS, yes);
export const queryResetState = addressed("QUERY RESET STATE", 0x95, ASKS, yes);
export const queryMissingShortAddress = addressed("QUERY MISSING SHORT ADDRESS", 0x96, ASKS, yes);
export const queryVersionNumber = addressed("QUERY VERSION NUMBER", 0x97, ASKS, version);
export const queryContentDtr0 = addressed("QUERY CONTENT DTR0", 0x98, ASKS, byte);
export const queryDeviceType = addressed("QUERY DEVICE TYPE", 0x99, ASKS, deviceType);
export const queryPhysicalMinimum = addressed("QUERY PHYSICAL MINIMUM", 0x9a, ASKS, level);
export const queryPowerFailure = addressed("QUERY POWER FAILURE", 0x9b, ASKS, yes);
export const queryContentDtr1 = addressed("QUERY CONTENT DTR1", 0x9c, ASKS, byte);
export const queryContentDtr2 = addressed("QUERY CONTENT DTR2", 0x9d, ASKS, byte);
export const queryOperatingMode = addressed("QUERY OPERATING MODE", 0x9e, ASKS, byte);
/** 254: several, 255: none known. */
export const queryLightSourceType = addressed("QUERY LIGHT SOURCE TYPE", 0x9f, ASKS, lightSource);
export const queryActualLevel = addressed("QUERY ACTUAL LEVEL", 0xa0, ASKS, levelOrMask);
export const queryMaxLevel = addressed("QUERY MAX LEVEL", 0xa1, ASKS, level);
export const queryMinLevel = addressed("QUERY MIN LEVEL", 0xa2, ASKS, level);
/** null: MASK, the level before the mains failed. */
export const queryPowerOnLevel = addressed("QUERY POWER ON LEVEL", 0xa3, ASKS, levelOrMask);
/** null: MASK, no change. */
export const querySystemFailureLevel = addressed("QUERY SYSTEM FAILURE LEVEL", 0xa4, ASKS, levelOrMask);
export const queryFadeTimeFadeRate = addressed("QUERY FADE TIME/FADE RATE", 0xa5, ASKS, fade);
export const queryManufacturerSpecificMode = addressed("QUERY MANUFACTURER SPECIFIC MODE", 0xa6, ASKS, yes);
/** After QUERY DEVICE TYPE said 255, with no other command between; 254: no more. */
export const queryNextDeviceType = addressed("QUERY NEXT DEVICE TYPE", 0xa7, ASKS, deviceType);
export const queryExtendedFadeTime = addressed("QUERY EXTENDED FADE TIME", 0xa8, ASKS, extendedFade);
export const queryControlGearFailure = addressed("QUERY CONTROL GEAR FAILURE", 0xaa, ASKS, yes);
/** null: MASK, the scene changes nothing. */
export const querySceneLevel = numbered("QUERY SCENE LEVEL", 0xb0, ASKS, levelOrMask, "scene");
export const queryGroups0To7 = addressed("QUERY GROUPS 0-7", 0xc0, ASKS, bitNumbers(0));
export const queryGroups8To15 = addressed("QUERY GROUPS 8-15", 0xc1, ASKS, bitNumbers(8));
export const queryRandomAddressH = addressed("QUERY RANDOM ADDRESS (H)", 0xc2, ASKS, partOf("bits 23-16 are"));
export const queryRandomAddressM = addressed("QUERY RANDOM ADDRESS (M)", 0xc3, ASKS, partOf("bits 15-8 are"));
export const queryRandomAddressL = addressed("QUERY RANDOM ADDRESS (L)", 0xc4, ASKS, partOf("bits 7-0 are"));

// 11.7: special commands
export const terminate = special("TERMINATE", 0xa1, ONCE, nothing);
export const dtr0 = carrying("DTR0", 0xa3, ONCE, nothing);
/** 0: all gear; MASK: gear without a short address; (address << 1) | 1: one. */
export const initialise = carrying("INITIALISE", 0xa5, TWICE, nothing, "initialise");
export const randomise = special("RANDOMISE", 0xa7, TWICE, nothing);
export const compare = special("COMPARE", 0xa9, ASKS, yes);
export const withdraw = special("WITHDRAW", 0xab, ONCE, nothing);
export const ping = special("PING", 0xad, ONCE, nothing);
export const searchAddrH = carrying("SEARCHADDRH", 0xb1, ONCE, nothing);
export const searchAddrM = carrying("SEARCHADDRM", 0xb3, ONCE, nothing);
export const searchAddrL = carrying("SEARCHADDRL", 0xb5, ONCE, nothing);
/** (address << 1) | 1, or MASK to delete it. */
export const programShortAddress = carrying("PROGRAM SHORT ADDRESS", 0xb7, ONCE, nothing, "short address");
/** (address << 1) | 1. */
export const verifyShortAddress = carrying("VERIFY SHORT ADDRESS", 0xb9, ASKS, yes, "short address");
/** null: MASK, it has none. */
export const queryShortAddress = special("QUERY SHORT ADDRESS", 0xbb, ASKS, shortAddress);
export const dtr1 = carrying("DTR1", 0xc3, ONCE, nothing);
export const dtr2 = carrying("DTR2", 0xc5, ONCE, nothing);
/** The next command with that device type is heard by gear of it only (11.7.14). */
export const enableDeviceType = carrying("ENABLE DEVICE TYPE", 0xc1, ONCE, nothing, "device type");
/** The byte of the memory bank in DTR1 at the location in DTR0, which then counts up (9.10). */
export const readMemoryLocation = addressed("READ MEMORY LOCATION", 0xc5, ASKS, byte);
/** Writes at DTR1, DTR0, counts DTR0 up and says what was written; silent where it may not be written. */
export const writeMemoryLocation = carrying("WRITE MEMORY LOCATION", 0xc7, ASKS, byte);
export const writeMemoryLocationNoReply = carrying("WRITE MEMORY LOCATION - NO REPLY", 0xc9, ONCE, nothing);
const EXTENDED_VERSION = row("QUERY EXTENDED VERSION NUMBER", "addressed", 0xff, ASKS, version);
/** Of a device type: which edition of its part the gear keeps to (11.7.14). The row alone asks nobody: a device type must be enabled. */
export const queryExtendedVersionNumber = Object.assign(
  (to: To, deviceType: number): Command<Answer<number>> =>
    build({ ...EXTENDED_VERSION, deviceType }, encodeGear({ kind: "command", to: target(to), opcode: 0xff })),
  { row: EXTENDED_VERSION },
);
