import type { CabinetConfig } from "../../firmware/config/read.ts";
import type { Action, Facts, Observation, Scenario, Target } from "./model.ts";

/**
 * A cabinet with its runtime, street and cockpit, as a scenario needs it: made with the runtime online and settled, so that
 * `now()` is 0 (or a little more) when the engine gets it. One scenario, one stage.
 */
export interface Stage {
  readonly target: Target;
  /** Milliseconds since the beginning, on the stage's own clock. Below 0 while it settles. */
  now(): number;
  /**
   * Lets time pass until that moment, or until something was observed that `take` has not given yet: whichever is first.
   * At once where the moment is past. Rejects only when the stage broke; the message says what is wrong to a person.
   */
  pass(until: number): Promise<void>;
  /** What was observed since the last call, in order of time. */
  take(): readonly Observation[];
  /** Does something. Resolves once it is done; the answer to a command is an observation. */
  perform(action: Action): Promise<void>;
  /** What is known of the runtime's process now. */
  facts(): Promise<Facts>;
  /** Ends everything. May be called twice; never rejects. */
  end(): Promise<void>;
}

/** What a scenario's file says, with the cabinet's configuration that it names. */
export interface Play {
  readonly scenario: Scenario;
  readonly config: CabinetConfig;
  /** The cabinet's file as it is written: a target on another machine mounts it there. */
  readonly text?: string;
}

/** Builds the stage of one scenario. Rejects where it cannot: the message says what is missing and how to get it. */
export type StageMaker = (play: Play) => Promise<Stage>;
