import { queryResetState } from "../commands/gear.ts";
import { BROADCAST } from "../frame.ts";
import { ask, type Sequence } from "../sequence.ts";
import { type Property, type Setting, type SettingValue, settingsOf, type WantedSettings } from "./settings.ts";

export interface Difference {
  readonly property: Property;
  readonly found: SettingValue;
  readonly wanted: SettingValue;
}

export interface Audit {
  /** What is not as wanted; empty: all that could be read is. */
  readonly differences: readonly Difference[];
  /** What the gear did not tell, also because it does not know it (a dimming curve is of DT6). */
  readonly unanswered: readonly Property[];
}

export interface Repair extends Audit {
  /** What was set right, and read back. `differences` is what is still not as wanted. */
  readonly repaired: readonly Difference[];
  /** Configuration commands that wrote: the gear's memory wears. */
  readonly writes: number;
}

/**
 * Compares the settings of one gear (short address) with what is wanted. Only queries, each on its own. Throws TypeError
 * for a wanted value out of range.
 */
export function* audit(gear: number, wanted: WantedSettings): Sequence<Audit> {
  const differences: Difference[] = [];
  const unanswered: Property[] = [];
  for (const setting of settingsOf(wanted)) {
    const found = yield* setting.read(gear);
    if (found === undefined) unanswered.push(setting.property);
    else if (!equal(found, setting.wanted)) differences.push(differenceOf(setting, found));
  }
  return { differences, unanswered };
}

/** So often a setting is written at most: gear that does not keep it would only wear. */
const WRITES = 2;

/**
 * Audits one gear and sets right what differs, and nothing else: DTR0, asked back, the command twice, and the setting read
 * again. Uses DTR0.
 */
export function* repair(gear: number, wanted: WantedSettings): Sequence<Repair> {
  const before = new Map<Property, SettingValue>();
  const differences: Difference[] = [];
  const unanswered: Property[] = [];
  const repaired: Difference[] = [];
  let writes = 0;
  const settings = settingsOf(wanted);
  for (const setting of settings) {
    const found = yield* setting.read(gear);
    if (found === undefined) unanswered.push(setting.property);
    else before.set(setting.property, found);
  }
  for (const setting of inOrder(settings, before)) {
    const first = before.get(setting.property);
    if (first === undefined || equal(first, setting.wanted)) continue;
    let found: SettingValue | undefined = first;
    for (let tries = 0; tries < WRITES && found !== undefined && !equal(found, setting.wanted); tries++) {
      writes += yield* setting.write(gear, found);
      found = yield* setting.read(gear);
    }
    if (found === undefined) unanswered.push(setting.property);
    else if (equal(found, setting.wanted)) repaired.push(differenceOf(setting, first));
    else differences.push(differenceOf(setting, found));
  }
  return { differences, unanswered, repaired, writes };
}

/** Whether any gear of the bus is as RESET leaves it, as a gear just put in is: one frame for all (any answer is yes). */
export const anyGearReset = (): Sequence<boolean> => ask(queryResetState(BROADCAST));

const differenceOf = ({ property, wanted }: Setting, found: SettingValue): Difference => ({ property, found, wanted });

/** Gear keeps its maximum from going below its minimum, and the other way: the one that makes room goes first. */
function inOrder(settings: readonly Setting[], before: ReadonlyMap<Property, SettingValue>): readonly Setting[] {
  const of = (property: Property) => settings.findIndex((one) => one.property === property);
  const [low, high] = [of("minLevel"), of("maxLevel")];
  const [top, room] = [settings[high]?.wanted, before.get("maxLevel")];
  if (low < 0 || typeof top !== "number" || typeof room !== "number" || top <= room) return settings;
  return [...settings.slice(0, low), settings[high] as Setting, ...settings.filter((_, i) => i >= low && i !== high)];
}

function equal(a: SettingValue, b: SettingValue): boolean {
  if (!Array.isArray(a) || !Array.isArray(b)) return a === b;
  return a.length === b.length && a.every((one, i) => one === b[i]);
}
