/** From a street to counts: scene, chip on the bus, driver, tracker, network. The seeds are held out from training. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { instant, milliseconds, seconds } from "../../controllers/units.ts";
import { SimulatedAmg8833 } from "../../sim/chips/amg8833.ts";
import { SimulatedMlx90640 } from "../../sim/chips/mlx90640.ts";
import { VirtualClock } from "../../sim/clock.ts";
import { SimulatedI2c } from "../../sim/i2c.ts";
import { SeededRandom } from "../../sim/random.ts";
import { THERMAL_ARRAYS, type ThermalArrayKind } from "../../sim/thermal-frames.ts";
import { thermalScene } from "../../sim/thermal-scene.ts";
import { silent } from "../hal/log.ts";
import { amg8833 } from "./amg8833.ts";
import { mlx90640 } from "./mlx90640.ts";
import type { ThermalOptions } from "./options.ts";
import { packNet, unpackNet } from "./thermal-weights.ts";

const ADDRESS = 0x33;
const DRIVERS = { amg8833, mlx90640 };

async function counted(kind: ThermalArrayKind, seed: number, length: number, only?: "people") {
  const scene = thermalScene({ shape: THERMAL_ARRAYS[kind].shape, seed, length, ...(only ? { only } : {}) });
  const clock = new VirtualClock(instant(1e12));
  const chip = { amg8833: () => new SimulatedAmg8833(clock, seed), mlx90640: () => new SimulatedMlx90640(clock, seed) };
  const array = chip[kind]();
  array.watch((ms) => scene.picture(ms / 1000));
  array.housing = scene.air + 6;
  const bus = new SimulatedI2c("i2c1");
  bus.devices.set(ADDRESS, array);
  const options: ThermalOptions = {
    id: "counter/1",
    i2c: async () => bus,
    address: ADDRESS,
    height: scene.view.height,
    up: scene.view.up,
    clock,
    random: new SeededRandom(1),
    log: silent,
  };
  const people = { up: 0, down: 0 };
  const stop = new AbortController();
  const run = DRIVERS[kind](options).run((reading) => {
    assert.is(reading.kind, "count");
    if (reading.kind === "count" && reading.direction !== "both") people[reading.direction] += reading.people;
  }, stop.signal);
  for (let n = 0; n < 20; n++) await new Promise((resolve) => setImmediate(resolve)); // its network is loaded in real time
  await clock.advance(seconds(length + 3));
  stop.abort();
  await clock.run(run, milliseconds(0));
  const truth = { up: 0, down: 0 };
  for (const { direction } of scene.truth) truth[direction]++;
  return { people, truth };
}

await Promise.all([import("./thermal-net-amg8833.ts"), import("./thermal-net-mlx90640.ts")]);

for (const [kind, length] of [
  ["amg8833", 1200],
  ["mlx90640", 500],
] as const)
  test(`${kind}: those who cross a street are counted, and dogs and cars are not`, async () => {
    const { people, truth } = await counted(kind, 21, length);
    for (const direction of ["up", "down"] as const) {
      assert.ok(truth[direction] >= 30, `${truth[direction]} crossings are too few to tell`);
      const off = Math.abs(people[direction] - truth[direction]);
      assert.ok(
        off <= Math.max(2, 0.06 * truth[direction]),
        `${people[direction]} of ${truth[direction]} ${direction}`,
      );
    }
  });

test("weights in bytes are those that were packed, to a step", () => {
  const random = new SeededRandom(3);
  const net = [[7, 5] as const, [5, 4] as const].map(([inputs, units]) => ({
    kernel: Float32Array.from({ length: inputs * units }, () => (random.next() - 0.5) * 10 ** (4 * random.next() - 2)),
    bias: Float32Array.from({ length: units }, () => random.next()),
  }));
  for (const [at, { kernel, bias }] of unpackNet(packNet(net)).entries()) {
    const units = bias.length;
    const before = net[at] as (typeof net)[number];
    for (const [i, value] of kernel.entries()) {
      const row = before.kernel.subarray(i - (i % units), i - (i % units) + units);
      const step = Math.max(...row.map(Math.abs)) / 127;
      assert.ok(Math.abs(value - (before.kernel[i] as number)) <= step * 0.51);
    }
    for (const [u, value] of bias.entries()) assert.ok(Math.abs(value - (before.bias[u] as number)) < 1e-4);
  }
});

test.run();
