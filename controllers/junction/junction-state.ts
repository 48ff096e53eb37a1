import type { ComponentId } from "../model.ts";
import type { Duration, Instant } from "../units.ts";
import type { Demand } from "./arbitrate-demand.ts";
import type { Debt } from "./compensation.ts";
import type { EngineState } from "./engine-state.ts";
import type { LastGreen } from "./junction-crossing.ts";
import type { Watched } from "./junction-shown.ts";
import type { JunctionTable } from "./kernel-table.ts";
import type { GroupId, Junction, JunctionEvent, JunctionMode, Signal, StageId, TentativePlan } from "./model.ts";
import type { Service } from "./priority-service.ts";
import type { PriorityTable } from "./priority-table.ts";
import type { Entry } from "./priority-view.ts";
import type { Requests } from "./request.ts";
import type { PriorityRequest } from "./request-model.ts";
import type { PreparedApproaches, Tracks } from "./track-model.ts";
import type { HeardWords } from "./word-once.ts";

/** `none`: the base plan. `simple`: extension and early green without timing. `hulotte`: see `arbitrate.ts`. */
export const STRATEGIES = ["none", "simple", "hulotte"] as const;
export type Strategy = (typeof STRATEGIES)[number];

/** A junction that can be worked. */
export interface PreparedJunction {
  readonly junction: Junction;
  readonly strategy: Strategy;
  /** Whether the engine works the heads; else another controller does, and what counts is what it shows. */
  readonly isOurs: boolean;
  readonly table: JunctionTable;
  readonly priority: PriorityTable;
  readonly approaches: PreparedApproaches;
  /** What is thought of the other traffic before anybody counted. */
  readonly demand: Demand;
  /** No queues: the tracker says when a vehicle would be there unhindered, and the arbitration what hinders it. */
  readonly unhindered: Readonly<Record<GroupId, number>>;
}

/** Priority on a movement as it was told to a controller that is not ours. */
export interface Called {
  readonly key: string;
  readonly request: PriorityRequest;
  /** When it was said to arrive. */
  readonly mean: Instant;
}

/** What a junction remembers from pass to pass. */
export interface JunctionState {
  readonly at: Instant;
  readonly engine: EngineState;
  readonly heard: HeardWords;
  readonly tracks: Tracks;
  readonly requests: Requests;
  /** Detectors that are occupied, by their id. */
  readonly occupied: readonly ComponentId[];
  /** The base plan in force. */
  readonly basePlan: number;
  readonly entry: Entry;
  /** What was followed, and what would have been. */
  readonly plan: TentativePlan;
  /** By index of the group, newest first. */
  readonly greens: readonly (readonly LastGreen[])[];
  /** What heads show of a controller that is not ours. */
  readonly watched: Watched;
  /** The stage that must be come back to; null: the base plan is in its order. */
  readonly owed: StageId | null;
  readonly debts: readonly Debt[];
  readonly services: readonly Service[];
  readonly called: readonly Called[];
  readonly demand: Demand;
}

/** For a junction whose controller is not ours: priority is wanted, wanted at another time, not wanted any more. */
export interface PriorityCall {
  readonly request: PriorityRequest;
  readonly group: GroupId;
  /** Time to the stop line, from now. */
  readonly eta: Duration;
  readonly phase: "begin" | "update" | "end";
}

/** What a pass decides. */
export interface JunctionDecision {
  readonly state: JunctionState;
  /** In the order of the junction's groups. */
  readonly signals: readonly Signal[];
  readonly mode: JunctionMode;
  readonly stage: StageId;
  readonly plan: TentativePlan;
  /** What would be without priority, from now on. */
  readonly base: TentativePlan;
  /** All that live, in order of receipt. */
  readonly requests: readonly PriorityRequest[];
  readonly calls: readonly PriorityCall[];
  readonly events: readonly JunctionEvent[];
  /** When to ask again if nothing arrives: after `now`, at most an hour. */
  readonly wakeAt: Instant;
}
