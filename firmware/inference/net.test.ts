import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { parseNet } from "./net.ts";

const good = () => ({
  inputs: 2,
  layers: [
    { units: 3, activation: "relu" },
    { units: 1, activation: "linear" },
  ],
  weights: [
    { kernel: [1, 2, 3, 4, 5, 6], bias: [0, 0, 0] },
    { kernel: [1, 2, 3], bias: [0.5] },
  ],
});

test("a network whose numbers fit together is taken", () => {
  const parsed = parseNet(good());
  assert.ok(parsed.ok);
  assert.is(parsed.net.inputs, 2);
  assert.is(parsed.net.outputs, 1);
  assert.equal(parsed.net.weights[0]?.kernel, new Float32Array([1, 2, 3, 4, 5, 6]));
});

test("the numbers are the network's own: what is done to the data later changes nothing", () => {
  const data = {
    inputs: 1,
    layers: [{ units: 1, activation: "linear" }],
    weights: [{ kernel: new Float32Array([2]), bias: [0] }],
  };
  const parsed = parseNet(data);
  data.weights[0]?.kernel.fill(9);
  assert.ok(parsed.ok);
  assert.is(parsed.net.weights[0]?.kernel[0], 2);
});

const refusals: [string, (net: ReturnType<typeof good>) => unknown, string, RegExp][] = [
  ["no object", () => [], "net", /is an array: allowed is an object with inputs, layers, weights/],
  ["nothing", () => null, "net", /is null/],
  ["an unknown field", (net) => ({ ...net, optimizer: "adam" }), "net.optimizer", /allowed is only/],
  ["inputs missing", ({ inputs: _, ...net }) => net, "inputs", /is missing: allowed is a whole number from 1/],
  ["inputs 0", (net) => ({ ...net, inputs: 0 }), "inputs", /is 0/],
  ["inputs 1.5", (net) => ({ ...net, inputs: 1.5 }), "inputs", /is 1.5/],
  ["inputs as text", (net) => ({ ...net, inputs: "2" }), "inputs", /is "2"/],
  ["too wide", (net) => ({ ...net, inputs: 4097 }), "inputs", /to 4096/],
  [
    "no layer",
    (net) => ({ ...net, layers: [], weights: [] }),
    "layers",
    /an array of 0: allowed is an array of 1 to 16/,
  ],
  ["layers as object", (net) => ({ ...net, layers: {} }), "layers", /is an object/],
  [
    "an activation of another kind",
    (net) => ({ ...net, layers: [net.layers[0], { units: 1, activation: "softmax" }] }),
    "layers[1].activation",
    /is "softmax": allowed is linear, relu, elu, tanh, sigmoid, softplus/,
  ],
  [
    "a layer's unknown field",
    (net) => ({ ...net, layers: [{ ...net.layers[0], dropout: 0.5 }, net.layers[1]] }),
    "layers[0].dropout",
    /not known/,
  ],
  [
    "weights for one layer only",
    (net) => ({ ...net, weights: net.weights.slice(1) }),
    "weights",
    /array of 1: allowed is an array of 2, one for each layer/,
  ],
  [
    "kernel of the wrong size",
    (net) => ({ ...net, inputs: 3 }),
    "weights[0].kernel",
    /6 numbers long: allowed is 9 numbers \(3 inputs x 3 units\)/,
  ],
  [
    "kernel of the second layer",
    (net) => ({ ...net, weights: [net.weights[0], { kernel: [1, 2], bias: [1] }] }),
    "weights[1].kernel",
    /3 inputs x 1 units/,
  ],
  [
    "bias of the wrong size",
    (net) => ({ ...net, weights: [{ kernel: [1, 2, 3, 4, 5, 6], bias: [0, 0] }, net.weights[1]] }),
    "weights[0].bias",
    /allowed is 3 numbers/,
  ],
  [
    "kernel as text",
    (net) => ({ ...net, weights: [net.weights[0], { kernel: "123", bias: [1] }] }),
    "weights[1].kernel",
    /is "123"/,
  ],
  [
    "NaN",
    (net) => ({ ...net, weights: [net.weights[0], { kernel: [1, Number.NaN, 3], bias: [1] }] }),
    "weights[1].kernel[1]",
    /is NaN: allowed is a finite 32-bit float/,
  ],
  [
    "too large for a 32-bit float",
    (net) => ({ ...net, weights: [net.weights[0], { kernel: [1, 2, 3], bias: [1e39] }] }),
    "weights[1].bias[0]",
    /is 1e\+39/,
  ],
  [
    "a number as text",
    (net) => ({ ...net, weights: [net.weights[0], { kernel: [1, 2, "3"], bias: [1] }] }),
    "weights[1].kernel[2]",
    /is "3"/,
  ],
];

for (const [name, spoil, field, message] of refusals) {
  test(`refused, naming the field: ${name}`, () => {
    const parsed = parseNet(spoil(good()));
    assert.not.ok(parsed.ok);
    assert.is(!parsed.ok && parsed.field, field);
    assert.match(parsed.ok ? "" : parsed.message, message);
    assert.ok(!parsed.ok && parsed.message.startsWith(field));
  });
}

test("whatever JSON comes: an answer, never an exception", async () => {
  await fc.assert(
    fc.property(
      fc.oneof(fc.jsonValue(), fc.record({ inputs: fc.nat(5), layers: fc.jsonValue(), weights: fc.jsonValue() })),
      (data) => {
        const parsed = parseNet(data);
        return parsed.ok || parsed.field.length > 0;
      },
    ),
  );
});

test.run();
