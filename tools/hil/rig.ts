import type { Target } from "../../sim/scenarios/model.ts";
import type { StageMaker } from "../../sim/scenarios/stage.ts";

/** What a person asked of a target. */
export interface RigOptions {
  /** Stages that may stand at the same time. */
  readonly jobs: number;
  /** Leave logs, images and sockets where they are when all is done. */
  readonly keep: boolean;
  /** Says one line to the person who waits: what is being built or started. */
  readonly say: (line: string) => void;
  /** Aborts when the person gave up. */
  readonly signal: AbortSignal;
}

/** A target that is ready to make stages. */
export interface Rig {
  readonly makeStage: StageMaker;
  /** The engine's patience: multiplies every `within`. 1 where the target keeps real or virtual time. */
  readonly patience: number;
  /** Ends what was started for all stages together. Never rejects. */
  close(): Promise<void>;
}

/** Prepares a target. Rejects with `RigMissing` where this machine lacks something. */
export type OpenRig = (options: RigOptions) => Promise<Rig>;

/** The targets that this program knows. */
export type Rigs = Readonly<Partial<Record<Target, OpenRig>>>;

/** Something a target needs is not on this machine; the message says what and how to get it. Ends with exit code 2. */
export class RigMissing extends Error {}
