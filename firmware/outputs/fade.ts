import { type Duration, type Level, level } from "../../controllers/units.ts";

/** A way from one level to another in equal steps. Pure: time is counted in steps. */
export interface Fade {
  readonly from: Level;
  readonly to: Level;
  /** Steps taken, of `steps`. */
  readonly taken: number;
  readonly steps: number;
}

/** Most steps of a fade: 20 in 2 s is a step each 100 ms, smooth for the eye and light for the bus. */
const MOST_STEPS = 20;

export const stepTime = (fadeTime: Duration): Duration => (fadeTime / MOST_STEPS) as Duration;

/** `from` null (nobody knows what the output gives) goes to the end at once. A change of less than a percent a step needs fewer. */
export function fade(from: Level | null, to: Level, fadeTime: Duration): Fade {
  const steps = fadeTime === 0 || from === null ? 1 : Math.min(MOST_STEPS, Math.max(1, Math.ceil(Math.abs(to - from))));
  return { from: from ?? to, to, taken: 0, steps };
}

export const advanced = (f: Fade): Fade => ({ ...f, taken: Math.min(f.taken + 1, f.steps) });
export const isOver = (f: Fade): boolean => f.taken >= f.steps;
export const levelOf = (f: Fade): Level => (isOver(f) ? f.to : level(f.from + ((f.to - f.from) * f.taken) / f.steps));
