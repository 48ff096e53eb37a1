/** Junctions as the parts of a cabinet are given them: the file's short words written out, with French times where it says none. */
import { ALL_RED, groupOf, PRIORITY, pedestrianClearance, stageOf } from "../../controllers/junction/defaults.ts";
import type {
  Approach,
  Detector,
  Intergreens,
  Junction,
  PrioritySettings,
  SignalGroup,
  SignalPlan,
  Stage,
} from "../../controllers/junction/model.ts";
import type { ComponentId } from "../../controllers/model.ts";
import { type Duration, duration, metres, seconds } from "../../controllers/units.ts";
import type { PinAddress } from "../hal/pin.ts";
import { DEFAULTS } from "./defaults.ts";
import type { ConfigFile } from "./schema.ts";

export type Level = "high" | "low";
/** A pin, and its level when what it stands for is so. */
export interface Line {
  readonly pin: PinAddress;
  readonly when: Level;
}

/** The wires of one group to another controller. */
export interface ContactCall {
  readonly group: string;
  /** Asks for green. */
  readonly request: Line;
  /** Tells for a second that the vehicle has left. */
  readonly cleared?: Line;
  /** The controller says that it is green. */
  readonly green?: Line;
}
export interface HeadPins {
  readonly red: Line;
  readonly amber?: Line;
  readonly green: Line;
}

/** How the signals of a junction are reached. */
export type ControlConfig =
  | {
      readonly kind: "contacts";
      readonly calls: readonly ContactCall[];
      /** Green is asked for so long before it is needed. */
      readonly lead: Duration;
      /** The controller says that it works by its program. */
      readonly ready?: Line;
      readonly longest: Duration;
      readonly alive?: PinAddress;
    }
  | {
      readonly kind: "rsmp3";
      readonly port: number;
      readonly address: string;
      /** Paths as the file names them. */
      readonly tls?: {
        readonly ca: string;
        readonly certificate: string;
        readonly key: string;
        readonly name?: string;
      };
      readonly site?: string;
      readonly component?: string;
      readonly ackWithin: Duration;
      readonly watchdog: Duration;
      readonly supervisor?: string;
    }
  | {
      readonly kind: "engine";
      /** Absent: shown nowhere. */
      readonly heads?: readonly { readonly group: string; readonly lamps: HeadPins; readonly shows: HeadPins }[];
      readonly permit?: Line;
      readonly alive?: PinAddress;
    };

export interface JunctionConfig {
  readonly junction: Junction;
  readonly control: ControlConfig;
  readonly detectors: readonly { readonly id: ComponentId; readonly line: Line }[];
}

type Entry = NonNullable<ConfigFile["junctions"]>[number];
type GroupEntry = Entry["groups"][number];

const { junction: usual } = DEFAULTS;

/** From an entry that passed every check of its shape. */
export function junctionOf(entry: Entry): JunctionConfig {
  return {
    junction: {
      id: entry.id,
      name: entry.name ?? entry.id,
      groups: entry.groups.map(signalGroup),
      intergreens: intergreensOf(entry),
      stages: entry.stages.map((stage) => signalStage(stage)),
      plans: entry.plans.map((plan) => planOf(plan, entry)),
      approaches: (entry.approaches ?? []).map(approachOf),
      detectors: (entry.detectors ?? []).map(
        ({ id, group, use, distance = 0 }): Detector => ({ id, group, use, distance: metres(distance) }),
      ),
      priority: priorityOf(entry.priority),
    },
    control: controlOf(entry),
    detectors: (entry.detectors ?? []).map(({ id, pin, occupiedWhen = usual.occupiedWhen }) => ({
      id,
      line: { pin, when: occupiedWhen },
    })),
  };
}

