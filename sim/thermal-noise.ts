import type { SeededRandom } from "./random.ts";

/** Deviation of a pixel's noise as a part of that in the middle: pixels at the edge see less light. */
export function noiseAt({ columns, rows }: { readonly columns: number; readonly rows: number }, pixel: number): number {
  const x = (2 * (pixel % columns) + 1) / columns - 1;
  const y = (2 * Math.floor(pixel / columns) + 1) / rows - 1;
  return 1 + (x * x + y * y) / 2;
}

/** Numbers of a normal distribution with a deviation of 1. */
export function normal(random: SeededRandom): () => number {
  let spare: number | undefined;
  return () => {
    if (spare !== undefined) {
      const value = spare;
      spare = undefined;
      return value;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - random.next()));
    const angle = 2 * Math.PI * random.next();
    spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  };
}
