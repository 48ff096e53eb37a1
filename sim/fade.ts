/** Arc power level over time, computed when asked: no timer runs while a lamp fades (IEC 62386-102 9.5). */
export interface Fade {
  readonly from: number;
  readonly to: number;
  /** Monotonic ms. */
  readonly start: number;
  readonly time: number;
  /** Where it ends, when that is not `to`: a fade to 0 runs to the minimum and then switches off. */
  readonly end: number;
}

/** A level that stands still. */
export const still = (level: number): Fade => ({ from: level, to: level, start: 0, time: 0, end: level });

export const fading = (fade: Fade, at: number): boolean => at < fade.start + fade.time;

/** The level at a time: whole steps, evenly spread over the fade. */
export function levelAt(fade: Fade, at: number): number {
  if (!fading(fade, at)) return fade.end;
  const part = Math.max(0, at - fade.start) / fade.time;
  return Math.round(fade.from + (fade.to - fade.from) * part);
}

const EXTENDED_UNIT = [0, 100, 1000, 10_000, 60_000] as const;

/** ms of an extended fade time byte `0 mult(3) base(4)`; 0 for values that are not allowed. */
export const extendedFadeTime = (byte: number): number => ((byte & 0x0f) + 1) * (EXTENDED_UNIT[byte >> 4] ?? 0);

/** ms that a fade rate 1..15 takes for a step. */
export const stepTime = (rate: number): number => (1000 * Math.sqrt(2 ** rate)) / 506;

/** The time after `at` when `levelAt` next changes, or Infinity: half way between two whole steps, and at the end. */
export function nextStep(fade: Fade, at: number): number {
  if (!fading(fade, at)) return Number.POSITIVE_INFINITY;
  const end = fade.start + fade.time;
  const steps = Math.abs(fade.to - fade.from);
  if (steps === 0) return end;
  if (at < fade.start) return fade.start;
  const done = Math.floor(((at - fade.start) / fade.time) * steps + 0.5);
  const next = fade.start + ((done + 0.5) / steps) * fade.time;
  // a time that was itself such a change may come out a hair early
  return Math.min(end, next > at ? next : fade.start + ((done + 1.5) / steps) * fade.time);
}

/** Steps that a fade rate 1..15 makes in 200 ms, the time of UP and DOWN. */
export const stepsIn200ms = (rate: number): number => Math.max(1, Math.round((506 / Math.sqrt(2 ** rate)) * 0.2));