function signalGroup({ id, kind, minGreen, amber, redAmber, maxWait, guard, onCall = false }: GroupEntry): SignalGroup {
  const said = defined({ minGreen, amber, redAmber, maxWait, guard });
  const group = groupOf(id, kind, { ...inMilliseconds(said), onCall });
  // Who lowers the longest wait lowers the guard with it.
  return guard === undefined && group.guard > group.maxWait ? { ...group, guard: group.maxWait } : group;
}

/** From the end of a group's green to others' green, where no entry says otherwise: amber, then who is under way gets across. */
function usualIntergreen(entry: GroupEntry): Duration {
  const { amber } = signalGroup(entry);
  if (entry.clearance !== undefined) return duration(amber + seconds(entry.clearance));
  const across = entry.crossing === undefined ? 0 : pedestrianClearance(metres(entry.crossing));
  return duration(amber + Math.max(ALL_RED, across));
}

/** Groups that share no stage conflict: who forgets a pair errs to the safe side. */
export function intergreensOf({
  groups,
  stages,
  conflicts = [],
}: Pick<Entry, "groups" | "stages" | "conflicts">): Intergreens {
  const said = new Map<string, number>();
  for (const { from, to, intergreen, back } of conflicts) {
    said.set(`${from} ${to}`, intergreen);
    if (back !== undefined) said.set(`${to} ${from}`, back);
  }
  const together = (a: string, b: string) =>
    stages.some((stage) => stage.groups.includes(a) && stage.groups.includes(b));
  const rows = groups.map((from) => {
    const others = groups.filter(({ id }) => {
      const isSaid = said.has(`${from.id} ${id}`) || said.has(`${id} ${from.id}`);
      return id !== from.id && (isSaid || !together(from.id, id));
    });
    const times = others.map(({ id }) => {
      const own = said.get(`${from.id} ${id}`);
      return [id, own === undefined ? usualIntergreen(from) : seconds(own)] as const;
    });
    return [from.id, Object.fromEntries(times)] as const;
  });
  return Object.fromEntries(rows.filter(([, row]) => Object.keys(row).length > 0));
}

function signalStage({ id, groups, skippable = false, ...times }: Entry["stages"][number]): Stage {
  return stageOf(id, groups, { ...inMilliseconds(defined(times)), skippable });
}

function planOf({ id, cycle, offset, stages }: Entry["plans"][number], entry: Entry): SignalPlan {
  if (cycle !== undefined)
    return {
      kind: "fixed",
      id,
      cycle: seconds(cycle),
      ...(offset === undefined ? {} : { offset: seconds(offset) }),
      stages: stages.map(({ stage, at = 0 }) => ({ stage, at: seconds(at) })),
    };
  return {
    kind: "actuated",
    id,
    stages: stages.map(({ stage, min, max = 0, gap = usual.gap }) => {
      const members = entry.stages.find((one) => one.id === stage)?.groups ?? [];
      const least = Math.max(
        ...entry.groups.filter(({ id }) => members.includes(id)).map((one) => signalGroup(one).minGreen),
      );
      return { stage, min: min === undefined ? duration(least) : seconds(min), max: seconds(max), gap: seconds(gap) };
    }),
  };
}

function approachOf(entry: NonNullable<Entry["approaches"]>[number]): Approach {
  const { line = [], stops = [], exit = usual.exit, speed = usual.speed, name, id, group, ...names } = entry;
  return {
    id,
    name: name ?? `approach ${id}`,
    group,
    line: line.map(([latitude, longitude]) => ({ latitude, longitude })),
    exit: metres(exit),
    speed,
    stops: stops.map(({ distance, dwell = usual.stop.dwell, spread = usual.stop.spread }) => ({
      distance: metres(distance),
      dwell: seconds(dwell),
      spread: seconds(spread),
    })),
    ...names,
  } as Approach;
}

function priorityOf(written: Entry["priority"] = {}): PrioritySettings {
  const { minLateness, minHeadway, persons, compensation, carPersons, requestsAMinute, ...times } = written;
  return {
    ...PRIORITY,
    ...defined({ minLateness, minHeadway, compensation, carPersons, requestsAMinute }),
    ...inMilliseconds(defined(times)),
    persons: { ...PRIORITY.persons, ...defined(persons ?? {}) },
  };
}

