import { test } from "uvu";
import * as assert from "uvu/assert";
import { silent } from "../hal/log.ts";
import { loadBackend } from "./backend.ts";
import { type Examples, fitNet } from "./fit.ts";
import { loadModel } from "./model.ts";
import { seeded } from "./seeded.ts";
import { wasm } from "./wasm.ts";
import { bytesOf, netOf } from "./weights.ts";

const backend = await loadBackend(silent, [wasm]);

/** y = x0 - 2 x1 + noise in [-1, 1] of even chance: quantiles are the line, and 0.8 under and over it. */
const line: Examples = {
  count: 4000,
  inputs: 2,
  write(example, out, offset) {
    const chance = seeded(example);
    for (let i = 0; i < 4; i++) chance.next();
    const [a, b] = [chance.next() * 10, chance.next() * 10 - 5];
    out[offset] = a;
    out[offset + 1] = b;
    return { answer: a - 2 * b + chance.next() * 2 - 1, weight: 1 };
  },
};
const recipe = { hidden: [16], steps: 500, batch: 128, rate: 2e-2, decay: 0 };

test("a network learns a line with its quantiles, and reads its inputs as they are", async () => {
  const model = loadModel(backend, await fitNet(backend, line, recipe, seeded(1)));
  const answer = await model.predict(new Float32Array([2, 1, 8, -3, 5, 4]), 3);
  [0, 14, -3].forEach((wanted, row) => {
    const [middle, low, high] = answer.subarray(row * 3, row * 3 + 3) as unknown as [number, number, number];
    assert.ok(Math.abs(middle - wanted) < 0.35, `${middle}, not ${wanted}`);
    assert.ok(Math.abs(low - wanted + 0.8) < 0.4, `low ${low}`);
    assert.ok(Math.abs(high - wanted - 0.8) < 0.4, `high ${high}`);
  });
  model.dispose();
});

test("the same examples and chance make the same network, other chance another; no tensor is left", async () => {
  const short = { ...recipe, steps: 20 };
  const before = backend.core.memory().numTensors;
  const one = await fitNet(backend, line, short, seeded(1));
  assert.equal(await fitNet(backend, line, short, seeded(1)), one);
  assert.not.equal(await fitNet(backend, line, short, seeded(2)), one);
  assert.is(backend.core.memory().numTensors, before);
});

test("who has no more time ends the training, and nothing stays behind", async () => {
  const before = backend.core.memory().numTensors;
  const steps: number[] = [];
  try {
    await fitNet(backend, line, recipe, seeded(1), async (step) => {
      steps.push(step);
      if (step === 3) throw new Error("dawn");
    });
    assert.unreachable();
  } catch (error) {
    assert.is((error as Error).message, "dawn");
  }
  assert.equal(steps, [1, 2, 3]);
  assert.is(backend.core.memory().numTensors, before);
});

test("taught on, a network begins where it was", async () => {
  const first = await fitNet(backend, line, { ...recipe, steps: 50 }, seeded(1));
  const on = await fitNet(backend, line, { ...recipe, steps: 1, rate: 1e-6 }, seeded(1), undefined, first);
  for (const [i, { kernel }] of on.weights.entries()) {
    for (const [at, value] of kernel.entries())
      assert.ok(Math.abs(value - (first.weights[i]?.kernel[at] as number)) < 1e-4);
  }
});

test("a network survives its bytes; damaged bytes are refused", async () => {
  const net = await fitNet(backend, line, { ...recipe, steps: 1 }, seeded(1));
  const bytes = bytesOf(net);
  const back = netOf(bytes);
  assert.ok(back.ok);
  assert.equal(back.net, net);
  for (const damage of [
    bytes.slice(0, -4),
    bytes.slice(1),
    new Uint8Array(),
    new Uint8Array(64),
    new Uint8Array(64).fill(255),
  ])
    assert.not(netOf(damage).ok, `${damage.length} bytes`);
  const nan = bytes.slice();
  nan.fill(255, nan.length - 4);
  assert.not(netOf(nan).ok, "not a number");
});

test.run();
