/**
 * Trains the network that says how many people a warm thing in a thermal picture is, and prints its weights:
 *
 *   node tools/train/thermal.ts amg8833 > firmware/sensors/thermal-net-amg8833.ts
 *   node tools/train/thermal.ts mlx90640 > firmware/sensors/thermal-net-mlx90640.ts
 *
 * Deterministic, some minutes. Scenes have the seeds from 1000 on; the bench holds other ones out (`HELD_OUT`).
 */
import {
  featuresOf,
  MOST_PEOPLE,
  opinionOf,
  outputsOf,
  type ThermalNet,
} from "../../controllers/footfall/thermal-net.ts";
import { silent } from "../../firmware/hal/log.ts";
import { loadBackend } from "../../firmware/inference/backend.ts";
import { wasm } from "../../firmware/inference/wasm.ts";
import { packNet } from "../../firmware/sensors/thermal-weights.ts";
import { THERMAL_ARRAYS, type ThermalArrayKind } from "../../sim/thermal-frames.ts";
import { type SceneEvents, sceneEvents } from "./thermal-events.ts";
import { fitNet } from "./thermal-fit.ts";

const FIRST = 1000;
const SCENES: Readonly<Record<ThermalArrayKind, number>> = { amg8833: 320, mlx90640: 110 };
/** s. */
const LENGTH = 1200;
/** So much of the scenes is kept to balance the network's answers. */
const BALANCE = 0.25;

const kind = process.argv[2] as ThermalArrayKind;
if (!(kind in THERMAL_ARRAYS)) throw new Error(`which array: ${Object.keys(THERMAL_ARRAYS).join(" or ")}?`);

/** Counted people less true ones, over scenes. */
function surplus(net: ThermalNet, scenes: readonly Scene[], more: number): number {
  let count = 0;
  for (const { outputs, truth } of outputsIn(net, scenes)) {
    for (const output of outputs)
      count += opinionOf(output.map((value, people) => (people > 1 ? value + more : value))).mean;
    count -= truth;
  }
  return count;
}

interface Scene {
  readonly features: readonly Float32Array[];
  readonly people: readonly number[];
  readonly truth: number;
}

const outputsIn = (net: ThermalNet, scenes: readonly Scene[]) =>
  scenes.map(({ features, truth }) => ({ outputs: features.map((one) => outputsOf(net, one)), truth }));

const sceneOf = ({ events, truth }: SceneEvents): Scene => ({
  features: events.map(({ evidence }) => featuresOf(evidence)),
  people: events.map(({ people }) => people),
  truth: truth.length,
});

const scenes: Scene[] = [];
for (let n = 0; n < SCENES[kind]; n++) {
  scenes.push(sceneOf(sceneEvents(kind, FIRST + n, LENGTH)));
  if (n % 20 === 19) process.stderr.write(`${n + 1} scenes\n`);
}
const cut = Math.floor(scenes.length * (1 - BALANCE));
const examples = scenes
  .slice(0, cut)
  .flatMap(({ features, people }) => features.map((one, i) => ({ features: one, people: people[i] as number })));
process.stderr.write(`${examples.length} examples\n`);
const net = await fitNet(await loadBackend(silent, [wasm]), examples);

// People who were never seen are made up for by what is thought of doubtful pairs: on the whole as many too many.
let [low, high] = [-3, 3];
const balance = scenes.slice(cut);
for (let n = 0; n < 20; n++) {
  const middle = (low + high) / 2;
  if (surplus(net, balance, middle) > 0) high = middle;
  else low = middle;
}
const last = net.at(-1) as ThermalNet[number];
const bias = last.bias.map((value, people) => (people > 1 && people <= MOST_PEOPLE ? value + low : value));
process.stderr.write(`doubtful pairs raised by ${low.toFixed(3)}\n`);

const packed = packNet([...net.slice(0, -1), { kernel: last.kernel, bias }]);
console.log(
  `/** How many people a warm thing is, as an ${kind.toUpperCase()} sees it. Made by tools/train/thermal.ts: \`unpackNet\` reads it. */`,
);
console.log("// biome-ignore format: numbers");
console.log(`export const NET = ${JSON.stringify(packed)} as const;`);
