/** The commands of light sensors, IEC 62386-304, instance type 4. Opcodes agree in python-dali and two independent tables. */
import { byte, measured, nothing } from "../reading.ts";
import { manners, ofInstance } from "../rows.ts";

const { twice, asks } = manners(304, "Light");

/** DTR0, in s: the light is told so often, changed or not. */
export const setReportTimer = ofInstance("SET REPORT TIMER", 0x30, twice, nothing);
/** DTR0, in %: a smaller change is not told. */
export const setHysteresis = ofInstance("SET HYSTERESIS", 0x31, twice, nothing);
/** DTR0, in steps of 50 ms: no two events are nearer. */
export const setDeadtimeTimer = ofInstance("SET DEADTIME TIMER", 0x32, twice, nothing);
/** DTR0, in steps of the value: a smaller change is not told. */
export const setHysteresisMin = ofInstance("SET HYSTERESIS MIN", 0x33, twice, nothing);
export const queryHysteresisMin = ofInstance("QUERY HYSTERESIS MIN", 0x3c, asks, byte);
export const queryDeadtimeTimer = ofInstance("QUERY DEADTIME TIMER", 0x3d, asks, measured(50, "ms"));
export const queryReportTimer = ofInstance("QUERY REPORT TIMER", 0x3e, asks, measured(1, "s"));
export const queryHysteresis = ofInstance("QUERY HYSTERESIS", 0x3f, asks, measured(1, "%"));
