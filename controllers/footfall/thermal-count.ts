/**
 * People in the pictures of a thermal array that looks straight down on a street: background, warm places, tracks, a line
 * across the street under the array. Knows no person longer than one is in the picture, and keeps no picture.
 */
import type { Duration } from "../units.ts";
import { background } from "./thermal-background.ts";
import { gatherer } from "./thermal-evidence.ts";
import { peaks } from "./thermal-peaks.ts";
import { type Judge, tally } from "./thermal-tally.ts";
import { tracks } from "./thermal-tracks.ts";
import { type Grid, gridOf, type ThermalView } from "./thermal-view.ts";

export interface Crossing {
  readonly direction: "up" | "down";
  readonly people: number;
}

export interface ThermalCounter {
  /**
   * Takes the next picture: Celsius, a pixel each in the chip's order; NaN for a pixel that has no value in this picture (the
   * other subpage, or bad). `at` in ms since any origin. Returns who crossed the line, up to a second ago: somebody is judged
   * when no more of him will be seen.
   */
  see(celsius: ArrayLike<number>, at: Duration): readonly Crossing[];
}

/** Pictures further apart than this, s, begin anew: nobody can be followed over the gap. */
const GAP = 2;
/** The background is learnt for so long, s, before anybody is counted. */
const LEARNS = 3;
/** In cells so wide, m, a body stays for several pictures: so much of each goes into what is looked at. */
const COARSE = 0.22;
const BLEND = 0.6;

export function thermalCounter(view: ThermalView, judge: Judge): ThermalCounter {
  const grid = gridOf(view);
  const cells = grid.along * grid.across;
  const picture = new Float64Array(cells);
  const fresh = new Float64Array(cells);
  const contrast = new Float64Array(cells);
  const blend = Math.min(grid.stepAlong, grid.stepAcross) > COARSE ? BLEND : 1;
  const masked = new Uint8Array(cells);
  const [ground, finder] = [background(grid), peaks(grid)];
  let evidence = gatherer(grid);
  const tallies = { up: tally(), down: tally() };
  let people = tracks();
  let last: number | undefined;
  let began = 0;

  return {
    see(celsius, at) {
      if (last === undefined) began = at;
      const seconds = last === undefined ? 0.1 : (at - last) / 1000;
      if (seconds <= 0) return [];
      last = at;
      fill(grid, celsius, picture);
      ground.see(picture, masked, Math.min(seconds, GAP), fresh);
      for (let c = 0; c < cells; c++)
        contrast[c] = (contrast[c] as number) + ((fresh[c] as number) - (contrast[c] as number)) * blend;
      const found = finder.find(contrast, masked);
      if (seconds > GAP) {
        people = tracks();
        evidence = gatherer(grid);
      }
      if (at - began < LEARNS * 1000) return [];
      for (const { track, direction } of people.see(found, Math.min(seconds, GAP)))
        evidence.cross(track, direction, people.live);
      return evidence.gather(contrast, people.live, seconds).flatMap((crossed) => {
        const count = tallies[crossed.direction].count(judge(crossed.evidence));
        return count > 0 ? [{ direction: crossed.direction, people: count }] : [];
      });
    },
  };
}

/** Puts the pixels in the street's order; one without a value is the mean of its neighbours that have one. */
function fill({ along, across, pixels }: Grid, celsius: ArrayLike<number>, picture: Float64Array): void {
  for (let c = 0; c < picture.length; c++) picture[c] = celsius[pixels[c] as number] as number;
  // Twice: around a bad pixel of one subpage are only pixels of the other, which the first round fills.
  for (let round = 0; round < 2; round++)
    for (let c = 0; c < picture.length; c++) {
      if (!Number.isNaN(picture[c] as number)) continue;
      const i = c % along;
      let [sum, count] = [0, 0];
      const add = (there: number) => {
        const value = (round === 0 ? celsius[pixels[there] as number] : picture[there]) as number;
        if (Number.isNaN(value)) return;
        sum += value;
        count++;
      };
      if (i > 0) add(c - 1);
      if (i < along - 1) add(c + 1);
      if (c >= along) add(c - along);
      if (c < along * (across - 1)) add(c + along);
      if (count > 0) picture[c] = sum / count;
    }
}
