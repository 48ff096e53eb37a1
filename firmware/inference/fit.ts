import type { Scalar, Tensor, Variable } from "@tensorflow/tfjs-core";
import type { Random } from "../hal/random.ts";
import type { Backend } from "./backend.ts";
import { type Net, parseNet } from "./net.ts";

/** What a network is to learn, made when it is asked for: all at once would not fit a cabinet's memory. */
export interface Examples {
  readonly count: number;
  readonly inputs: number;
  /** Writes the inputs of one example into `out` from `offset`; its answer, and how much it counts. */
  write(example: number, out: Float32Array, offset: number): { readonly answer: number; readonly weight: number };
}

export interface Recipe {
  /** Units of the hidden layers. */
  readonly hidden: readonly number[];
  /** Steps of `batch` examples each. */
  readonly steps: number;
  readonly batch: number;
  /** Of Adam, at its highest: it warms up over a fifth of the steps or 200, then falls along a cosine. */
  readonly rate: number;
  /** Weights shrink by this part of the rate at each step. */
  readonly decay: number;
}

/** The quantiles that a network answers with, in its order. */
export const QUANTILES = [0.5, 0.1, 0.9] as const;
/** The middle counts most: it is the forecast. */
const SHARES = [2, 0.5, 0.5];
const WARM_UP = 200;
/** Examples from which the scale of the inputs is taken. */
const SAMPLE = 20_000;
/** An input that hardly varied is not blown up. */
const LEAST_SPREAD = 0.05;

/**
 * Trains a dense network to answer with quantiles (pinball loss), from the weights of `from` or from chance. Deterministic:
 * the same examples, recipe and chance make the same network. Waits for `pause` after every step: who has little time lets
 * others go first there, and ends the training by a rejection. A recipe without steps, or no example, is a TypeError.
 */
export async function fitNet(
  { core }: Backend,
  examples: Examples,
  recipe: Recipe,
  random: Random,
  pause: (step: number) => Promise<void> | void = () => {},
  from?: Net,
): Promise<Net> {
  const { inputs, count } = examples;
  const { steps, batch, rate, decay } = recipe;
  if (!(steps >= 1 && batch >= 1 && count >= 1)) throw new TypeError(`${count} examples, ${steps} steps of ${batch}`);
  const scale = from ? { mean: new Float32Array(inputs), spread: new Float32Array(inputs).fill(1) } : scaleOf(examples);
  const sizes = [inputs, ...(from ? from.layers.slice(0, -1).map(({ units }) => units) : recipe.hidden)];
  const params = from
    ? from.weights.flatMap(({ kernel, bias }) => [kernel.slice(), bias.slice()])
    : begin(sizes, random);
  const shapes = params.map((param, i) =>
    i % 2 === 0 ? [sizes[i >> 1] ?? 1, param.length / (sizes[i >> 1] ?? 1)] : [param.length],
  );
  const adam = adamOf(params);
  const warmUp = Math.min(WARM_UP, steps / 5);
  const order = orderOf(count, random);
  const batchIn = new Float32Array(batch * inputs);
  const answers = new Float32Array(batch);
  const weights = new Float32Array(batch);
  const quantiles = core.tensor1d([...QUANTILES]);
  const shares = core.tensor1d(SHARES);
  const variables: Variable[] = params.map((param, i) => {
    const first = core.tensor(param, shapes[i] as number[]);
    const variable = core.variable(first);
    first.dispose();
    return variable;
  });
  try {
    for (let step = 1; step <= steps; step++) {
      for (let row = 0; row < batch; row++) {
        const { answer, weight } = examples.write(order(), batchIn, row * inputs);
        answers[row] = answer;
        weights[row] = weight;
        normalise(batchIn, row * inputs, scale);
      }
      // Read outside: what leaves a tidy is searched for tensors, number by number.
      const slopes = core.tidy(() => {
        const x = core.tensor2d(batchIn, [batch, inputs]);
        const y = core.tensor2d(answers, [batch, 1]);
        const w = core.tensor2d(weights, [batch, 1]);
        const { grads } = core.variableGrads(() => {
          let h: Tensor = x;
          for (let layer = 0; layer < variables.length; layer += 2) {
            h = core.add(core.matMul(h, variables[layer] as Tensor), variables[layer + 1] as Tensor);
            if (layer < variables.length - 2) h = core.relu(h);
          }
          const error = core.sub(y, h);
          const pinball = core.maximum(core.mul(error, quantiles), core.mul(error, core.sub(quantiles, 1)));
          return core.div(core.sum(core.mul(core.mul(pinball, shares), w)), batch) as Scalar;
        }, variables);
        return core.concat(variables.map(({ name }) => core.reshape(grads[name] as Tensor, [-1])));
      });
      const gradient = slopes.dataSync<"float32">();
      slopes.dispose();
      const now = rate * Math.min(1, step / warmUp) * (0.5 * (1 + Math.cos((Math.PI * step) / steps)) * 0.98 + 0.02);
      adam(gradient, step, now, decay);
      for (const [i, variable] of variables.entries()) {
        const next = core.tensor(params[i] as Float32Array, shapes[i] as number[]);
        variable.assign(next);
        next.dispose();
      }
      await pause(step);
    }
  } finally {
    core.dispose([quantiles, shares, ...variables]);
  }
  unscale(params, scale, inputs);
  const parsed = parseNet({
    inputs,
    layers: shapes
      .filter((_, i) => i % 2 === 1)
      .map(([units], i, all) => ({ units, activation: i < all.length - 1 ? "relu" : "linear" })),
    weights: shapes.filter((_, i) => i % 2 === 1).map((_, i) => ({ kernel: params[2 * i], bias: params[2 * i + 1] })),
  });
  if (!parsed.ok) throw new Error(`the training went astray: ${parsed.message}`);
  return parsed.net;
}

