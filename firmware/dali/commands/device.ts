/**
 * The command table of control devices, IEC 62386-103 clause 11: 24-bit frames, every row named as in the standard. Opcodes
 * agree in python-dali and two independent public tables.
 */
import { bitNumbers, byte, byteOrMask, flags, made, nothing, partOf, yes } from "../reading.ts";
import { deviceCarrying, devicePair, deviceSpecial, manners, ofDevice } from "../rows.ts";
import { version } from "./gear-readings.ts";

const { once, twice, asks } = manners(103, "Device");

/** A control device's short address as the wire has it, 0 to 63; null: MASK, it has none. */
const shortAddress = made(
  (value) => (value === 0xff ? null : value),
  (value) => (value === 0xff ? "MASK, no short address" : `A${value}`),
);

// 11.4 and 11.5: to the device as a whole
export const identifyDevice = ofDevice("IDENTIFY DEVICE", 0x00, twice, nothing);
export const resetPowerCycleSeen = ofDevice("RESET POWER CYCLE SEEN", 0x01, twice, nothing);
export const reset = ofDevice("RESET", 0x10, twice, nothing);
/** DTR0: which bank; 0 all. */
export const resetMemoryBank = ofDevice("RESET MEMORY BANK", 0x11, twice, nothing);
/** DTR0: the address 0 to 63, or MASK to delete it. */
export const setShortAddress = ofDevice("SET SHORT ADDRESS", 0x14, twice, nothing);
export const enableWriteMemory = ofDevice("ENABLE WRITE MEMORY", 0x15, twice, nothing);
export const enableApplicationController = ofDevice("ENABLE APPLICATION CONTROLLER", 0x16, twice, nothing);
export const disableApplicationController = ofDevice("DISABLE APPLICATION CONTROLLER", 0x17, twice, nothing);
export const setOperatingMode = ofDevice("SET OPERATING MODE", 0x18, twice, nothing);
/** DTR2 and DTR1 are the sixteen groups, one bit each, as in the three commands below. */
export const addToDeviceGroups0To15 = ofDevice("ADD TO DEVICE GROUPS 0-15", 0x19, twice, nothing);
export const addToDeviceGroups16To31 = ofDevice("ADD TO DEVICE GROUPS 16-31", 0x1a, twice, nothing);
export const removeFromDeviceGroups0To15 = ofDevice("REMOVE FROM DEVICE GROUPS 0-15", 0x1b, twice, nothing);
export const removeFromDeviceGroups16To31 = ofDevice("REMOVE FROM DEVICE GROUPS 16-31", 0x1c, twice, nothing);
/** For 15 minutes no events and no forward frames of its own. */
export const startQuiescentMode = ofDevice("START QUIESCENT MODE", 0x1d, twice, nothing);
export const stopQuiescentMode = ofDevice("STOP QUIESCENT MODE", 0x1e, twice, nothing);
export const enablePowerCycleNotification = ofDevice("ENABLE POWER CYCLE NOTIFICATION", 0x1f, twice, nothing);
export const disablePowerCycleNotification = ofDevice("DISABLE POWER CYCLE NOTIFICATION", 0x20, twice, nothing);
export const savePersistentVariables = ofDevice("SAVE PERSISTENT VARIABLES", 0x21, twice, nothing);
export const queryDeviceStatus = ofDevice(
  "QUERY DEVICE STATUS",
  0x30,
  asks,
  flags(
    "inputDeviceError",
    "quiescentMode",
    "missingShortAddress",
    "applicationControllerActive",
    "applicationControllerError",
    "powerCycleSeen",
    "resetState",
  ),
);
export const queryApplicationControllerError = ofDevice("QUERY APPLICATION CONTROLLER ERROR", 0x31, asks, byteOrMask);
export const queryInputDeviceError = ofDevice("QUERY INPUT DEVICE ERROR", 0x32, asks, byteOrMask);
export const queryMissingShortAddress = ofDevice("QUERY MISSING SHORT ADDRESS", 0x33, asks, yes);
export const queryVersionNumber = ofDevice("QUERY VERSION NUMBER", 0x34, asks, version);
export const queryNumberOfInstances = ofDevice("QUERY NUMBER OF INSTANCES", 0x35, asks, byte);
export const queryContentDtr0 = ofDevice("QUERY CONTENT DTR0", 0x36, asks, byte);
export const queryContentDtr1 = ofDevice("QUERY CONTENT DTR1", 0x37, asks, byte);
export const queryContentDtr2 = ofDevice("QUERY CONTENT DTR2", 0x38, asks, byte);
export const queryRandomAddressH = ofDevice("QUERY RANDOM ADDRESS (H)", 0x39, asks, partOf("bits 23-16 are"));
export const queryRandomAddressM = ofDevice("QUERY RANDOM ADDRESS (M)", 0x3a, asks, partOf("bits 15-8 are"));
export const queryRandomAddressL = ofDevice("QUERY RANDOM ADDRESS (L)", 0x3b, asks, partOf("bits 7-0 are"));
/** The byte of the memory bank in DTR1 at the location in DTR0, which then counts up. */
export const readMemoryLocation = ofDevice("READ MEMORY LOCATION", 0x3c, asks, byte);
export const queryApplicationControlEnabled = ofDevice("QUERY APPLICATION CONTROL ENABLED", 0x3d, asks, yes);
export const queryOperatingMode = ofDevice("QUERY OPERATING MODE", 0x3e, asks, byte);
export const queryManufacturerSpecificMode = ofDevice("QUERY MANUFACTURER SPECIFIC MODE", 0x3f, asks, yes);
export const queryQuiescentMode = ofDevice("QUERY QUIESCENT MODE", 0x40, asks, yes);
export const queryDeviceGroups0To7 = ofDevice("QUERY DEVICE GROUPS 0-7", 0x41, asks, bitNumbers(0));
export const queryDeviceGroups8To15 = ofDevice("QUERY DEVICE GROUPS 8-15", 0x42, asks, bitNumbers(8));
export const queryDeviceGroups16To23 = ofDevice("QUERY DEVICE GROUPS 16-23", 0x43, asks, bitNumbers(16));
export const queryDeviceGroups24To31 = ofDevice("QUERY DEVICE GROUPS 24-31", 0x44, asks, bitNumbers(24));
export const queryPowerCycleNotification = ofDevice("QUERY POWER CYCLE NOTIFICATION", 0x45, asks, yes);
export const queryDeviceCapabilities = ofDevice(
  "QUERY DEVICE CAPABILITIES",
  0x46,
  asks,
  flags("applicationControllerPresent", "instancesPresent", "applicationControllerAlwaysActive"),
);
/** DTR0: the instance or feature type it is about. */
export const queryExtendedVersionNumber = ofDevice("QUERY EXTENDED VERSION NUMBER", 0x47, asks, version);
export const queryResetState = ofDevice("QUERY RESET STATE", 0x48, asks, yes);

