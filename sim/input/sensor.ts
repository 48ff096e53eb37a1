import type { EventMeaning } from "../../firmware/dali/event.ts";
import type { Entries } from "../gear/table.ts";
import type { InputDevice } from "./device.ts";

/** What a sensor does about a command of its own part, and its answer. */
export type SensorAct = (device: InputDevice) => number | undefined;

/** Tells an event where the instance's filter has one of these bits; null: whatever the filter says. */
export type Tell = (meaning: EventMeaning, filterBits: number | null) => void;

/** What makes an instance one of its part (301 to 304): its input, its timers and its own commands. */
export interface Sensor {
  /** The part less 300. */
  readonly type: number;
  /** Bits of its input value. */
  readonly resolution: number;
  /** As it is from the factory; no public source has all of these: taken so that the useful events come. */
  readonly filter: number;
  readonly priority: 2 | 3 | 4 | 5;
  readonly value: number;
  readonly commands: Entries<SensorAct>;
  /** Its timers run, and it may tell. */
  start(tell: Tell): void;
  stop(): void;
}

/** A setting that a command sent twice takes from DTR0, within `most`, and another tells. */
export function timer<T extends Record<K, number>, K extends string>(
  times: T,
  name: K,
  set: Entries<SensorAct>[number][0],
  query: Entries<SensorAct>[number][0],
  { most = 0xff, least = 0, changed = () => {} }: { most?: number; least?: number; changed?: () => void } = {},
): Entries<SensorAct> {
  const kept: Record<string, number> = times;
  const store: SensorAct = (device) => {
    if (!device.again() || device.dtr0 < least || device.dtr0 > most) return undefined;
    device.nvm.set(kept, name, device.dtr0);
    changed();
    return undefined;
  };
  return [
    [set, store],
    [query, () => kept[name]],
  ];
}