interface Scale {
  readonly mean: Float32Array;
  readonly spread: Float32Array;
}

function scaleOf(examples: Examples): Scale {
  const { inputs, count } = examples;
  const n = Math.min(count, SAMPLE);
  const row = new Float32Array(inputs);
  const sums = new Float64Array(inputs);
  const squares = new Float64Array(inputs);
  for (let k = 0; k < n; k++) {
    examples.write(Math.floor((k * count) / n), row, 0);
    row.forEach((value, i) => {
      sums[i] = (sums[i] ?? 0) + value;
      squares[i] = (squares[i] ?? 0) + value * value;
    });
  }
  const mean = Float32Array.from(sums, (sum) => sum / n);
  const spread = Float32Array.from(squares, (square, i) =>
    Math.max(LEAST_SPREAD, Math.sqrt(Math.max(0, square / n - (mean[i] ?? 0) ** 2))),
  );
  return { mean, spread };
}

function normalise(rows: Float32Array, offset: number, { mean, spread }: Scale): void {
  for (let i = 0; i < mean.length; i++)
    rows[offset + i] = ((rows[offset + i] as number) - (mean[i] as number)) / (spread[i] as number);
}

/** Takes the scale of the inputs into the first layer: the network then reads them as they are. */
function unscale(params: Float32Array[], { mean, spread }: Scale, inputs: number): void {
  const [kernel, bias] = params as [Float32Array, Float32Array];
  const units = bias.length;
  for (let i = 0; i < inputs; i++) {
    for (let u = 0; u < units; u++) {
      const weight = (kernel[i * units + u] as number) / (spread[i] as number);
      kernel[i * units + u] = weight;
      bias[u] = (bias[u] as number) - weight * (mean[i] as number);
    }
  }
}

/** He's normal start (He et al. 2015); the last layer begins small: near what the weeks before let expect. */
function begin(sizes: readonly number[], random: Random): Float32Array[] {
  return sizes.flatMap((into, layer) => {
    const last = layer === sizes.length - 1;
    const units = last ? QUANTILES.length : (sizes[layer + 1] as number);
    const spread = Math.sqrt(2 / into) * (last ? 0.3 : 1);
    return [Float32Array.from({ length: into * units }, () => spread * normal(random)), new Float32Array(units)];
  });
}

/** Box and Muller 1958. */
const normal = (random: Random): number =>
  Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());

/** Every example once in an order of chance, then again in another. */
function orderOf(count: number, random: Random): () => number {
  const order = Uint32Array.from({ length: count }, (_, i) => i);
  let next = count;
  return () => {
    if (next === count) {
      for (let i = count - 1; i > 0; i--) {
        const j = Math.floor(random.next() * (i + 1));
        [order[i], order[j]] = [order[j] as number, order[i] as number];
      }
      next = 0;
    }
    return order[next++] as number;
  };
}

/** Adam with decoupled decay (Kingma and Ba 2015; Loshchilov and Hutter 2019), on the numbers in place. */
function adamOf(params: readonly Float32Array[]) {
  const first = params.map((param) => new Float32Array(param.length));
  const second = params.map((param) => new Float32Array(param.length));
  return (gradient: Float32Array, step: number, rate: number, decay: number): void => {
    const [bias1, bias2] = [1 - 0.9 ** step, 1 - 0.999 ** step];
    let from = 0;
    for (const [p, param] of params.entries()) {
      const [m, v] = [first[p] as Float32Array, second[p] as Float32Array];
      const shrink = p % 2 === 0 ? 1 - rate * decay : 1;
      for (let i = 0; i < param.length; i++) {
        const slope = gradient[from + i] as number;
        const mi = 0.9 * (m[i] as number) + 0.1 * slope;
        const vi = 0.999 * (v[i] as number) + 0.001 * slope * slope;
        m[i] = mi;
        v[i] = vi;
        param[i] = (param[i] as number) * shrink - (rate * (mi / bias1)) / (Math.sqrt(vi / bias2) + 1e-8);
      }
      from += param.length;
    }
  };
}
