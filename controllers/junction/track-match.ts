/** On which approach a vehicle is. */
import { type ApproachLine, type Point, type Projection, project, turn } from "./approach-line.ts";

/** Farther beside the line it is on another street, m; one that was on it may be so much farther off before it is not. */
const BESIDE = 25;
const HOLD = 12;
/** Of the directions, degrees. */
const TURNED = 60;
const TURNED_HOLD = 90;
/** Metres that a degree counts as, between approaches. */
const DEGREE = 0.3;
/** Past the stop line a line goes straight on for as long as a vehicle is followed. */
const BEYOND = 30;

export interface Match {
  readonly line: ApproachLine;
  readonly seen: Projection;
}

/** The approach that fits best; the one it was on stays until another fits clearly better, or it fits no more. */
export function match(
  lines: readonly ApproachLine[],
  point: Point,
  heading: number | null,
  before: ApproachLine | null,
): Match | null {
  let best: (Match & { readonly score: number }) | null = null;
  for (const line of lines) {
    const seen = project(line, point, line.approach.exit + BEYOND);
    if (!seen) continue;
    const held = line === before;
    const turned = heading === null ? 0 : turn(heading, seen.bearing);
    if (seen.lateral > BESIDE + (held ? HOLD : 0) || turned > (held ? TURNED_HOLD : TURNED)) continue;
    // Who comes new is on its way there: behind the stop line it is on its way off.
    if (!held && seen.distance < 0) continue;
    const score = seen.lateral + DEGREE * turned - (held ? HOLD : 0);
    if (!best || score < best.score) best = { line, seen, score };
  }
  return best;
}
