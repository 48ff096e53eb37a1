import type { Answer, Command } from "./command.ts";
import { dtr0, dtr1, dtr2 } from "./commands/device.ts";
import {
  EVENT_SCHEMES,
  enableInstance,
  INSTANCE_TYPES,
  queryEventFilter0To7,
  queryEventScheme,
  queryInstanceEnabled,
  queryInstanceType,
  setEventFilter,
  setEventScheme,
} from "./commands/instance.ts";
import * as light from "./commands/light.ts";
import * as occupancy from "./commands/occupancy.ts";
import { EVENT_FILTERS } from "./event.ts";
import { ask, type Sequence } from "./sequence.ts";
import { insist } from "./sequences/insist.ts";

/** An instance of an input device on a bus, and what it senses. */
export interface InputPlace {
  readonly kind: "occupancy" | "light";
  /** Short address of the device, 0..63. */
  readonly address: number;
  /** 0..31. */
  readonly instance: number;
}

/** Each sensor says what it sees so often, changed or not: that is how it is known to live. Seconds. */
export const REPORT_S = 20;
/** Light after somebody has passed is the cabinet's to keep: the sensor's own hold is the shortest, in steps of 10 s. */
const HOLD = 1;
const { Occupied, Vacant, Repeat, Movement } = EVENT_FILTERS.occupancy;

interface Setting {
  readonly ask: Command<Answer<number>>;
  readonly wanted: number;
  readonly store: Command<unknown>;
  /** Whether the store takes 24 bits, in DTR2, DTR1 and DTR0. */
  readonly wide?: true;
}

function settingsOf({ kind, address, instance }: InputPlace): readonly Setting[] {
  const filter = kind === "occupancy" ? Occupied | Vacant | Repeat | Movement : EVENT_FILTERS.light.Level;
  const common: readonly Setting[] = [
    {
      ask: queryEventScheme(address, instance),
      wanted: EVENT_SCHEMES["device-instance"],
      store: setEventScheme(address, instance),
    },
    {
      ask: queryEventFilter0To7(address, instance),
      wanted: filter,
      store: setEventFilter(address, instance),
      wide: true,
    },
  ];
  const part = kind === "occupancy" ? occupancy : light;
  const report = {
    ask: part.queryReportTimer(address, instance),
    wanted: REPORT_S,
    store: part.setReportTimer(address, instance),
  };
  if (kind === "light") return [...common, report];
  const hold = {
    ask: occupancy.queryHoldTimer(address, instance),
    wanted: HOLD,
    store: occupancy.setHoldTimer(address, instance),
  };
  return [...common, report, hold];
}

/** How an input was found. */
export type InputFound = "ready" | "silent" | "another-type";

/**
 * Has an input tell its events with its address and instance, and often enough (IEC 62386-103 9.7, -303, -304). What it keeps
 * already is not written again: its memory wears. Run it where nobody else moves the device DTRs between.
 */
export function* setUpInput(place: InputPlace): Sequence<InputFound> {
  const { kind, address, instance } = place;
  const type = yield* insist(queryInstanceType(address, instance));
  if (type === undefined) return "silent";
  if (type !== INSTANCE_TYPES[kind]) return "another-type";
  for (const setting of settingsOf(place)) {
    const kept = yield* insist(setting.ask);
    if (kept === undefined) return "silent";
    if (kept === setting.wanted) continue;
    if (setting.wide) {
      yield* ask(dtr2(0));
      yield* ask(dtr1(0));
    }
    yield* ask(dtr0(setting.wanted));
    yield* ask(setting.store);
    if ((yield* insist(setting.ask)) !== setting.wanted) return "silent";
  }
  if (!(yield* ask(queryInstanceEnabled(address, instance)))) yield* ask(enableInstance(address, instance));
  return "ready";
}
