import { test } from "uvu";
import * as assert from "uvu/assert";
import { type Instant, metres } from "../units.ts";
import { at, drive, KEY, position, sceneOf, WEST, west } from "./track-scene.ts";

test("said again, said too late, from the future: left aside", () => {
  const scene = sceneOf([WEST], { longestAge: 10_000 });
  const first = west(0, 300);
  scene.say(0, first);
  scene.say(1, first, west(0, 290));
  assert.is(scene.refused()["repeated"], 2);
  scene.say(15, west(4, 250), west(18, 250));
  assert.is(scene.refused()["old"], 2);
  assert.is(scene.state().vehicles.get(KEY)?.at, at(0));
});

test("a ride said again makes no second one: not after it passed, not from its middle", () => {
  const scene = sceneOf([WEST], { longestAge: 60_000 });
  const ride = Array.from({ length: 33 }, (_, i) => west(i, 300 - 10 * i));
  for (const [i, word] of ride.entries()) scene.say(i, word);
  assert.equal(
    scene.made().filter((kind) => kind !== "update"),
    ["request", "passed"],
  );
  for (const word of ride) scene.say(40, word);
  assert.equal(scene.made(), []);
  // Nor does a scattered position of now, near the stop line.
  scene.say(41, west(41, 20));
  assert.equal(scene.made(), []);
});

test("no vehicle leaps, and none says nonsense", () => {
  const scene = sceneOf();
  drive(scene, 300, 290);
  scene.say(2, west(2, 150), west(2.5, -200));
  assert.is(scene.refused()["too-fast"], 2);
  for (const word of [
    west(3, 280, { speed: Number.NaN }),
    west(3, 280, { speed: -1 }),
    west(3, 280, { speed: 41 }),
    west(3, 280, { heading: 400 }),
    west(3, 280, { vehicle: "" }),
    position(3, { latitude: Number.NaN, longitude: 5 }),
    position(3, { latitude: 47, longitude: Infinity }),
    position(3, { approach: 1, distance: Number.NaN as ReturnType<typeof metres> }),
    west(3, 280, { at: Number.NaN as Instant }),
  ])
    scene.say(3, word);
  assert.is(scene.refused()["nonsense"], 9);
  const moved = scene.say(4, west(4, 260)).tracks.vehicles.get(KEY)!;
  assert.ok(Math.abs(moved.motion.distance - 260) < 5);
});

test("nor does one that says its distance itself", () => {
  const scene = sceneOf();
  const far = (s: number, distance: number) => position(s, { approach: 1, distance: metres(distance) }, { speed: 10 });
  scene.say(0, far(0, 300));
  scene.say(1, far(1, 200));
  assert.is(scene.refused()["too-fast"], 1);
  assert.is(scene.state().vehicles.get(KEY)?.motion.distance, 300);
});

test("one outlier is not believed, a new belief takes three", () => {
  const scene = sceneOf([WEST], { fastest: 200 });
  drive(scene, 400, 300);
  const distance = () => scene.state().vehicles.get(KEY)!.motion.distance;
  scene.say(11, west(11, 180));
  assert.ok(Math.abs(distance() - 290) < 5);
  scene.say(12, west(12, 170));
  scene.say(13, west(13, 160));
  assert.ok(Math.abs(distance() - 160) < 5);
});

test("more vehicles than can drive there in a minute are not asked for", () => {
  const scene = sceneOf([WEST], { vehiclesAMinute: 3, vehicles: 6 });
  for (let i = 0; i < 9; i++) scene.say(i, west(i, 200, { vehicle: `v${i}` }));
  assert.is(scene.made().filter((kind) => kind === "request").length, 3);
  assert.is(scene.state().vehicles.size, 6);
});

test.run();
