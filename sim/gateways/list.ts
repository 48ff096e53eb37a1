import type { Twin } from "./kind.ts";
import { lubaTwin } from "./luba.ts";

/** The simulated boxes, by the names of `firmware/gateways/list.ts`. */
export const twins: ReadonlyMap<string, Twin> = new Map([["luba", lubaTwin]]);
