/** Pictures as a thermal array takes them of a scene: its pace, its noise, its steps, and which pixels are new. */
import { subpageOf } from "../firmware/sensors/mlx90640-registers.ts";
import { AMG8833_SHAPE, MLX90640_SHAPES } from "../firmware/sensors/thermal-shapes.ts";
import { SeededRandom } from "./random.ts";
import { noiseAt, normal } from "./thermal-noise.ts";
import type { ThermalScene } from "./thermal-scene.ts";

export const THERMAL_ARRAYS = {
  amg8833: {
    shape: AMG8833_SHAPE,
    /** ms from picture to picture. */
    every: 100,
    /** Deviation of a pixel from picture to picture, K. */
    noise: 0.25,
    step: 0.25,
    subpages: 1,
  },
  mlx90640: {
    shape: MLX90640_SHAPES[110],
    every: 125,
    /** 0.1 K at 1 Hz, times the root of the pace: 8 subpages a second. Up to twice that in the corners. */
    noise: 0.28,
    step: 0,
    subpages: 2,
  },
} as const;
export type ThermalArrayKind = keyof typeof THERMAL_ARRAYS;

/** Every picture of a scene, `at` in ms: NaN in the pixels that are not new. The array is the same one each time. */
export function* thermalFrames(
  kind: ThermalArrayKind,
  scene: ThermalScene,
  seed: number,
  length: number,
): Generator<{ readonly at: number; readonly celsius: Float64Array }> {
  const { shape, every, noise, step, subpages } = THERMAL_ARRAYS[kind];
  const gauss = normal(new SeededRandom(seed));
  const celsius = new Float64Array(shape.columns * shape.rows);
  const loud = celsius.map((_, pixel) => (subpages === 1 ? noise : noise * noiseAt(shape, pixel)));
  for (let n = 0; n * every < length * 1000; n++) {
    const picture = scene.picture((n * every) / 1000);
    for (let pixel = 0; pixel < celsius.length; pixel++) {
      if (subpages === 2 && subpageOf(pixel) !== (n & 1)) {
        celsius[pixel] = Number.NaN;
        continue;
      }
      const value = (picture[pixel] as number) + gauss() * (loud[pixel] as number);
      celsius[pixel] = step > 0 ? Math.round(value / step) * step : value;
    }
    yield { at: n * every, celsius };
  }
}
