/** The commands of absolute input devices, IEC 62386-302, instance type 2. Opcodes agree in two independent public tables. */
import { measured, nothing, yes } from "../reading.ts";
import { manners, ofInstance } from "../rows.ts";

const { twice, asks } = manners(302, "AbsoluteInput");

/** DTR0, in s: the position is told so often, changed or not. */
export const setReportTimer = ofInstance("SET REPORT TIMER", 0x10, twice, nothing);
/** DTR0, in steps of 50 ms: no two events are nearer. */
export const setDeadtimeTimer = ofInstance("SET DEADTIME TIMER", 0x11, twice, nothing);
export const queryDeadtimeTimer = ofInstance("QUERY DEADTIME TIMER", 0x1d, asks, measured(50, "ms"));
export const queryReportTimer = ofInstance("QUERY REPORT TIMER", 0x1e, asks, measured(1, "s"));
/** Whether it is a switch. */
export const querySwitch = ofInstance("QUERY SWITCH", 0x1f, asks, yes);
