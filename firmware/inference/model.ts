import type { Tensor } from "@tensorflow/tfjs-core";
import type { Backend } from "./backend.ts";
import type { Net } from "./net.ts";

/** A network that is ready to compute. */
export interface Model {
  readonly inputs: number;
  readonly outputs: number;
  /**
   * Computes `rows` rows at once. `batch` holds them one after the other, `inputs` numbers each; the answer likewise,
   * `outputs` numbers each. The batch is read before the first wait. A length that does not fit, a number that is not
   * finite or a disposed model is a TypeError.
   */
  predict(batch: Float32Array, rows: number): Promise<Float32Array>;
  /** Gives its memory back; may be called twice. An answer that is under way still arrives. */
  dispose(): void;
}

/** Puts a checked network into the backend's memory. */
export function loadModel({ core, layers }: Backend, net: Net): Model {
  const model = layers.sequential();
  for (const [at, { units, activation }] of net.layers.entries()) {
    model.add(
      layers.layers.dense({
        units,
        activation,
        // Only the first layer may be told its inputs. Zeros: the real weights follow, chance would be wasted.
        ...(at === 0 ? { inputShape: [net.inputs] } : {}),
        kernelInitializer: "zeros",
      }),
    );
  }
  core.tidy(() => {
    model.setWeights(
      net.weights.flatMap(({ kernel, bias }) => [
        core.tensor2d(kernel, [kernel.length / bias.length, bias.length]),
        core.tensor1d(bias),
      ]),
    );
  });

  let disposed = false;
  return {
    inputs: net.inputs,
    outputs: net.outputs,
    async predict(batch, rows) {
      if (disposed) throw new TypeError("model is disposed");
      if (!(Number.isInteger(rows) && rows >= 1))
        throw new TypeError(`rows is ${rows}: allowed is a whole number from 1`);
      if (batch.length !== rows * net.inputs) {
        throw new TypeError(`batch has ${batch.length} numbers: allowed is ${rows} rows of ${net.inputs}`);
      }
      const wrong = batch.findIndex((number) => !Number.isFinite(number));
      if (wrong >= 0) throw new TypeError(`batch[${wrong}] is ${batch[wrong]}: allowed is a finite number`);
      const answer = core.tidy(
        () => model.predict(core.tensor2d(batch, [rows, net.inputs]), { batchSize: rows }) as Tensor,
      );
      try {
        return (await answer.data()) as Float32Array;
      } finally {
        answer.dispose();
      }
    },
    dispose() {
      if (!disposed) model.dispose();
      disposed = true;
    },
  };
}
