/** Warm places of a thermal picture: where a body may be. */
import { type Grid, metresAcross, metresAlong } from "./thermal-view.ts";

export interface Peak {
  /** Metres along the street from the line under the array, and across from its middle. */
  readonly x: number;
  readonly y: number;
  /** Contrast of the smoothed picture there, K. */
  readonly warmth: number;
  /** Whether it is too warm for noise; else it is something only where somebody is expected. */
  readonly sure: boolean;
}

/** Radius of a body seen from above, and how near two are told apart, metres. */
const BODY_SPREAD = 0.1;
const APART = 0.38;
/**
 * So many times the noise, and so many K, is no noise, or may be none; a peak near a stronger one must have this part of it.
 */
const SURE = 3.6;
const PERHAPS = 2.3;
const LEAST = 0.3;
const PART = 0.35;
const NEAR = 0.8;
/** Who is no peak, but warm, masks the background; so do the cells around. */
const MASK_PART = 0.6;

export interface Peaks {
  /**
   * The peaks of a contrast picture, strongest first, at most 24. Writes into `masked` the cells that somebody warms; `smooth`
   * is then the smoothed picture.
   */
  find(contrast: Float64Array, masked: Uint8Array): readonly Peak[];
}

const MOST = 24;

export function peaks(grid: Grid): Peaks {
  const { along, across, stepAlong, stepAcross } = grid;
  const cells = along * across;
  const kernels = [kernel(BODY_SPREAD / stepAlong), kernel(BODY_SPREAD / stepAcross)] as const;
  const half = new Float64Array(cells);
  const smooth = new Float64Array(cells);
  /** Deviation of the smoothed picture where nobody is, K. */
  let noise = 0.2;

  const quiet = (masked: Uint8Array) => {
    let sum = 0;
    let free = 0;
    for (let c = 0; c < cells; c++)
      if (masked[c] === 0) {
        sum += Math.abs(smooth[c] as number);
        free++;
      }
    if (free > cells / 4) noise += ((sum / free) * 1.25 - noise) * 0.02;
  };

  const isPeak = (i: number, j: number): boolean => {
    const here = smooth[j * along + i] as number;
    for (let dj = -1; dj <= 1; dj++)
      for (let di = -1; di <= 1; di++) {
        if ((di === 0 && dj === 0) || i + di < 0 || i + di >= along || j + dj < 0 || j + dj >= across) continue;
        const there = smooth[(j + dj) * along + i + di] as number;
        // Of two alike the first is the peak.
        if (there > here || (there === here && (dj < 0 || (dj === 0 && di < 0)))) return false;
      }
    return true;
  };

  /** The middle of the warmth around a cell, in cells. */
  const middle = (i: number, j: number): readonly [number, number] => {
    let [sum, si, sj] = [0, 0, 0];
    for (let dj = -1; dj <= 1; dj++)
      for (let di = -1; di <= 1; di++) {
        if (i + di < 0 || i + di >= along || j + dj < 0 || j + dj >= across) continue;
        const warmth = Math.max(0, smooth[(j + dj) * along + i + di] as number);
        sum += warmth;
        si += warmth * di;
        sj += warmth * dj;
      }
    return [i + si / sum, j + sj / sum];
  };

  return {
    find(contrast, masked) {
      convolve(contrast, half, kernels[0], along, across, 1);
      convolve(half, smooth, kernels[1], along, across, along);
      quiet(masked);
      const sure = Math.max(LEAST, SURE * noise);
      const least = Math.max(LEAST, PERHAPS * noise);
      const found: Peak[] = [];
      for (let j = 0; j < across; j++)
        for (let i = 0; i < along; i++) {
          const warmth = smooth[j * along + i] as number;
          if (warmth < least || !isPeak(i, j)) continue;
          const [ci, cj] = middle(i, j);
          found.push({ x: metresAlong(grid, ci), y: metresAcross(grid, cj), warmth, sure: warmth >= sure });
        }
      found.sort((a, b) => b.warmth - a.warmth);
      const kept: Peak[] = [];
      for (const peak of found) {
        if (kept.length === MOST) break;
        const hidden = kept.some((other) => {
          const away = Math.hypot(peak.x - other.x, peak.y - other.y);
          return away < APART || (away < NEAR && peak.warmth < PART * other.warmth);
        });
        if (!hidden) kept.push(peak);
      }
      mask(smooth, masked, sure * MASK_PART, along, across);
      return kept;
    },
  };
}

/** A bell of that deviation in cells, its sum 1. */
function kernel(spread: number): Float64Array {
  const wide = Math.max(1, Math.ceil(spread * 2.5));
  const bell = Float64Array.from({ length: 2 * wide + 1 }, (_, i) => Math.exp(-((i - wide) ** 2) / (2 * spread ** 2)));
  const sum = bell.reduce((a, b) => a + b);
  return bell.map((value) => value / sum);
}

/** Along lines of neighbours `stride` apart; beyond the edge the edge goes on. */
function convolve(
  from: Float64Array,
  to: Float64Array,
  bell: Float64Array,
  along: number,
  across: number,
  stride: number,
): void {
  const wide = (bell.length - 1) / 2;
  const last = (stride === 1 ? along : across) - 1;
  for (let j = 0; j < across; j++)
    for (let i = 0; i < along; i++) {
      const at = stride === 1 ? i : j;
      const line = j * along + i - at * stride;
      let sum = 0;
      for (let k = -wide; k <= wide; k++) {
        const there = Math.max(0, Math.min(last, at + k));
        sum += (bell[k + wide] as number) * (from[line + there * stride] as number);
      }
      to[j * along + i] = sum;
    }
}

/** The warm cells and their neighbours. */
function mask(smooth: Float64Array, masked: Uint8Array, from: number, along: number, across: number): void {
  masked.fill(0);
  for (let j = 0; j < across; j++)
    for (let i = 0; i < along; i++) {
      if ((smooth[j * along + i] as number) < from) continue;
      for (let dj = -1; dj <= 1; dj++)
        for (let di = -1; di <= 1; di++)
          if (i + di >= 0 && i + di < along && j + dj >= 0 && j + dj < across) masked[(j + dj) * along + i + di] = 1;
    }
}
