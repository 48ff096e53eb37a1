/** What the tracker makes of a simulated scene, set against who truly crossed: for training and for the bench. */
import { thermalCounter } from "../../controllers/footfall/thermal-count.ts";
import type { Evidence } from "../../controllers/footfall/thermal-evidence.ts";
import type { Judge } from "../../controllers/footfall/thermal-tally.ts";
import { duration } from "../../controllers/units.ts";
import { THERMAL_ARRAYS, type ThermalArrayKind, thermalFrames } from "../../sim/thermal-frames.ts";
import { thermalScene } from "../../sim/thermal-scene.ts";
import type { TrueCrossing } from "../../sim/thermal-scene-things.ts";

/** A warm thing that crossed the line, and how many true people it was. */
export interface ThermalEvent {
  readonly at: number;
  readonly direction: "up" | "down";
  readonly evidence: Evidence;
  readonly y: number;
  people: number;
}

export interface SceneEvents {
  readonly seed: number;
  readonly events: readonly ThermalEvent[];
  readonly truth: readonly TrueCrossing[];
  /** True crossings that no warm thing was seen for. */
  readonly missed: number;
  /** Processor's time of the tracker, ms a picture. */
  readonly took: number;
}

/** A crossing belongs to the warm thing that crossed so near to it in time, s, and place, m. */
const IN_TIME = 1.6;
const IN_PLACE = 0.9;

export function sceneEvents(kind: ThermalArrayKind, seed: number, length: number): SceneEvents {
  const scene = thermalScene({ shape: THERMAL_ARRAYS[kind].shape, seed, length });
  const events: ThermalEvent[] = [];
  let at = 0;
  let pending: Evidence[] = [];
  const judge: Judge = (evidence) => {
    pending.push(evidence);
    return { likeliest: 1, mean: 1 };
  };
  const counter = thermalCounter(scene.view, judge);
  let took = 0;
  let pictures = 0;
  for (const frame of thermalFrames(kind, scene, seed + 7919, length)) {
    at = frame.at / 1000;
    const began = processorTime();
    const found = counter.see(frame.celsius, duration(frame.at));
    took += processorTime() - began;
    pictures++;
    for (const [i, { direction }] of found.entries()) {
      const evidence = pending[i] as Evidence;
      events.push({ at, direction, evidence, y: evidence.y, people: 0 });
    }
    pending = [];
  }
  const missed = scene.truth.filter((crossing) => !claim(crossing, events)).length;
  return { seed, events, truth: scene.truth, missed, took: took / pictures };
}

/** Of this process, ms: others on the machine do not count. */
function processorTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Gives a true crossing to the nearest warm thing of its direction that has room. */
function claim({ at, y, direction }: TrueCrossing, events: readonly ThermalEvent[]): boolean {
  let best: ThermalEvent | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const event of events) {
    if (event.direction !== direction || Math.abs(event.at - at) > IN_TIME || Math.abs(event.y - y) > IN_PLACE)
      continue;
    // One that has nobody yet is preferred.
    const cost = Math.abs(event.at - at) / IN_TIME + Math.abs(event.y - y) / IN_PLACE + event.people * 0.5;
    if (cost < least) {
      least = cost;
      best = event;
    }
  }
  if (best) best.people++;
  return best !== undefined;
}
