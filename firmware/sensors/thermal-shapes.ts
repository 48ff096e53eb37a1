/** The thermal arrays as their data sheets draw them, by kind and lens. */
import type { ArrayShape } from "../../controllers/footfall/thermal-view.ts";

/** Grid-EYE: pixel 1 is the lower left. */
export const AMG8833_SHAPE: ArrayShape = { columns: 8, rows: 8, wide: 60, high: 60, firstRow: "bottom" };

/** MLX90640, by the degrees of its lens: ESF-BAA (110) and ESF-BAB (55). */
export const MLX90640_SHAPES = {
  110: { columns: 32, rows: 24, wide: 110, high: 75, firstRow: "top" },
  55: { columns: 32, rows: 24, wide: 55, high: 35, firstRow: "top" },
} as const satisfies Record<number, ArrayShape>;
export type Mlx90640Lens = keyof typeof MLX90640_SHAPES;
