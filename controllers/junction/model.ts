/** The words of a junction: what it is, what its signals show, what it is told and tells. Data only. */
import type { ComponentId } from "../model.ts";
import type { Duration, Instant, Metres } from "../units.ts";
import type { PriorityRequest, VehicleType, VehicleWord } from "./request-model.ts";

/** RSMP's name of a signal group on its controller: `A1`. */
export type GroupId = string;
export type StageId = string;

export const GROUP_KINDS = ["vehicle", "bus", "tram", "cycle", "pedestrian"] as const;
export type GroupKind = (typeof GROUP_KINDS)[number];

/** What one head of a group shows. `flashing-amber` is the safe state: drivers give way by themselves. */
export const ASPECTS = ["dark", "red", "red-amber", "green", "amber", "flashing-amber"] as const;
export type Aspect = (typeof ASPECTS)[number];

/** Heads that always show the same. */
export interface SignalGroup {
  readonly id: GroupId;
  readonly kind: GroupKind;
  /** Green is never shorter. */
  readonly minGreen: Duration;
  /** Exactly so long after green; 0 for pedestrians. */
  readonly amber: Duration;
  /** Exactly so long before green; 0 in France. */
  readonly redAmber: Duration;
  /** From the end of its green to its next green at most, while somebody wants it. */
  readonly maxWait: Duration;
  /** No priority is begun against a group that has waited so long. */
  readonly guard: Duration;
  /** Served only when called (push button, loop); else in every cycle. */
  readonly onCall: boolean;
}

/** Groups that are green together. No two of them conflict. */
export interface Stage {
  readonly id: StageId;
  readonly groups: readonly GroupId[];
  /** May be left out of a cycle for priority. */
  readonly skippable: boolean;
  /** Green that priority may add to what the base plan gives, at most. */
  readonly maxExtension: Duration;
  /**
   * Green that all its groups need, their minimum and clearances aside, before priority may end it early; where `shortest` is
   * said, time that it needs beyond that.
   */
  readonly least: Duration;
  /** It lasts at least so long where it only ends what others have (early cut-off); absent: its shortest minimum green. */
  readonly shortest?: Duration;
}

/**
 * End of green of the first to begin of green of the second, at least: amber, clearance and pedestrians' way included.
 * Two groups conflict exactly where there is an entry; an entry one way needs one the other way.
 */
export type Intergreens = Readonly<Record<GroupId, Readonly<Record<GroupId, Duration>>>>;

/** Fixed times. Coordinated where `offset` is said: second 0 of a cycle is when (wall time - offset) mod cycle is 0. */
export interface FixedPlan {
  readonly kind: "fixed";
  /** RSMP's number, 1 to 255. */
  readonly id: number;
  readonly cycle: Duration;
  readonly offset?: Duration;
  /** In order, each until the next begins: the last until the first of the next cycle. `at` is when it is changed to. */
  readonly stages: readonly { readonly stage: StageId; readonly at: Duration }[];
}

/** As long as vehicles come: a stage ends at `max`, or when its detectors were free for `gap`, and only when another is wanted. */
export interface ActuatedPlan {
  readonly kind: "actuated";
  readonly id: number;
  readonly stages: readonly {
    readonly stage: StageId;
    readonly min: Duration;
    readonly max: Duration;
    readonly gap: Duration;
  }[];
}

export type SignalPlan = FixedPlan | ActuatedPlan;

/** WGS 84, degrees. */
export interface Place {
  readonly latitude: number;
  readonly longitude: number;
}

/** A bus stop on an approach. */
export interface ApproachStop {
  /** Before the stop line. */
  readonly distance: Metres;
  /** How long a vehicle stands there, when nothing is learnt yet. */
  readonly dwell: Duration;
  readonly spread: Duration;
}

/** The way of priority vehicles to one stop line. */
export interface Approach {
  /** RSMP: 0 to 16. */
  readonly id: number;
  readonly name: string;
  /** The group that lets it go. */
  readonly group: GroupId;
  /** Its middle line, in the direction of travel; the last point is the stop line. */
  readonly line: readonly Place[];
  /** How far after the stop line a vehicle has passed the junction. */
  readonly exit: Metres;
  /** What a vehicle drives there when nothing holds it, m/s. */
  readonly speed: number;
  readonly stops: readonly ApproachStop[];
  /** Other names that requests have for it (M0022). */
  readonly inputId?: number;
  readonly connectionId?: number;
  readonly laneInId?: number;
  readonly laneOutId?: number;
  readonly priorityId?: number;
  /** What an R09 telegram calls it. */
  readonly r09?: { readonly junction: number; readonly direction: number };
  /** What HFP calls it: the junction's `sid` and its `signal-groupid`. */
  readonly hfp?: { readonly sid: number; readonly group: number };
}

export const DETECTOR_USES = ["call", "extend", "check-in", "check-out"] as const;

/** A loop, a button, a contact. */
export interface Detector {
  readonly id: ComponentId;
  readonly group: GroupId;
  readonly use: (typeof DETECTOR_USES)[number];
  /** Before the stop line; below 0 after it. */
  readonly distance: Metres;
}

