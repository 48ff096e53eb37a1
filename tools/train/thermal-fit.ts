/** Fits the network that judges warm things: deterministic, on TensorFlow.js' layers, one thread. */
import { PATCH, PATCH_SIDE } from "../../controllers/footfall/thermal-evidence.ts";
import type { DenseLayer, ThermalNet } from "../../controllers/footfall/thermal-net.ts";
import { FEATURES, MOST_PEOPLE } from "../../controllers/footfall/thermal-net.ts";
import type { Backend } from "../../firmware/inference/backend.ts";
import { SeededRandom } from "../../sim/random.ts";

export interface Example {
  readonly features: Float32Array;
  readonly people: number;
}

export interface FitOptions {
  readonly hidden: readonly number[];
  readonly epochs: number;
  readonly batch: number;
  readonly rate: number;
  /** Of each weight's square in the loss. */
  readonly decay: number;
  readonly seed: number;
}

export const FIT: FitOptions = { hidden: [32, 16], epochs: 24, batch: 128, rate: 0.004, decay: 3e-4, seed: 1 };

export async function fitNet(
  { core, layers }: Backend,
  examples: readonly Example[],
  options: FitOptions = FIT,
): Promise<ThermalNet> {
  const { hidden, epochs, batch, rate, decay, seed } = options;
  const random = new SeededRandom(seed);
  const { mean, deviation } = spreadOf(examples);
  const model = layers.sequential();
  const units = [...hidden, MOST_PEOPLE + 1];
  for (const [at, width] of units.entries())
    model.add(
      layers.layers.dense({
        units: width,
        activation: at < hidden.length ? "relu" : "softmax",
        ...(at === 0 ? { inputShape: [FEATURES] } : {}),
        kernelInitializer: layers.initializers.heNormal({ seed: seed + at }),
        kernelRegularizer: layers.regularizers.l2({ l2: decay }),
      }),
    );
  const optimizer = core.train.adam(rate);
  model.compile({ optimizer, loss: "categoricalCrossentropy" });
  const order = examples.map((_, i) => i);
  for (let epoch = 0; epoch < epochs; epoch++) {
    shuffle(order, random);
    const [inputs, wanted] = [new Float32Array(order.length * FEATURES), new Float32Array(order.length * 4)];
    for (const [row, i] of order.entries()) {
      const { people, ...example } = examples[i] as Example;
      const features = random.next() < 0.5 ? example.features : mirrored(example.features);
      for (let f = 0; f < FEATURES; f++)
        inputs[row * FEATURES + f] = ((features[f] as number) - (mean[f] as number)) / (deviation[f] as number);
      wanted[row * (MOST_PEOPLE + 1) + Math.min(MOST_PEOPLE, people)] = 1;
    }
    const x = core.tensor2d(inputs, [order.length, FEATURES]);
    const y = core.tensor2d(wanted, [order.length, MOST_PEOPLE + 1]);
    // Slower towards the end.
    (optimizer as unknown as { learningRate: number }).learningRate = rate * (1 - (0.95 * epoch) / epochs);
    await model.fit(x, y, { epochs: 1, batchSize: batch, shuffle: false, verbose: 0, yieldEvery: "never" });
    x.dispose();
    y.dispose();
  }
  const weights = model.getWeights().map((tensor) => tensor.dataSync() as Float32Array);
  model.dispose();
  const net: DenseLayer[] = units.map((_, at) => ({
    kernel: Float32Array.from(weights[2 * at] as Float32Array),
    bias: Float32Array.from(weights[2 * at + 1] as Float32Array),
  }));
  return [unscaled(net[0] as DenseLayer, mean, deviation), ...net.slice(1)];
}

/** Left and right exchanged: people know no difference. */
function mirrored(features: Float32Array): Float32Array {
  const other = Float32Array.from(features);
  for (let k = 0; k < PATCH; k++) {
    const row = Math.floor(k / PATCH_SIDE);
    other[(PATCH_SIDE - 1 - row) * PATCH_SIDE + (k % PATCH_SIDE)] = features[k] as number;
  }
  return other;
}

function spreadOf(examples: readonly Example[]) {
  const mean = new Float64Array(FEATURES);
  const deviation = new Float64Array(FEATURES);
  for (const { features } of examples)
    for (let f = 0; f < FEATURES; f++) mean[f] = (mean[f] as number) + (features[f] as number);
  for (let f = 0; f < FEATURES; f++) mean[f] = (mean[f] as number) / examples.length;
  for (const { features } of examples)
    for (let f = 0; f < FEATURES; f++)
      deviation[f] = (deviation[f] as number) + ((features[f] as number) - (mean[f] as number)) ** 2;
  for (let f = 0; f < FEATURES; f++)
    deviation[f] = Math.max(0.02, Math.sqrt((deviation[f] as number) / examples.length));
  return { mean, deviation };
}

/** A first layer that takes the features as they are. */
function unscaled({ kernel, bias }: DenseLayer, mean: Float64Array, deviation: Float64Array): DenseLayer {
  const units = bias.length;
  const [own, moved] = [Float32Array.from(kernel), Float32Array.from(bias)];
  for (let f = 0; f < FEATURES; f++)
    for (let u = 0; u < units; u++) {
      const weight = (kernel[f * units + u] as number) / (deviation[f] as number);
      own[f * units + u] = weight;
      moved[u] = (moved[u] as number) - weight * (mean[f] as number);
    }
  return { kernel: own, bias: moved };
}

function shuffle(order: number[], random: SeededRandom): void {
  for (let i = order.length - 1; i > 0; i--) {
    const j = Math.floor(random.next() * (i + 1));
    [order[i], order[j]] = [order[j] as number, order[i] as number];
  }
}
