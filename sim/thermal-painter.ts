/** Draws what a thermal array sees: the ground, and over it whatever is there, the higher the nearer. */
import { gridOf, type ThermalView } from "../controllers/footfall/thermal-view.ts";
import type { SeededRandom } from "./random.ts";
import { between, type Part, placeOf, type Thing } from "./thermal-scene-things.ts";

/** How far an edge is blurred, in pixels: a pixel's own width and the lens. */
const BLUR = 0.45;
/** s, in which the sun's warmth leaves the ground. */
const SUN_FADES = 5400;

/** The air and the ground of a scene. Temperatures in Celsius or K, places in metres. */
export interface Weather {
  readonly air: number;
  readonly wet: boolean;
  /** What the sun left in a part of the ground, and where that ends: as parts of the picture along, and its slope. */
  readonly sun: number;
  readonly edge: number;
  readonly slope: number;
  /** Each cell of the ground is another up to so much. */
  readonly patchy: number;
  /** The air cools, K a second, and comes in waves. */
  readonly cooling: number;
  readonly waves: number;
  /** A branch between the array and the street. */
  readonly branch: { readonly x: number; readonly y: number } | null;
}

export function weather(random: SeededRandom): Weather {
  const wet = random.next() < 0.2;
  return {
    wet,
    air: between(random, -5, 22),
    // Rain takes the sun's warmth out of the ground.
    sun: !wet && random.next() < 0.4 ? between(random, 0.8, 2.5) : 0,
    edge: between(random, -0.4, 0.4),
    slope: between(random, -0.6, 0.6),
    patchy: 0.4,
    cooling: between(random, 0.2, 1.5) / 3600,
    waves: between(random, 0, 0.5),
    branch: random.next() < 0.2 ? { x: between(random, -2, 2), y: between(random, -1.2, 1.2) } : null,
  };
}

/** A still night. */
export const stillNight = (air: number): Weather => ({
  air,
  wet: false,
  sun: 0,
  edge: 0,
  slope: 0,
  patchy: 0.4,
  cooling: 0,
  waves: 0,
  branch: null,
});

/** What the pixels see at a time, s, of what is there then: Celsius, the same array each time. */
export function painter(
  random: SeededRandom,
  view: ThermalView,
  present: (at: number) => readonly Thing[],
  { air, wet, sun, edge, slope, patchy, cooling, waves, branch }: Weather,
): (at: number) => Float64Array {
  const grid = gridOf(view);
  const { along: nx, across: ny } = grid;
  const { columns, wide, rows, high } = view.shape;
  const lengthwise = view.up === "left" || view.up === "right";
  const pitch = (degrees: number, cells: number) => (degrees * (Math.PI / 180)) / cells;
  const pitchX = lengthwise ? pitch(wide, columns) : pitch(high, rows);
  const pitchY = lengthwise ? pitch(high, rows) : pitch(wide, columns);

  const pattern = Float64Array.from({ length: nx * ny }, () => between(random, -patchy, patchy));
  const ground = (i: number, j: number, at: number): number => {
    const inSun = 1 / (1 + Math.exp(-(i - nx / 2 - edge * nx + slope * (j - ny / 2)) / (0.08 * nx)));
    return air + 0.3 + (pattern[j * nx + i] as number) + sun * inSun * Math.exp(-at / SUN_FADES);
  };

  const base = new Float64Array(nx * ny);
  let basedAt = Number.NEGATIVE_INFINITY;
  const cells = new Float64Array(nx * ny);
  const pixels = new Float64Array(nx * ny);
  const [columnsOf, rowsOf] = [new Float64Array(nx), new Float64Array(ny)];

  const paint = (x: number, y: number, part: Pick<Part, "above" | "long" | "wide">, celsius: number) => {
    const distance = view.height - part.above;
    if (distance < 0.3) return;
    spread(columnsOf, x - part.long, x + part.long, distance, pitchX);
    spread(rowsOf, y - part.wide, y + part.wide, distance, pitchY);
    for (let j = 0; j < ny; j++) {
      const row = rowsOf[j] as number;
      if (row < 0.002) continue;
      for (let i = 0; i < nx; i++) {
        const cover = row * (columnsOf[i] as number);
        if (cover < 0.002) continue;
        const c = j * nx + i;
        cells[c] = (cells[c] as number) * (1 - cover) + celsius * cover;
      }
    }
  };

  return (at) => {
    // The ground changes slowly: once a second is often enough.
    if (Math.abs(at - basedAt) >= 1) {
      for (let j = 0; j < ny; j++) for (let i = 0; i < nx; i++) base[j * nx + i] = ground(i, j, at);
      basedAt = at;
    }
    const shift = waves * Math.sin(at / 90) - cooling * at - (wet ? Math.min(2, at / 300) : 0);
    for (let c = 0; c < cells.length; c++) cells[c] = (base[c] as number) + shift;
    const seen = present(at).flatMap((thing) => {
      const place = placeOf(thing, at);
      if (!place) return [];
      const { x, y, facing } = place;
      return thing.parts.map((part) => ({ x: x + facing * part.ahead, y: y + facing * part.aside, part }));
    });
    // What is nearer to the array hides what is below it.
    seen.sort((a, b) => a.part.above - b.part.above);
    for (const { x, y, part } of seen) paint(x, y, part, air + shift + part.warmer);
    if (branch) {
      const sway = 0.08 * Math.sin(at * 1.3) + 0.05 * Math.sin(at * 0.37);
      const twig = { above: Math.min(2.6, view.height - 0.6), long: 0.12, wide: 0.3 };
      paint(branch.x + sway, branch.y, twig, air + shift + 0.2);
    }
    for (let c = 0; c < cells.length; c++) pixels[grid.pixels[c] as number] = cells[c] as number;
    return pixels;
  };
}

/** How much of each cell lies between two places, seen from so far, with blurred edges. */
function spread(cells: Float64Array, low: number, high: number, distance: number, pitch: number): void {
  const middle = (cells.length - 1) / 2;
  const from = Math.atan2(low, distance) / pitch + middle;
  const to = Math.atan2(high, distance) / pitch + middle;
  for (let c = 0; c < cells.length; c++)
    cells[c] = c < from - 3 || c > to + 3 ? 0 : step((c - from) / BLUR) - step((c - to) / BLUR);
}

/** The normal distribution, near enough (logistic, off by at most 0.01). */
const step = (z: number): number => 1 / (1 + Math.exp(-1.702 * z));
