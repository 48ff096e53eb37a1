/**
 * The commands to instances of control devices that every instance has, IEC 62386-103 clauses 11.6 and 11.7. Opcodes agree in
 * python-dali and an independent public table.
 */
import { bitNumbers, byte, byteOrMask, flags, nothing, oneOf, yes } from "../reading.ts";
import { manners, ofInstance } from "../rows.ts";

const { twice, asks } = manners(103, "Device");

/** What an event tells of its sender (IEC 62386-103 table 8), the value of SET EVENT SCHEME in DTR0. */
export const EVENT_SCHEMES = {
  instance: 0,
  device: 1,
  "device-instance": 2,
  "device-group": 3,
  "instance-group": 4,
} as const;
/** IEC 62386-103 table 4: the part less 300. */
export const INSTANCE_TYPES = {
  generic: 0,
  "push-button": 1,
  "absolute-input": 2,
  occupancy: 3,
  light: 4,
} as const;

/** The words of a table of numbers, by number. */
const named = (table: Readonly<Record<string, number>>) =>
  oneOf(Object.fromEntries(Object.entries(table).map(([name, value]) => [value, name.replace("-", " ")])));

/** DTR0: 2 to 5. */
export const setEventPriority = ofInstance("SET EVENT PRIORITY", 0x61, twice, nothing);
export const enableInstance = ofInstance("ENABLE INSTANCE", 0x62, twice, nothing);
export const disableInstance = ofInstance("DISABLE INSTANCE", 0x63, twice, nothing);
/** DTR0: 0 to 31, or MASK for none, as in the two below. */
export const setPrimaryInstanceGroup = ofInstance("SET PRIMARY INSTANCE GROUP", 0x64, twice, nothing);
export const setInstanceGroup1 = ofInstance("SET INSTANCE GROUP 1", 0x65, twice, nothing);
export const setInstanceGroup2 = ofInstance("SET INSTANCE GROUP 2", 0x66, twice, nothing);
/** DTR0: one of `EVENT_SCHEMES`. */
export const setEventScheme = ofInstance("SET EVENT SCHEME", 0x67, twice, nothing);
/** DTR2, DTR1, DTR0: one bit for each kind of event. */
export const setEventFilter = ofInstance("SET EVENT FILTER", 0x68, twice, nothing);
export const queryInstanceType = ofInstance("QUERY INSTANCE TYPE", 0x80, asks, named(INSTANCE_TYPES));
/** Bits of an input value. */
export const queryResolution = ofInstance("QUERY RESOLUTION", 0x81, asks, byte);
export const queryInstanceError = ofInstance("QUERY INSTANCE ERROR", 0x82, asks, byte);
export const queryInstanceStatus = ofInstance("QUERY INSTANCE STATUS", 0x83, asks, flags("error", "active"));
export const queryEventPriority = ofInstance("QUERY EVENT PRIORITY", 0x84, asks, byte);
export const queryInstanceEnabled = ofInstance("QUERY INSTANCE ENABLED", 0x86, asks, yes);
export const queryPrimaryInstanceGroup = ofInstance("QUERY PRIMARY INSTANCE GROUP", 0x88, asks, byteOrMask);
export const queryInstanceGroup1 = ofInstance("QUERY INSTANCE GROUP 1", 0x89, asks, byteOrMask);
export const queryInstanceGroup2 = ofInstance("QUERY INSTANCE GROUP 2", 0x8a, asks, byteOrMask);
export const queryEventScheme = ofInstance("QUERY EVENT SCHEME", 0x8b, asks, named(EVENT_SCHEMES));
/** The most significant byte; the rest is latched for QUERY INPUT VALUE LATCH. */
export const queryInputValue = ofInstance("QUERY INPUT VALUE", 0x8c, asks, byte);
export const queryInputValueLatch = ofInstance("QUERY INPUT VALUE LATCH", 0x8d, asks, byte);
export const queryFeatureType = ofInstance("QUERY FEATURE TYPE", 0x8e, asks, byte);
export const queryNextFeatureType = ofInstance("QUERY NEXT FEATURE TYPE", 0x8f, asks, byte);
export const queryEventFilter0To7 = ofInstance("QUERY EVENT FILTER 0-7", 0x90, asks, bitNumbers(0));
export const queryEventFilter8To15 = ofInstance("QUERY EVENT FILTER 8-15", 0x91, asks, bitNumbers(8));
export const queryEventFilter16To23 = ofInstance("QUERY EVENT FILTER 16-23", 0x92, asks, bitNumbers(16));

// of the 2022 edition: names in two public libraries, opcodes and manner in one only [U]
/** DTR0: the instance type it shall be. */
export const setInstanceType = ofInstance("SET INSTANCE TYPE", 0x69, twice, nothing);
/** DTR0: which setting; DTR2, DTR1: its value. */
export const setInstanceConfiguration = ofInstance("SET INSTANCE CONFIGURATION", 0x6a, twice, nothing);
/** DTR0: which setting; its value is in DTR2, DTR1 then, its low byte the answer. */
export const queryInstanceConfiguration = ofInstance("QUERY INSTANCE CONFIGURATION", 0x93, asks, byte);
/** Types 31 to 24, one bit each; the others are in DTR2, DTR1, DTR0 then. */
export const queryAvailableInstanceTypes = ofInstance("QUERY AVAILABLE INSTANCE TYPES", 0x94, asks, bitNumbers(24));