/** When and how much priority. */
export interface PrioritySettings {
  /** Conditional: only vehicles at least so late, in seconds; absent: all. Those without a word of it count as late. */
  readonly minLateness?: number;
  /** Or vehicles at least so far behind the one before them on their line, in seconds; absent: headway does not count. */
  readonly minHeadway?: number;
  /** Nothing more on a movement for so long after it had priority; vehicles of the same service window are the same priority. */
  readonly lockout: Duration;
  /** A request that nobody renews is stale after. */
  readonly timeToLive: Duration;
  /** A green that was given and whose vehicle never checks out is ended after. */
  readonly greenMonitor: Duration;
  /** How far ahead of its arrival a vehicle is planned for, at most. */
  readonly horizon: Duration;
  /** Cycles in which a stage that was cut is not left out, and cut again only where that is worth much more. */
  readonly compensation: number;
  /** People on board, where nobody says. */
  readonly persons: Readonly<Record<VehicleType, number>>;
  /** People in a vehicle of the other traffic, for the person-delay of the others. */
  readonly carPersons: number;
  /** What braking, stopping and starting again counts for a vehicle that asks, beside the standing; absent: 8 s. */
  readonly stopCost?: Duration;
  /** New requests of one vehicle (or, unnamed, of one source) that are heard in a minute. */
  readonly requestsAMinute: number;
}

/**
 * Kernel and monitor compare a hash of what both must hold of a junction, each made by its own code: FNV-1a, 64 bits, as 16
 * lower-case hex digits, over the UTF-16 code units (low byte first) of these lines, sorted by code units (JavaScript's plain
 * `sort()`), with a line feed between two; times in ms, one line for each group and field, one for each entry of the intergreens:
 *
 *     group A1 vehicle
 *     min-green A1 6000
 *     amber A1 3000
 *     red-amber A1 0
 *     conflict A1 B1 5000
 *
 * An id therefore holds no white space.
 */
export interface Junction {
  readonly id: ComponentId;
  readonly name: string;
  readonly groups: readonly SignalGroup[];
  readonly intergreens: Intergreens;
  readonly stages: readonly Stage[];
  /** The first is in force until another is chosen. */
  readonly plans: readonly SignalPlan[];
  readonly approaches: readonly Approach[];
  readonly detectors: readonly Detector[];
  readonly priority: PrioritySettings;
}

/** One stage from one instant to another: when it is changed to, and when it is left. */
export interface StageSpan {
  readonly stage: StageId;
  readonly from: Instant;
  readonly to: Instant;
}

/** What the next stages shall be, in order and without holes. Tentative: made anew whenever more is known. */
export type TentativePlan = readonly StageSpan[];

/** What a group shows, and since when. */
export interface Signal {
  readonly group: GroupId;
  readonly aspect: Aspect;
  readonly since: Instant;
}

/** How the junction is worked. `flashing` is left by a person only. */
export type JunctionMode = "start-up" | "running" | "flashing";

/** Indiana Traffic Signal Hi Resolution Data Logger: events of signal priority. */
export const INDIANA = {
  checkIn: 112,
  adjustedEarlyGreen: 113,
  adjustedExtension: 114,
  checkOut: 115,
  preemptForceOff: 116,
  earlyForceOff: 117,
  serviceStart: 120,
  serviceEnd: 121,
} as const;

export type JunctionEvent =
  | { readonly kind: "signal"; readonly group: GroupId; readonly aspect: Aspect; readonly at: Instant }
  | { readonly kind: "stage"; readonly stage: StageId; readonly at: Instant }
  | { readonly kind: "mode"; readonly mode: JunctionMode; readonly why: string; readonly at: Instant }
  /** A request came into a state; with `completed` what it was given against the base plan, whole seconds 0 to 255. */
  | {
      readonly kind: "request";
      readonly request: PriorityRequest;
      readonly why?: string;
      readonly extension?: number;
      readonly reduction?: number;
      readonly at: Instant;
    }
  /**
   * A vehicle passed: what it waited, queue and red; and what it would have waited for green under the base plan: no queue is
   * counted, so it is the least that it would have. ms.
   */
  | {
      readonly kind: "passage";
      readonly group: GroupId;
      readonly approach?: number;
      readonly line?: string;
      readonly waited: Duration;
      readonly wouldHaveWaited: Duration;
      /** The green that was given for it came after it stood, or ended without it. */
      readonly late: boolean;
      readonly at: Instant;
    }
  /** Green that was given for priority and that nobody used. */
  | { readonly kind: "unused"; readonly group: GroupId; readonly green: Duration; readonly at: Instant }
  /** A group that was wanted got green: how long it had waited. */
  | { readonly kind: "wait"; readonly group: GroupId; readonly waited: Duration; readonly at: Instant }
  | {
      readonly kind: "indiana";
      readonly code: (typeof INDIANA)[keyof typeof INDIANA];
      readonly parameter: number;
      readonly at: Instant;
    };

/** What arrived since the pass before. */
export interface JunctionInputs {
  readonly words: readonly VehicleWord[];
  /** Detectors that changed. */
  readonly detectors: readonly { readonly id: ComponentId; readonly occupied: boolean; readonly at: Instant }[];
  /** Vehicles thought to queue at a group, where somebody counts them. */
  readonly queues?: Readonly<Record<GroupId, number>>;
  /** Chosen by a person or a calendar; absent: as before. */
  readonly plan?: number;
  /** What heads really show, where it is read back: of a controller that is not ours all that is known. */
  readonly shown?: readonly Signal[];
  readonly clockSet: boolean;
}
