/** Houses along the streets: scenery, the same at every visit, that never hides a street. */
import { SeededRandom } from "../../../sim/random.ts";
import { hiddenBehind, type Projection } from "./projection.ts";
import { corridor, type Lane, overlap, pointAt, type Rect, rectOf, STREET_WIDTH } from "./street-plan.ts";

export interface House {
  readonly foot: Rect;
  /** Metres. */
  readonly height: number;
  /** 0 to 1: what makes it look different from its neighbour. */
  readonly tint: number;
  /** 0 stands at the street, 1 and 2 behind. */
  readonly row: number;
}

const GAP = 0.6;
const ROWS = 3;
const BLOCK = 17; // metres from one row to the next
const LOW = 0.9; // where a house would hide a street, only the foot of its walls is drawn

/** Houses on both sides of every lane and behind them, the farthest first. */
export function build(lanes: readonly Lane[], projection: Projection): House[] {
  const streets = lanes.map((lane) => corridor(lane, STREET_WIDTH));
  const houses: House[] = [];
  const add = (house: House) => {
    const taken = [...streets, ...houses.map(({ foot }) => foot)];
    if (!taken.some((rect) => overlap(rect, house.foot))) houses.push(house);
  };
  for (let row = 0; row < ROWS; row++) {
    lanes.forEach((lane, number) => {
      for (const side of [1, -1] as const) {
        const chance = random(`${row} ${number} ${side}`);
        const wall = STREET_WIDTH / 2 + GAP + row * BLOCK;
        for (let at = -row * 9; at < lane.length; ) {
          const front = 8 + chance() * 9;
          const depth = 9 + chance() * 5;
          const height = 7 + chance() * 6;
          const tint = chance();
          const to = Math.min(at + front, lane.length + 3) - GAP;
          const foot = rectOf(pointAt(lane, at, wall * side), pointAt(lane, to, (wall + depth) * side));
          at += front;
          const tall = [height, height * 0.6].find((h) => !hides(foot, h, streets, projection));
          if (row === 0) add({ foot, height: tall ?? LOW, tint, row });
          else if (tall === height && isBehind(foot, lane, projection) && chance() > row * 0.18)
            add({ foot, height, tint, row });
        }
      }
    });
  }
  const depthOf = ({ foot }: House) =>
    (foot.x0 + foot.x1) * projection.away.x + (foot.y0 + foot.y1) * projection.away.y;
  return houses.sort((a, b) => depthOf(b) - depthOf(a));
}

/** Whether it stands on the far side of its street: the near side is left open. */
function isBehind(foot: Rect, lane: Lane, { away }: Projection): boolean {
  const aside = { x: (foot.x0 + foot.x1) / 2 - lane.origin.x, y: (foot.y0 + foot.y1) / 2 - lane.origin.y };
  const left = aside.y * lane.along.x - aside.x * lane.along.y;
  return left * (away.y * lane.along.x - away.x * lane.along.y) > 0;
}

function hides(foot: Rect, height: number, streets: readonly Rect[], projection: Projection): boolean {
  return [0.25, 0.5, 0.75, 1].some((part) => {
    const { x, y } = hiddenBehind(projection, height * part);
    const shadow = { x0: foot.x0 + x, x1: foot.x1 + x, y0: foot.y0 + y, y1: foot.y1 + y };
    return streets.some((street) => overlap(street, shadow));
  });
}

/** The same numbers for the same name: the town does not change from visit to visit. */
export function random(name: string): () => number {
  const source = new SeededRandom(2026).fork(name);
  return () => source.next();
}
