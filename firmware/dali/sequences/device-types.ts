import { queryDeviceType, queryNextDeviceType } from "../commands/gear.ts";
import { ask, type Sequence } from "../sequence.ts";

/** QUERY DEVICE TYPE: none at all, or several that QUERY NEXT DEVICE TYPE tells one by one. */
const NONE = 254;
const SEVERAL = 255;
const ATTEMPTS = 5;

/**
 * The device types a gear implements, ascending; null where it does not say. Another command to the gear in between makes it
 * forget where it was (IEC 62386-102 11.5): then it is asked from the beginning.
 */
export function* readDeviceTypes(gear: number): Sequence<readonly number[] | null> {
  for (let tries = 0; tries < ATTEMPTS; tries++) {
    const first = yield* ask(queryDeviceType(gear));
    if (first.kind !== "value") continue;
    if (first.value === NONE) return [];
    if (first.value !== SEVERAL) return [first.value];
    const types = yield* rest(gear);
    if (types) return types;
  }
  return null;
}

function* rest(gear: number): Sequence<number[] | null> {
  const types: number[] = [];
  for (;;) {
    const next = yield* ask(queryNextDeviceType(gear));
    if (next.kind !== "value") return null;
    if (next.value === NONE) return types.length > 0 ? types : null;
    // they come in ascending order: what does not was disturbed
    if (next.value <= (types.at(-1) ?? -1) || next.value === SEVERAL) return null;
    types.push(next.value);
  }
}
