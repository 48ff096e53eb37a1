import { lw14Twin } from "../chips/lw14.ts";
import { atxTwin } from "./atx.ts";
import { foxtronTwin } from "./foxtron.ts";
import type { I2cTwin, ModbusTwin, Twin } from "./kind.ts";
import { lubaTwin } from "./luba.ts";
import { sciTwin } from "./sci.ts";
import { sevenlabTwin } from "./sevenlab.ts";
import { wbDaliTwin } from "./wb-dali.ts";

/** The simulated boxes, by the names of `firmware/gateways/list.ts`. */
export const twins: ReadonlyMap<string, Twin> = new Map([
  ["luba", lubaTwin],
  ["sci", sciTwin],
  ["atx", atxTwin],
  ["foxtron", foxtronTwin],
  ["sevenlab", sevenlabTwin],
]);

/** Those that are chips on I2C. */
export const i2cTwins: ReadonlyMap<string, I2cTwin> = new Map([["lw14", lw14Twin]]);

/** Those that are units of a Modbus line. */
export const modbusTwins: ReadonlyMap<string, ModbusTwin> = new Map([["wb-dali", wbDaliTwin]]);
