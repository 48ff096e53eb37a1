/** French values to start a junction's description with. Each is a setting; `bounds.ts` says how far it may be moved. */
import { type Duration, duration, type Metres, seconds } from "../units.ts";
import type { GroupKind, PrioritySettings, SignalGroup, Stage } from "./model.ts";

/** IISR part 6 art. 110: what clears a junction goes so fast, m/s. */
export const CLEARANCE_SPEED = { vehicle: 10, pedestrian: 1 } as const;
/** CERTU: between the last amber and the next green of a conflict, at least. */
export const ALL_RED = seconds(2);
export const AMBER_IN_TOWN = seconds(3);
export const AMBER_OUTSIDE = seconds(5);
/** CERTU: neither vehicles nor pedestrians get less. */
export const MIN_GREEN = seconds(6);
/** IISR part 6 art. 110. */
export const MAX_WAIT = seconds(120);

/** Guards of the Dutch practice (TLCGen): cars 120 s, cycles and pedestrians 90 s; buses and trams as cars. */
const GUARDS: Readonly<Record<GroupKind, Duration>> = {
  vehicle: seconds(120),
  bus: seconds(120),
  tram: seconds(120),
  cycle: seconds(90),
  pedestrian: seconds(90),
};

/** A group of the kind with everything as usual in a French town. */
export function groupOf(
  id: string,
  kind: GroupKind,
  said: Partial<Omit<SignalGroup, "id" | "kind">> = {},
): SignalGroup {
  return {
    id,
    kind,
    minGreen: MIN_GREEN,
    amber: kind === "pedestrian" ? seconds(0) : AMBER_IN_TOWN,
    redAmber: seconds(0),
    maxWait: MAX_WAIT,
    guard: GUARDS[kind],
    onCall: false,
    ...said,
  };
}

/** Extension and least green are proposals [not verified]: 20 s and nothing beyond the minimum. */
export function stageOf(
  id: string,
  groups: readonly string[],
  said: Partial<Omit<Stage, "id" | "groups">> = {},
): Stage {
  return { id, groups, skippable: false, maxExtension: seconds(20), least: seconds(0), ...said };
}

const wholeSeconds = (s: number): Duration => duration(Math.ceil(s - 1e-9) * 1000);

/** What pedestrians need from the end of their green for a crossing of so many metres; whole seconds. */
export const pedestrianClearance = (length: Metres): Duration => wholeSeconds(length / CLEARANCE_SPEED.pedestrian);

/** Intergreen of a vehicle group: amber, and the way to the conflict, or the all-red if that is longer; whole seconds. */
export const vehicleIntergreen = (amber: Duration, way: Metres): Duration =>
  wholeSeconds((amber + Math.max(ALL_RED, (way / CLEARANCE_SPEED.vehicle) * 1000)) / 1000);

/** Priority as it is unless a site says otherwise; all [not verified] but time to live (V2X-Hub) and green monitor (TLCGen). */
export const PRIORITY: PrioritySettings = {
  lockout: seconds(0),
  timeToLive: seconds(30),
  greenMonitor: seconds(30),
  horizon: seconds(90),
  compensation: 1,
  persons: {
    pedestrian: 1,
    bicycle: 1,
    motorcycle: 1,
    car: 1.3,
    bus: 40,
    lightTruck: 1,
    heavyTruck: 1,
    tram: 100,
    emergency: 4,
    safetyCar: 2,
    specialTransport: 20,
    other: 1,
  },
  carPersons: 1.3,
  requestsAMinute: 20,
};
