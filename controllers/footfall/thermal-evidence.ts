/** What is known of a warm thing when it crosses the line: the mean of its picture, and how it went. */
import type { Track } from "./thermal-tracks.ts";
import type { Grid } from "./thermal-view.ts";

/** Places of a picture on each side of the middle, and metres between two. */
const REACH = 3;
const APART = 0.24;
export const PATCH_SIDE = 2 * REACH + 1;
export const PATCH = PATCH_SIDE * PATCH_SIDE;
/** Only near the line all bodies are seen from above. */
const NEAR_LINE = 0.75;
/** How long a crossing waits for more pictures of who crosses, s. */
const WAITS = 1;

export interface Evidence {
  /** Mean contrast around the thing, K: rows across the street, in each the places from behind it to ahead of it. */
  readonly patch: Float64Array;
  /** Along the street, m/s, never negative. */
  readonly speed: number;
  /** From the middle of the picture, as a part of its half width: its edge is 1. */
  readonly aside: number;
  /** Metres across the street from the middle of the picture. */
  readonly y: number;
  /** How long it was followed, s, and in which part of the pictures it was seen. */
  readonly age: number;
  readonly seen: number;
  /** Other warm things within 1 m, and how far the nearest is, m (1.5 where there is none). */
  readonly others: number;
  readonly nearest: number;
  /** Metres of a cell across the street: how sharply it was seen. */
  readonly cell: number;
}

export interface Gatherer {
  /** Notes who crosses the line now. */
  cross(track: Track, direction: "up" | "down", live: readonly Track[]): void;
  /**
   * Adds what a picture, so many seconds after the last one, shows of the tracks near the line. Returns the crossings of which
   * no more will be seen: who crossed is past the line, or was lost, or stands on it.
   */
  gather(contrast: Float64Array, live: readonly Track[], seconds: number): readonly Complete[];
}

export interface Complete {
  readonly direction: "up" | "down";
  readonly evidence: Evidence;
}

interface Sum {
  readonly patch: Float64Array;
  near: number;
  pictures: number;
}
interface Waiting {
  readonly track: Track;
  readonly direction: "up" | "down";
  /** What was so when it crossed. */
  readonly then: Pick<Evidence, "speed" | "y" | "aside" | "others" | "nearest">;
  waited: number;
}

export function gatherer(grid: Grid): Gatherer {
  const { along, across, stepAlong, stepAcross } = grid;
  const known = new Map<number, Sum>();
  let waiting: Waiting[] = [];

  /** Contrast between four cells; beyond the edge the edge goes on. */
  const at = (contrast: Float64Array, x: number, y: number): number => {
    const i = Math.max(0, Math.min(along - 1.001, x / stepAlong + (along - 1) / 2));
    const j = Math.max(0, Math.min(across - 1.001, y / stepAcross + (across - 1) / 2));
    const [fi, fj] = [Math.floor(i), Math.floor(j)];
    const cell = fj * along + fi;
    const [a, b] = [i - fi, j - fj];
    const low = (contrast[cell] as number) * (1 - a) + (contrast[cell + 1] as number) * a;
    const high = (contrast[cell + along] as number) * (1 - a) + (contrast[cell + along + 1] as number) * a;
    return low * (1 - b) + high * b;
  };

  const add = (contrast: Float64Array, track: Track): void => {
    const sum = known.get(track.id) ?? { patch: new Float64Array(PATCH), near: 0, pictures: 0 };
    known.set(track.id, sum);
    sum.pictures++;
    if (Math.abs(track.x) > NEAR_LINE || !track.peak) return;
    sum.near++;
    for (let j = 0; j < PATCH_SIDE; j++)
      for (let i = 0; i < PATCH_SIDE; i++) {
        const k = j * PATCH_SIDE + i;
        const value = at(contrast, track.x + (i - REACH) * APART, track.y + (j - REACH) * APART);
        sum.patch[k] = (sum.patch[k] as number) + value;
      }
  };

  const complete = ({ track, direction, then }: Waiting): Complete => {
    const { patch, near, pictures } = known.get(track.id) ?? { patch: new Float64Array(PATCH), near: 0, pictures: 0 };
    const mean = patch.map((_, k) => {
      const column = k % PATCH_SIDE;
      // Ahead is to the right, whichever way it goes.
      const from = direction === "up" ? k : k - column + (PATCH_SIDE - 1 - column);
      return (patch[from] as number) / Math.max(1, near);
    });
    const seen = track.seen / Math.max(1, pictures);
    return { direction, evidence: { ...then, patch: mean, age: track.age, seen, cell: stepAcross } };
  };

  return {
    cross(track, direction, live) {
      const away = live
        .filter((other) => other !== track && other.peak)
        .map((other) => Math.hypot(other.x - track.x, other.y - track.y));
      const then = {
        speed: Math.abs(track.vx),
        y: track.y,
        aside: Math.abs(track.y) / ((across / 2) * stepAcross),
        others: away.filter((metres) => metres < 1).length,
        nearest: Math.min(1.5, ...away),
      };
      waiting.push({ track, direction, then, waited: 0 });
    },
    gather(contrast, live, seconds) {
      for (const track of live) add(contrast, track);
      const done: Complete[] = [];
      const still: Waiting[] = [];
      for (const one of waiting) {
        one.waited += seconds;
        const over = one.waited >= WAITS || Math.abs(one.track.x) > NEAR_LINE || !live.includes(one.track);
        if (over) done.push(complete(one));
        else still.push(one);
      }
      waiting = still;
      for (const id of known.keys()) if (!live.some((track) => track.id === id)) known.delete(id);
      return done;
    },
  };
}
