/** Networks of thermal counters as they lie in a file: a byte a weight. */
import type { ThermalNet } from "../../controllers/footfall/thermal-net.ts";

/**
 * A layer: of each input the step of its weights, those in steps as signed bytes (base64, a row for each input), and the
 * biases.
 */
export interface PackedLayer {
  readonly steps: readonly number[];
  readonly kernel: string;
  readonly bias: readonly number[];
}

const LARGEST = 127;
const short = (value: number): number => Number(value.toPrecision(6));

export const packNet = (net: ThermalNet): readonly PackedLayer[] =>
  net.map(({ kernel, bias }) => {
    const rows = Array.from({ length: kernel.length / bias.length }, (_, row) =>
      kernel.subarray(row * bias.length, (row + 1) * bias.length),
    );
    const steps = rows.map((row) =>
      short(row.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-6) / LARGEST),
    );
    const bytes = rows.flatMap((row, at) => Array.from(row, (value) => Math.round(value / (steps[at] as number))));
    return {
      steps,
      kernel: Buffer.from(Int8Array.from(bytes).buffer).toString("base64"),
      bias: Array.from(bias, short),
    };
  });

export const unpackNet = (layers: readonly PackedLayer[]): ThermalNet =>
  layers.map(({ steps, kernel, bias }) => ({
    kernel: Float32Array.from(new Int8Array(Buffer.from(kernel, "base64")), (value, at) => {
      return value * (steps[Math.floor(at / bias.length)] as number);
    }),
    bias: Float32Array.from(bias),
  }));
