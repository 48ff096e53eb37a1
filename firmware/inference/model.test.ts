import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { silent } from "../hal/log.ts";
import { loadBackend } from "./backend.ts";
import { loadModel, type Model } from "./model.ts";
import { ACTIVATIONS, type Activation, type Net, parseNet } from "./net.ts";
import { wasm } from "./wasm.ts";

const backend = await loadBackend(silent, [wasm]);

function net(data: unknown): Net {
  const parsed = parseNet(data);
  if (!parsed.ok) throw new Error(parsed.message);
  return parsed.net;
}

const close = (actual: Iterable<number>, expected: Iterable<number>, within = 1e-5) => {
  const [a, e] = [[...actual], [...expected]];
  assert.is(a.length, e.length);
  for (const [at, value] of a.entries()) {
    const wanted = e[at] as number;
    assert.ok(Math.abs(value - wanted) <= within * Math.max(1, Math.abs(wanted)), `[${at}]: ${value}, not ${wanted}`);
  }
};

const small = net({
  inputs: 2,
  layers: [
    { units: 3, activation: "relu" },
    { units: 2, activation: "linear" },
  ],
  weights: [
    { kernel: [1, -1, 0.5, 2, 1, -3], bias: [0, 0.5, 1] },
    { kernel: [1, 10, 2, 20, 3, 30], bias: [-1, 0.25] },
  ],
});

test("known weights give the numbers computed by hand, row by row", async () => {
  const model = loadModel(backend, small);
  // Row (1, 2): hidden relu(1+4, -1+2+.5, .5-6+1) = (5, 1.5, 0); out (5+3-1, 50+30+.25).
  // Row (-1, 0): hidden relu(-1, 1.5, .5) = (0, 1.5, .5); out (3+1.5-1, 30+15+.25).
  close(await model.predict(new Float32Array([1, 2, -1, 0]), 2), [7, 80.25, 3.5, 45.25]);
  model.dispose();
});

const curves: Record<Activation, (x: number) => number> = {
  linear: (x) => x,
  relu: (x) => Math.max(0, x),
  elu: (x) => (x > 0 ? x : Math.expm1(x)),
  tanh: Math.tanh,
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  softplus: (x) => Math.log1p(Math.exp(x)),
};

for (const activation of ACTIVATIONS) {
  test(`the activation ${activation} is its curve`, async () => {
    const one = net({ inputs: 1, layers: [{ units: 1, activation }], weights: [{ kernel: [1], bias: [0] }] });
    const model = loadModel(backend, one);
    const points = [-4, -1, -0.01, 0, 0.3, 1, 5];
    close(await model.predict(new Float32Array(points), points.length), points.map(curves[activation]), 1e-4);
    model.dispose();
  });
}

test("any shape computes what sums and curves give in double precision", async () => {
  const number = fc.integer({ min: -200, max: 200 }).map((n) => n / 100);
  const some = (length: number) => fc.array(number, { minLength: length, maxLength: length });
  const data = fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 2, maxLength: 4 }).chain(([inputs, ...units]) =>
    fc.record({
      inputs: fc.constant(inputs as number),
      layers: fc.tuple(
        ...units.map((width) => fc.record({ units: fc.constant(width), activation: fc.constantFrom(...ACTIVATIONS) })),
      ),
      weights: fc.tuple(
        ...units.map((width, at) =>
          fc.record({
            kernel: some(width * (at === 0 ? (inputs as number) : (units[at - 1] as number))),
            bias: some(width),
          }),
        ),
      ),
      row: some(inputs as number),
    }),
  );
  await fc.assert(
    fc.asyncProperty(data, async ({ row, ...plain }) => {
      let expected: number[] = row;
      for (const [at, { units, activation }] of plain.layers.entries()) {
        const { kernel, bias } = plain.weights[at] as { kernel: number[]; bias: number[] };
        const into = expected;
        expected = Array.from({ length: units }, (_, unit) =>
          curves[activation](
            into.reduce((sum, x, from) => sum + x * (kernel[from * units + unit] as number), bias[unit] as number),
          ),
        );
      }
      const model = loadModel(backend, net(plain));
      close(await model.predict(new Float32Array(row), 1), expected, 1e-3);
      model.dispose();
    }),
    { numRuns: 60 },
  );
});

test("no tensor is left behind: not by predictions, at once or one by one, nor by models", async () => {
  const before = backend.core.memory().numTensors;
  const model = loadModel(backend, small);
  const loaded = backend.core.memory().numTensors;
  assert.is(loaded - before, 4);
  await Promise.all(Array.from({ length: 50 }, (_, n) => model.predict(new Float32Array([n, 1]), 1)));
  for (let n = 0; n < 50; n++) await model.predict(new Float32Array([n, 1, 2, 3]), 2);
  assert.is(backend.core.memory().numTensors, loaded);
  model.dispose();
  model.dispose();
  assert.is(backend.core.memory().numTensors, before);
});

test("an answer that is under way when the model goes still arrives, and later ones are refused", async () => {
  const model = loadModel(backend, small);
  const answer = model.predict(new Float32Array([1, 2]), 1);
  model.dispose();
  close(await answer, [7, 80.25]);
  await rejects(() => model.predict(new Float32Array([1, 2]), 1), /disposed/);
});

test("the answer belongs to the caller: a later prediction does not change it", async () => {
  const model = loadModel(backend, small);
  const first = await model.predict(new Float32Array([1, 2]), 1);
  await model.predict(new Float32Array([-1, 0]), 1);
  close(first, [7, 80.25]);
  model.dispose();
});

test("a batch that does not fit is the caller's mistake", async () => {
  const model = loadModel(backend, small);
  await rejects(() => model.predict(new Float32Array(3), 1), /batch has 3 numbers: allowed is 1 rows of 2/);
  await rejects(() => model.predict(new Float32Array(0), 0), /rows is 0/);
  await rejects(() => model.predict(new Float32Array(3), 1.5), /rows is 1.5/);
  await rejects(() => model.predict(new Float32Array([0, Number.NaN]), 1), /batch\[1\] is NaN/);
  model.dispose();
});

async function rejects(call: () => ReturnType<Model["predict"]>, message: RegExp): Promise<void> {
  try {
    await call();
  } catch (error) {
    assert.instance(error, TypeError);
    assert.match((error as Error).message, message);
    return;
  }
  assert.unreachable("it was taken");
}

test.run();
