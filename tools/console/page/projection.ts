/** A parallel projection of the ground and what stands on it onto the screen, as an architect draws a town. */
import { corridor, type Lane, type Point, STREET_WIDTH } from "./street-plan.ts";

export interface Projection {
  readonly width: number;
  readonly height: number;
  /** Pixels for a metre along x on the ground, before the slant. */
  readonly scale: number;
  /** SVG matrix from metres on the ground to pixels. */
  readonly matrix: string;
  /** The unit ground vector that runs straight up the screen, times the metres that make one pixel. */
  readonly away: Point;
  toScreen(point: Point, height?: number): Point;
  toGround(pixel: Point): Point;
}

interface Slant {
  /** Where a metre along x, and along y, goes on the screen (y down). */
  readonly ex: Point;
  readonly ey: Point;
  /** Room left around the streets: pixels. */
  readonly room: { readonly top: number; readonly right: number; readonly bottom: number; readonly left: number };
}

const WIDE: Slant = {
  ex: { x: 1, y: -0.05 },
  ey: { x: 0.5, y: -0.52 },
  room: { top: 92, right: 40, bottom: 58, left: 34 },
};
/** On a phone the first street climbs the screen, so that the lamps keep their distance. */
const TALL: Slant = {
  ex: { x: 0.5, y: -0.87 },
  ey: { x: -0.9, y: -0.36 },
  room: { top: 58, right: 26, bottom: 40, left: 12 },
};

/** Pixels: a narrower scene is a phone's. */
export const NARROW = 640;
const TALLEST = 1.55; // height of a phone's scene in widths
/** Heights are drawn larger than life: a lamp of 8 m must be seen in a street of 300. */
const STRETCH = 1.5;

/** The scene for a page `width` pixels wide. */
export function fit(lanes: readonly Lane[], width: number): Projection {
  const slant = width < NARROW ? TALL : WIDE;
  const { ex, ey, room } = slant;
  const corners = lanes
    .flatMap((lane) => {
      const { x0, y0, x1, y1 } = corridor(lane, STREET_WIDTH);
      return [
        { x: x0, y: y0 },
        { x: x1, y: y0 },
        { x: x0, y: y1 },
        { x: x1, y: y1 },
      ];
    })
    .map(({ x, y }) => ({ x: x * ex.x + y * ey.x, y: x * ex.y + y * ey.y }));
  const left = Math.min(...corners.map((p) => p.x));
  const right = Math.max(...corners.map((p) => p.x));
  const top = Math.min(...corners.map((p) => p.y));
  const bottom = Math.max(...corners.map((p) => p.y));
  const scale = Math.min(
    (width - room.left - room.right) / (right - left),
    (width * TALLEST - room.top - room.bottom) / (bottom - top),
  );
  const a = ex.x * scale;
  const b = ex.y * scale;
  const c = ey.x * scale;
  const d = ey.y * scale;
  const spare = width - room.left - room.right - (right - left) * scale;
  const e = room.left + spare / 2 - left * scale;
  const f = room.top - top * scale;
  const determinant = a * d - b * c;
  return {
    width,
    height: Math.round((bottom - top) * scale + room.top + room.bottom),
    scale,
    matrix: `matrix(${a} ${b} ${c} ${d} ${e} ${f})`,
    away: { x: c / determinant, y: -a / determinant },
    toScreen: ({ x, y }, height = 0) => ({
      x: a * x + c * y + e,
      y: b * x + d * y + f - height * scale * STRETCH,
    }),
    toGround: ({ x, y }) => ({
      x: (d * (x - e) - c * (y - f)) / determinant,
      y: (a * (y - f) - b * (x - e)) / determinant,
    }),
  };
}

/** The ground displacement that something `height` metres tall hides behind its foot. */
export function hiddenBehind(projection: Projection, height: number): Point {
  const pixels = height * projection.scale * STRETCH;
  return { x: projection.away.x * pixels, y: projection.away.y * pixels };
}
