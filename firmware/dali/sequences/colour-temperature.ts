import {
  activate,
  COLOUR_VALUES,
  queryColourTypeFeatures,
  queryColourValue,
  queryGearFeaturesStatus,
  setTemporaryColourTemperature,
} from "../commands/colour.ts";
import { dtr0, dtr1, queryContentDtr0 } from "../commands/gear.ts";
import { ask, type Sequence } from "../sequence.ts";
import type { ColourOrder, TcRange } from "../warm-dim.ts";
import { insist } from "./insist.ts";

const UNKNOWN = 0xffff;
const TRIES = 4;

/**
 * Gives lamps their colour temperatures, not yet to be seen: the level command that follows shows them, and fades to both
 * together. `activates` false: gear whose GEAR FEATURES/STATUS says that a level does not (IEC 62386-209 9.5): it is told to
 * by ACTIVATE, which fades the colour at the level there is. Uses DTR0 and DTR1.
 */
export function* setColourTemperatures(orders: readonly ColourOrder[], activates = true): Sequence<void> {
  let before: number | undefined;
  for (const { to, mirek } of orders) {
    const changes = before === undefined ? 0xffff : before ^ mirek;
    // gear keeps what is in its DTRs: nobody else uses them while this runs
    if (changes & 0xff) yield* ask(dtr0(mirek & 0xff));
    if (changes >> 8) yield* ask(dtr1(mirek >> 8));
    before = mirek;
    yield* ask(setTemporaryColourTemperature(to));
    if (!activates) yield* ask(activate(to));
  }
}

export interface Tunable {
  readonly range: TcRange;
  /** Whether a level command shows the temporary colour. */
  readonly activates: boolean;
}

/**
 * What a DT8 gear can do: its coolest and warmest colour temperature, the narrower of what it is set to and what it
 * physically can. null: it has no colour temperature, or does not tell. Uses DTR0.
 */
export function* readTunable(gear: number): Sequence<Tunable | null> {
  const features = yield* insist(queryColourTypeFeatures(gear));
  if (!features?.tc) return null;
  const coolest = yield* narrower(gear, COLOUR_VALUES.tcCoolest, COLOUR_VALUES.tcPhysicalCoolest, Math.max);
  const warmest = yield* narrower(gear, COLOUR_VALUES.tcWarmest, COLOUR_VALUES.tcPhysicalWarmest, Math.min);
  const status = yield* insist(queryGearFeaturesStatus(gear));
  if (coolest === null || warmest === null || coolest > warmest || status === undefined) return null;
  return { range: { coolest, warmest }, activates: status.automaticActivation };
}

/** The colour temperature a gear shows, mirek; null where it is not known or the colour is of another type. Uses DTR0. */
export const readColourTemperature = (gear: number): Sequence<number | null> => readValue(gear, COLOUR_VALUES.tc);

function* narrower(
  gear: number,
  set: number,
  physical: number,
  of: (a: number, b: number) => number,
): Sequence<number | null> {
  const one = yield* readValue(gear, set);
  const other = yield* readValue(gear, physical);
  return one === null ? other : other === null ? one : of(one, other);
}

/** A colour value of 16 bits: answered by its high byte; its low byte is in DTR0 then. */
function* readValue(gear: number, which: number): Sequence<number | null> {
  for (let tries = 0; tries < TRIES; tries++) {
    yield* ask(dtr0(which));
    // gear that did not hear it would answer for another value
    if ((yield* insist(queryContentDtr0(gear))) !== which) continue;
    const high = yield* ask(queryColourValue(gear));
    if (high.kind !== "value") continue;
    const low = yield* insist(queryContentDtr0(gear));
    if (low === undefined) continue;
    const value = (high.value << 8) | low;
    return value === UNKNOWN ? null : value;
  }
  return null;
}
