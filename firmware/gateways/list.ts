import type { GatewayKind } from "./kind.ts";
import { luba } from "./luba.ts";

/** Every box hulotte can talk to. A new one: a file, its twin in `sim/gateways/`, and one line in each list. */
export const gateways: readonly GatewayKind[] = [luba];
