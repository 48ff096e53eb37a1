/** The commands of push buttons, IEC 62386-301, instance type 1. Opcodes agree in python-dali and two independent tables. */
import { measured, nothing } from "../reading.ts";
import { manners, ofInstance } from "../rows.ts";

const { twice, asks } = manners(301, "PushButton");

/** Every time but the stuck one is in steps of 20 ms. */
const STEP = measured(20, "ms");

/** DTR0: a press that lasts longer is a long one. */
export const setShortTimer = ofInstance("SET SHORT TIMER", 0x00, twice, nothing);
/** DTR0: a second press within it makes a double press; 0: no double presses. */
export const setDoubleTimer = ofInstance("SET DOUBLE TIMER", 0x01, twice, nothing);
/** DTR0: how often LONG PRESS REPEAT comes. */
export const setRepeatTimer = ofInstance("SET REPEAT TIMER", 0x02, twice, nothing);
/** DTR0, in s: a button pressed so long is stuck. */
export const setStuckTimer = ofInstance("SET STUCK TIMER", 0x03, twice, nothing);
export const queryShortTimer = ofInstance("QUERY SHORT TIMER", 0x0a, asks, STEP);
export const queryShortTimerMin = ofInstance("QUERY SHORT TIMER MIN", 0x0b, asks, STEP);
export const queryDoubleTimer = ofInstance("QUERY DOUBLE TIMER", 0x0c, asks, STEP);
export const queryDoubleTimerMin = ofInstance("QUERY DOUBLE TIMER MIN", 0x0d, asks, STEP);
export const queryRepeatTimer = ofInstance("QUERY REPEAT TIMER", 0x0e, asks, STEP);
export const queryStuckTimer = ofInstance("QUERY STUCK TIMER", 0x0f, asks, measured(1, "s"));
