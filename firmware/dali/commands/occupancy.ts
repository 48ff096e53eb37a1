/**
 * The commands of occupancy sensors, IEC 62386-303 with amendment 1, instance type 3. Opcodes agree in python-dali and two
 * independent tables; those of detection range, sensitivity and capabilities in the two tables.
 */
import { byte, measured, nothing, yes } from "../reading.ts";
import { manners, ofInstance } from "../rows.ts";

const { once, twice, asks } = manners(303, "Occupancy");

/** The next movement is told once, though the filter keeps movements back. */
export const catchMovement = ofInstance("CATCH MOVEMENT", 0x20, once, nothing);
/** DTR0, in steps of 10 s: so long after the last movement the area counts as occupied. */
export const setHoldTimer = ofInstance("SET HOLD TIMER", 0x21, twice, nothing);
/** DTR0, in s: the state is told so often, changed or not. */
export const setReportTimer = ofInstance("SET REPORT TIMER", 0x22, twice, nothing);
/** DTR0, in steps of 50 ms: no two events are nearer. */
export const setDeadtimeTimer = ofInstance("SET DEADTIME TIMER", 0x23, twice, nothing);
/** Vacant at once. */
export const cancelHoldTimer = ofInstance("CANCEL HOLD TIMER", 0x24, once, nothing);
export const setDetectionRange = ofInstance("SET DETECTION RANGE", 0x25, twice, nothing);
export const setSensitivity = ofInstance("SET SENSITIVITY", 0x26, twice, nothing);
export const queryInstanceCapabilities = ofInstance("QUERY INSTANCE CAPABILITIES", 0x29, asks, byte);
export const queryDetectionRange = ofInstance("QUERY DETECTION RANGE", 0x2a, asks, byte);
export const querySensitivity = ofInstance("QUERY SENSITIVITY", 0x2b, asks, byte);
export const queryDeadtimeTimer = ofInstance("QUERY DEADTIME TIMER", 0x2c, asks, measured(50, "ms"));
export const queryHoldTimer = ofInstance("QUERY HOLD TIMER", 0x2d, asks, measured(10, "s"));
export const queryReportTimer = ofInstance("QUERY REPORT TIMER", 0x2e, asks, measured(1, "s"));
export const queryCatching = ofInstance("QUERY CATCHING", 0x2f, asks, yes);
