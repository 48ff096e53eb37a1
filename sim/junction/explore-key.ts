/**
 * What of an engine, its monitor and its referee decides all that follows, in few bytes: two states with the same bytes go on
 * in the same way. Instants become ages in whole seconds, and an age is told no further than anybody compares it:
 *
 * - of a green, its own minimum; of amber and red, the longest intergreen (kernel, monitor and referee compare no more;
 *   that all are red since one instant is asked in order to wait for the longest intergreen, which is over then);
 * - of the ends of greens, the longest intergreen; of when a stage was asked for, the longest minimum green, and beyond it
 *   whether a wait began before or after;
 * - of full green and of free detectors, the longest time of the base plan, and only where its kind looks at them;
 * - waits are told to the second: nobody waits longer than maxWait, or the exploration ends there.
 */
import type { EngineState } from "../../controllers/junction/engine-state.ts";
import { ASPECTS, type Junction, type SignalPlan } from "../../controllers/junction/model.ts";
import type { MonitorState } from "../../controllers/junction/monitor.ts";
import type { Refereed } from "./referee.ts";

const NEVER = 255;
/** Beside the aspect: came when the stage had begun. */
const LATE = 8;
const MODES = ["start-up", "running", "flashing"] as const;

/** A way to write ages of a junction under one of its plans. */
export interface Keys {
  readonly width: number;
  readonly bytes: Uint8Array;
  /** s */
  readonly longest: number;
  readonly ofPlan: number;
  readonly plan: SignalPlan;
  readonly stages: ReadonlyMap<string, number>;
  readonly greens: readonly number[];
}

/** Bytes of a group, and of what the engine has once. */
const A_GROUP = 5;
const ONCE = 7;

export function keysOf({ groups, intergreens, stages }: Junction, plan: SignalPlan): Keys {
  const all = Object.values(intergreens).flatMap((row) => Object.values(row));
  const times =
    plan.kind === "fixed"
      ? [plan.cycle]
      : plan.stages.flatMap(({ min, max, gap }): readonly number[] => [min, max, gap]);
  const width = groups.length * A_GROUP + ONCE;
  return {
    width,
    bytes: new Uint8Array(width),
    longest: Math.max(0, ...all) / 1000,
    ofPlan: Math.max(...times) / 1000 + 1,
    plan,
    stages: new Map(stages.map(({ id }, i) => [id, i])),
    greens: groups.map(({ minGreen }) => minGreen / 1000),
  };
}

/** Into the keys' own bytes, for the next to overwrite. TypeError for what is not of whole seconds. */
export function keyOf(
  keys: Keys,
  engine: EngineState,
  monitor: MonitorState,
  refereed: Refereed,
  now: number,
): Uint8Array {
  const { bytes, longest, ofPlan, plan } = keys;
  const age = (since: number | null, most: number): number =>
    since === null ? NEVER : Math.min(most, second(now - since));
  let at = 0;
  const put = (byte: number) => {
    bytes[at++] = byte;
  };
  for (const [i, { aspect, since }] of engine.signals.entries()) {
    const most = aspect === "green" ? (keys.greens[i] as number) : longest;
    const ended = monitor.heads[i]?.ended ?? now;
    const waiting = engine.waiting[i] ?? null;
    put(ASPECTS.indexOf(aspect) + (waiting !== null && waiting > engine.since ? LATE : 0));
    put(age(since, most));
    put(aspect === "green" ? 0 : age(ended, longest));
    put(age(waiting, NEVER - 1));
    put(age(refereed[i]?.wanted ?? null, NEVER - 1));
  }
  const fixed = plan.kind === "fixed";
  const { base } = engine;
  put(keys.stages.get(engine.stage) as number);
  put(MODES.indexOf(engine.mode));
  put(age(engine.since, Math.max(...keys.greens)));
  put(age(engine.full, ofPlan));
  put(base.entry);
  put(fixed ? 100 + Math.max(-100, second(base.leaveAt - now)) : age(base.freeSince, ofPlan));
  put(!fixed && base.busy ? 1 : 0);
  return bytes;
}

function second(ms: number): number {
  const s = ms / 1000;
  if (!Number.isInteger(s)) throw new TypeError(`${ms} ms: allowed are whole seconds`);
  return s;
}
