import { atx } from "./atx.ts";
import { foxtron } from "./foxtron.ts";
import type { GatewayKind } from "./kind.ts";
import { luba } from "./luba.ts";
import { lw14 } from "./lw14.ts";
import { sci } from "./sci.ts";
import { sevenlab } from "./sevenlab.ts";
import { wbDali } from "./wb-dali.ts";

/** Every box hulotte can talk to. A new one: a file, its twin in `sim/gateways/`, and one line in each list. */
export const gateways: readonly GatewayKind[] = [luba, sci, atx, foxtron, sevenlab, lw14, wbDali];
