/** What an engine remembers from pass to pass, and what it is told. Plain data. */
import type { Instant } from "../units.ts";
import type { GroupId, JunctionEvent, JunctionMode, Signal, StageId, TentativePlan } from "./model.ts";

/** Where the base plan is. */
export interface BaseState {
  /** The plan's number. */
  readonly plan: number;
  /** Which of its stages is on, by its own reckoning. */
  readonly entry: number;
  /** Fixed plans: when that one is over. */
  readonly leaveAt: Instant;
  /** Actuated plans: since when nobody was on the stage's detectors (`busy`: somebody is). */
  readonly freeSince: Instant;
  readonly busy: boolean;
}

export interface EngineState {
  /** The pass that made it, and when it asked to be called again. */
  readonly at: Instant;
  readonly wakeAt: Instant;
  readonly mode: JunctionMode;
  /** In the order of the table's groups. */
  readonly signals: readonly Signal[];
  /** The stage that is on or being changed to, and since when it is asked for. */
  readonly stage: StageId;
  readonly since: Instant;
  /** Since when all is green that the stage was begun for; null: not yet. */
  readonly full: Instant | null;
  /** In the order of the table's groups: since when it is wanted and not green; null: it is not. */
  readonly waiting: readonly (Instant | null)[];
  readonly base: BaseState;
}

export interface EngineInputs {
  /** Groups called now. An engine remembers a call until it is served. */
  readonly wanted: readonly GroupId[];
  /** Groups whose extension detectors are busy now. */
  readonly occupied: readonly GroupId[];
  /** Followed where one of its spans holds `now`; null, or no such span: the base plan. Anything is survived. */
  readonly plan: TentativePlan | null;
  /** Number of the base plan in force; absent, or no plan's: the first. */
  readonly basePlan?: number;
  readonly clockSet: boolean;
  /** What the wall clock says at `now`, where that is another time; coordination goes by it. */
  readonly wall?: Instant;
}

export interface EngineStep {
  readonly state: EngineState;
  readonly events: readonly JunctionEvent[];
  /** When it must be asked again if nothing arrives: after `now`, at most an hour. */
  readonly wakeAt: Instant;
}
