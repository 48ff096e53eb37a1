import { test } from "uvu";
import * as assert from "uvu/assert";
import type { VehicleWord } from "./request-model.ts";
import { track } from "./track.ts";
import { prepareApproaches } from "./track-model.ts";
import { at, drive, KEY, priority, SOUTH, STOP, sceneOf, WEST, west } from "./track-scene.ts";

test("the arrival is when it crosses, and comes nearer as it does", () => {
  const scene = sceneOf();
  for (let i = 0; i < 48; i++) {
    const arrival = scene.say(i, west(i, 500 - 10 * i)).arrivals.get(KEY)!;
    assert.ok(Math.abs(arrival.mean - at(50)) < 700, `${i} s: ${arrival.mean - at(50)}`);
  }
});

test("a stop: waited for before it, while it stands, and no more behind it", () => {
  const stops = [STOP];
  const scene = sceneOf([{ ...WEST, stops }]);
  const eta = (s: number, word: VehicleWord) => (scene.say(s, word).arrivals.get(KEY)!.mean - at(s)) / 1000;
  const before = eta(0, west(0, 200));
  assert.ok(before > 42 && before < 52, `${before}`);
  for (let i = 1; i <= 9; i++) scene.say(i, west(i, 200 - 10 * i));
  for (let i = 10; i < 25; i++) scene.say(i, west(i, 101, { speed: 0 }));
  assert.equal(scene.state().vehicles.get(KEY)?.halt?.since, at(10));
  const standing = eta(25, west(25, 101, { speed: 0 }));
  assert.ok(standing > 16 && standing < 30, `${standing}`);
  for (let i = 26; i < 30; i++) scene.say(i, west(i, 100 - 4 * (i - 26), { speed: 4 }));
  const behind = eta(30, west(30, 84, { speed: 6 }));
  assert.ok(behind > 8 && behind < 12, `${behind}`);
});

test("who stood in a queue before its stop has its stop before it yet", () => {
  const scene = sceneOf([{ ...WEST, stops: [STOP] }]);
  drive(scene, 200, 130);
  for (let i = 8; i < 16; i++) scene.say(i, west(i, 122, { speed: 0 }));
  for (let i = 16; i < 20; i++) scene.say(i, west(i, 122 - 5 * (i - 16), { speed: 5 }));
  assert.equal(scene.state().vehicles.get(KEY)?.served, []);
  for (let i = 20; i < 30; i++) scene.say(i, west(i, 100, { speed: 0 }));
  assert.ok(scene.state().vehicles.get(KEY)?.halt);
  for (let i = 30; i < 33; i++) scene.say(i, west(i, 100 - 4 * (i - 30), { speed: 4 }));
  assert.equal(scene.state().vehicles.get(KEY)?.served, [0]);
  assert.is(scene.state().learnt[1]?.dwells[0]?.halts.all.weight, 1);
});

test("while it stands and is not heard its dwell goes on, and grows less sure", () => {
  const after = (last: number) => {
    const scene = sceneOf([{ ...WEST, stops: [STOP] }]);
    drive(scene, 200, 110);
    for (let i = 10; i <= last; i++) scene.say(i, west(i, 100, { speed: 0 }));
    return scene.say(24).arrivals.get(KEY)!;
  };
  const [heard, unheard] = [after(24), after(14)];
  assert.ok(Math.abs(heard.mean - unheard.mean) < 1000, `${heard.mean - unheard.mean}`);
  assert.ok(unheard.spread ** 2 > heard.spread ** 2 + 2500 ** 2, `${unheard.spread} ${heard.spread}`);
});

test("open doors say more than the speed; who closed them is soon off", () => {
  const scene = sceneOf([{ ...WEST, stops: [STOP] }]);
  drive(scene, 200, 110);
  scene.say(11, west(11, 101, { speed: 0, atStop: false }));
  assert.is(scene.state().vehicles.get(KEY)?.halt, null);
  scene.say(12, west(12, 100, { speed: 0, atStop: true }));
  assert.ok(scene.state().vehicles.get(KEY)?.halt);
  scene.say(13, west(13, 100, { speed: 0, atStop: false }));
  const gone = scene.state().vehicles.get(KEY)!;
  assert.equal([gone.halt, gone.served, gone.queued], [null, [0], false]);
  const { mean } = scene.say(14, west(14, 100, { speed: 0, atStop: false })).arrivals.get(KEY)!;
  assert.ok(mean - at(14) < 16_000);
});

test("who stands behind its stop is in a queue; how many wait may be said", () => {
  const scene = sceneOf();
  drive(scene, 200, 50);
  const queued = scene.say(16, west(16, 42, { speed: 0 })).arrivals.get(KEY)!;
  assert.ok(scene.state().vehicles.get(KEY)?.queued);
  assert.ok(Math.abs(queued.mean - at(16) - 13_500) < 1500, `${queued.mean - at(16)}`);
  const prepared = prepareApproaches({ approaches: [WEST, SOUTH], priority });
  const counted = track(prepared, scene.state(), [], at(16), { A1: 2 }).arrivals.get(KEY)!;
  assert.ok(counted.mean < queued.mean - 2000);
});

test("not heard any more: wider each second, then let go, and nothing is said for it", () => {
  const scene = sceneOf();
  drive(scene, 300, 200);
  scene.made();
  let before = 0;
  for (let s = 12; s <= 30; s += 3) {
    const { spread } = scene.say(s).arrivals.get(KEY)!;
    assert.ok(spread > before);
    before = spread;
  }
  assert.is(scene.say(31).arrivals.size, 0);
  assert.equal(scene.made(), []);
});

test.run();