// 11.8: special commands
export const terminate = deviceSpecial("TERMINATE", 0x00, once, nothing);
/** 0x7F: all devices; MASK: devices without a short address [U]; an address 0 to 63: one. */
export const initialise = deviceCarrying("INITIALISE", 0x01, twice, nothing, "device initialise");
export const randomise = deviceSpecial("RANDOMISE", 0x02, twice, nothing);
export const compare = deviceSpecial("COMPARE", 0x03, asks, yes);
export const withdraw = deviceSpecial("WITHDRAW", 0x04, once, nothing);
export const searchAddrH = deviceCarrying("SEARCHADDRH", 0x05, once, nothing);
export const searchAddrM = deviceCarrying("SEARCHADDRM", 0x06, once, nothing);
export const searchAddrL = deviceCarrying("SEARCHADDRL", 0x07, once, nothing);
/** An address 0 to 63, or MASK to delete it. */
export const programShortAddress = deviceCarrying("PROGRAM SHORT ADDRESS", 0x08, once, nothing, "device address");
/** An address 0 to 63. */
export const verifyShortAddress = deviceCarrying("VERIFY SHORT ADDRESS", 0x09, asks, yes, "device address");
/** null: MASK, it has none. */
export const queryShortAddress = deviceSpecial("QUERY SHORT ADDRESS", 0x0a, asks, shortAddress);
/** Writes at DTR1, DTR0, counts DTR0 up and says what was written; silent where it may not be written. */
export const writeMemoryLocation = deviceCarrying("WRITE MEMORY LOCATION", 0x20, asks, byte);
export const writeMemoryLocationNoReply = deviceCarrying("WRITE MEMORY LOCATION - NO REPLY", 0x21, once, nothing);
export const dtr0 = deviceCarrying("DTR0", 0x30, once, nothing);
export const dtr1 = deviceCarrying("DTR1", 0x31, once, nothing);
export const dtr2 = deviceCarrying("DTR2", 0x32, once, nothing);
/** A device then sends a forward frame made of the DTRs: for tests of a bus. */
export const sendTestframe = deviceCarrying("SEND TESTFRAME", 0x33, once, nothing);
/** Writes at DTR1 and the first byte, which becomes DTR0, the second, and says what was written. */
export const directWriteMemory = devicePair("DIRECT WRITE MEMORY", 0xc5, asks, byte, ["low byte", "data"]);
export const dtr1Dtr0 = devicePair("DTR1:DTR0", 0xc7, once, nothing, ["high byte", "low byte"]);
export const dtr2Dtr1 = devicePair("DTR2:DTR1", 0xc9, once, nothing, ["high byte", "low byte"]);
