import { test } from "uvu";
import * as assert from "uvu/assert";
import { byNet, FEATURES, opinionOf, outputsOf } from "../../controllers/footfall/thermal-net.ts";
import { silent } from "../../firmware/hal/log.ts";
import { loadBackend } from "../../firmware/inference/backend.ts";
import { wasm } from "../../firmware/inference/wasm.ts";
import { SeededRandom } from "../../sim/random.ts";
import { sceneEvents } from "./thermal-events.ts";
import { FIT, fitNet } from "./thermal-fit.ts";

/** Things whose number of people is how many of their first features are high. */
const examples = (seed: number, count: number) => {
  const random = new SeededRandom(seed);
  return Array.from({ length: count }, () => {
    const people = Math.floor(random.next() * 4);
    const features = Float32Array.from({ length: FEATURES }, () => random.next() * 0.2);
    // The middle of the picture: mirrored it is the same.
    for (let k = 0; k < people; k++) features[21 + k] = 0.8 + random.next() * 0.2;
    return { features, people };
  });
};

test("training learns, and the same examples make the same network", async () => {
  const backend = await loadBackend(silent, [wasm]);
  const options = { ...FIT, epochs: 8, batch: 16 };
  const net = await fitNet(backend, examples(1, 900), options);
  const wrong = examples(2, 300).filter(
    ({ features, people }) => opinionOf(outputsOf(net, features)).likeliest !== people,
  );
  assert.ok(wrong.length <= 6, `${wrong.length} of 300 are wrong`);
  const again = await fitNet(backend, examples(1, 900), options);
  assert.equal(
    again.map(({ kernel, bias }) => [...kernel, ...bias]),
    net.map(({ kernel, bias }) => [...kernel, ...bias]),
  );
  assert.is(typeof byNet(net), "function");
});

test("a scene is the same each time, and nearly each who crosses is seen to cross", () => {
  const scene = sceneEvents("amg8833", 7, 400);
  const again = sceneEvents("amg8833", 7, 400);
  assert.equal(
    again.events.map(({ at, direction, people }) => [at, direction, people]),
    scene.events.map(({ at, direction, people }) => [at, direction, people]),
  );
  assert.ok(scene.truth.length >= 30, `${scene.truth.length}`);
  const claimed = scene.events.reduce((sum, { people }) => sum + people, 0);
  assert.is(claimed + scene.missed, scene.truth.length);
  assert.ok(scene.missed <= 0.05 * scene.truth.length, `${scene.missed} of ${scene.truth.length}`);
});

test.run();