type Defined<T> = { [Key in keyof T]?: Exclude<T[Key], undefined> };
const defined = <T extends object>(values: T): Defined<T> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Defined<T>;
const inMilliseconds = <Key extends string>(values: { [K in Key]?: number }): { [K in Key]?: Duration } =>
  Object.fromEntries(Object.entries<number | undefined>(values).map(([key, s]) => [key, seconds(s as number)])) as {
    [K in Key]?: Duration;
  };

function controlOf({ contacts, rsmp3, engine }: Entry): ControlConfig {
  if (contacts) {
    const { driveWhen, closedWhen, lead, longest } = { ...usual.contacts, ...contacts };
    const input = (pin: PinAddress): Line => ({ pin, when: closedWhen });
    return {
      kind: "contacts",
      calls: contacts.calls.map(({ group, request, cleared, green }) => ({
        group,
        request: { pin: request, when: driveWhen },
        ...(cleared ? { cleared: { pin: cleared, when: driveWhen } } : {}),
        ...(green ? { green: input(green) } : {}),
      })),
      ...(contacts.ready ? { ready: input(contacts.ready) } : {}),
      lead: seconds(lead),
      longest: seconds(longest),
      ...(contacts.alive ? { alive: contacts.alive.pin } : {}),
    };
  }
  if (rsmp3) {
    const { ackWithin, watchdog, ...named } = { ...usual.rsmp3, ...rsmp3 };
    return { kind: "rsmp3", ...named, ackWithin: seconds(ackWithin), watchdog: seconds(watchdog) };
  }
  const {
    heads,
    permit,
    alive,
    onWhen = usual.engine.onWhen,
    litWhen = usual.engine.litWhen,
    permitWhen,
  } = engine ?? {};
  return {
    kind: "engine",
    ...(heads
      ? {
          heads: heads.map(({ group, shows, ...lamps }) => ({
            group,
            lamps: headPins(lamps, onWhen),
            shows: headPins(shows, litWhen),
          })),
        }
      : {}),
    ...(permit ? { permit: { pin: permit, when: permitWhen ?? usual.engine.permitWhen } } : {}),
    ...(alive ? { alive: alive.pin } : {}),
  };
}

type PinTriple = Pick<NonNullable<NonNullable<Entry["engine"]>["heads"]>[number], "red" | "amber" | "green">;
const headPins = ({ red, amber, green }: PinTriple, when: Level): HeadPins => ({
  red: { pin: red, when },
  ...(amber ? { amber: { pin: amber, when } } : {}),
  green: { pin: green, when },
});

/** Every line of a junction: those that this cabinet drives, and those that it reads. */
export function linesOf({ control, detectors }: JunctionConfig): {
  readonly out: readonly Line[];
  readonly in: readonly Line[];
} {
  const those = (...lines: (Line | undefined)[]) => lines.filter((line) => line !== undefined);
  const sensed = detectors.map(({ line }) => line);
  switch (control.kind) {
    case "contacts": {
      const { calls, ready, alive } = control;
      return {
        out: [
          ...calls.flatMap(({ request, cleared }) => those(request, cleared)),
          ...those(alive && { pin: alive, when: "high" }),
        ],
        in: [...sensed, ...calls.flatMap(({ green }) => those(green)), ...those(ready)],
      };
    }
    case "rsmp3":
      return { out: [], in: sensed };
    case "engine": {
      const { heads = [], permit, alive } = control;
      const lamps = ({ red, amber, green }: HeadPins) => those(red, amber, green);
      return {
        out: [...heads.flatMap((head) => lamps(head.lamps)), ...those(permit, alive && { pin: alive, when: "high" })],
        in: [...sensed, ...heads.flatMap((head) => lamps(head.shows))],
      };
    }
  }
}
