import { test } from "uvu";
import * as assert from "uvu/assert";
import { metres, seconds } from "../units.ts";
import type { VehicleWord } from "./request-model.ts";
import { startTracks, track } from "./track.ts";
import { keyOf, prepareApproaches } from "./track-model.ts";
import { approach, at, drive, KEY, places, position, priority, sceneOf, WEST, west } from "./track-scene.ts";

test("a ride: asked for within the horizon, told on each second, passed behind the exit", () => {
  const scene = sceneOf();
  drive(scene, 500, 410);
  assert.equal(scene.made(), []);
  drive(scene, 400, 350, 10);
  const [request, ...updates] = scene.words.splice(0);
  assert.equal(request?.kind === "request" && [request.id, request.vehicle, request.movement], [
    "v",
    "v",
    { approach: 1 },
  ]);
  assert.ok(updates.length >= 3 && updates.every(({ kind }) => kind === "update"));
  const s = drive(scene, 340, -10, 16);
  assert.ok(!scene.made().includes("passed"));
  const { arrivals } = scene.say(s, west(s, -20));
  assert.equal(scene.made(), ["passed"]);
  assert.is(arrivals.get(KEY), undefined);
});

test("it turns behind the stop line: passed; it leaves before: withdrawn", () => {
  const turned = sceneOf();
  const s = drive(turned, 300, 0);
  turned.say(s, position(s, places([12, -15])[0]!, { heading: 180, speed: 8 }));
  turned.say(s + 1, position(s + 1, places([14, -24])[0]!, { heading: 180, speed: 8 }));
  assert.is(turned.made().at(-1), "passed");

  const left = sceneOf();
  const t = drive(left, 300, 200);
  left.made();
  left.say(t, position(t, places([-190, 45])[0]!, { heading: 0 }));
  assert.equal(left.made(), []);
  left.say(t + 1, position(t + 1, places([-190, 55])[0]!, { heading: 0 }));
  assert.equal(left.made(), ["cancel"]);
});

test("who turns off before the stop line has not passed, however near it was", () => {
  const scene = sceneOf();
  const s = drive(scene, 300, 30);
  scene.made();
  scene.say(s, position(s, places([-22, 45])[0]!, { heading: 0 }));
  scene.say(s + 1, position(s + 1, places([-22, 55])[0]!, { heading: 0 }));
  assert.equal(scene.made(), ["cancel"]);
});

test("who is first seen behind the stop line is not on its way there", () => {
  const scene = sceneOf();
  for (let i = 0; i < 3; i++) scene.say(i, west(i, -5 - i, { speed: 1 }));
  assert.is(scene.say(3).arrivals.size, 0);
  assert.equal(scene.made(), []);
});

test("passed between two positions that are far apart in time", () => {
  const scene = sceneOf();
  drive(scene, 300, 100);
  scene.say(32, position(32, places([40, 30])[0]!, { heading: 0 }));
  assert.is(scene.made().at(-1), "passed");
});

test("who drives the other way, or on another street, is on no approach", () => {
  const scene = sceneOf();
  for (let i = 0; i < 10; i++) scene.say(i, west(i, 200 + 10 * i, { heading: 270 }));
  for (let i = 0; i < 10; i++)
    scene.say(i, position(i, places([-200 + 10 * i, 60])[0]!, { vehicle: "w", heading: 90 }));
  assert.equal(scene.made(), []);
  assert.is(scene.refused()["elsewhere"], 20);
});

test("who says no direction is asked for once its way says it", () => {
  const toward = sceneOf();
  toward.say(0, position(0, west(0, 300).place));
  assert.equal(toward.made(), []);
  toward.say(1, position(1, west(1, 290).place));
  assert.equal(toward.made(), ["request"]);

  const away = sceneOf();
  for (let i = 0; i < 6; i++) away.say(i, position(i, west(i, 200 + 10 * i).place));
  assert.equal(away.made(), []);
});

test("where two approaches are near, it stays on the one it is on", () => {
  const beside = approach(3, places([-500, 20], [0, 20]));
  const scene = sceneOf([WEST, beside]);
  for (let i = 0; i < 20; i++) {
    // 9 m to the other line's side, which is 11 m off: nearer to its own; then wandering over the middle by 3 m.
    const y = i < 5 ? 2 : 13;
    scene.say(i, position(i, places([-400 + 10 * i, y])[0]!, { heading: 90, speed: 10 }));
  }
  const [first] = scene.words;
  assert.equal(first?.kind === "request" && first.movement, { approach: 1 });
  assert.not(scene.made().includes("cancel"));
});

test("it changes to the approach that fits clearly better: withdrawn, then asked for there", () => {
  const beside = approach(3, places([-500, 40], [0, 40]));
  const scene = sceneOf([WEST, beside]);
  for (let i = 0; i < 12; i++)
    scene.say(i, position(i, places([-400 + 10 * i, i < 6 ? 0 : 38])[0]!, { heading: 90, speed: 10 }));
  const kinds = scene.words.map(({ kind }) => kind).filter((kind) => kind !== "update");
  assert.equal(kinds, ["request", "cancel", "request"]);
  const last = scene.words.findLast(({ kind }) => kind === "request");
  assert.equal(last?.kind === "request" && last.movement, { approach: 3 });
});

test("who asks itself is not asked for; both its own and the tracker's end when it passes", () => {
  const ask = (s: number): VehicleWord => ({
    kind: "request",
    source: "f",
    id: "v/7/1",
    vehicle: "v",
    movement: { hfp: { sid: 7, group: 1 } },
    facts: {},
    at: at(s),
  });
  const first = sceneOf();
  const { arrivals } = first.say(0, ask(0), west(0, 300));
  assert.equal(first.made(), []);
  // Its own request has the estimate of its positions.
  assert.equal(arrivals.get(keyOf("f", "v/7/1")), arrivals.get(KEY));
  drive(first, 290, -20, 1);
  assert.equal(
    first.words.map((word) => [word.kind, "id" in word && word.id]),
    [["passed", "v/7/1"]],
  );

  const later = sceneOf();
  later.say(0, west(0, 300));
  later.say(1, west(1, 290), ask(1));
  drive(later, 280, -20, 2);
  const ends = later.words.flatMap((word) => (word.kind === "passed" ? [word.id] : []));
  assert.equal(ends, ["v", "v/7/1"]);
});

test("a request that only says when: its arrival, until it is withdrawn or too old", () => {
  const scene = sceneOf();
  const key = keyOf("c", "r");
  const said = { source: "c", id: "r" };
  const first = scene.say(0, {
    kind: "request",
    ...said,
    movement: { group: "A1" },
    eta: seconds(30),
    facts: {},
    at: at(0),
  });
  assert.is(first.arrivals.get(key)?.mean, at(30));
  assert.is(scene.say(10, { kind: "update", ...said, eta: seconds(15), at: at(10) }).arrivals.get(key)?.mean, at(25));
  assert.is(scene.say(12, { kind: "update", ...said, at: at(12) }).arrivals.get(key)?.mean, at(25));
  assert.is(scene.say(13, { kind: "update", ...said, eta: seconds(1), at: at(11) }).arrivals.get(key)?.mean, at(25));
  assert.is(scene.say(20, { kind: "cancel", ...said, at: at(20) }).arrivals.get(key), undefined);
  scene.say(30, { kind: "request", ...said, movement: { group: "A1" }, facts: {}, at: at(30) });
  assert.is(scene.say(69).arrivals.size, 1);
  assert.is(scene.say(71).arrivals.size, 0);
  assert.equal(scene.made(), []);
});

test("a vehicle that says its distance itself needs no map, and no line of its own", () => {
  const scene = sceneOf();
  const far = (s: number, distance: number) => position(s, { approach: 2, distance: metres(distance) }, { speed: 10 });
  for (let i = 0; i < 33; i++) scene.say(i, far(i, 300 - 10 * i));
  assert.equal(
    scene.made().filter((kind) => kind !== "update"),
    ["request", "passed"],
  );
  scene.say(40, position(40, { approach: 9, distance: metres(100) }, { vehicle: "w" }));
  assert.is(scene.refused()["elsewhere"], 1);
  assert.is(prepareApproaches({ approaches: [{ ...WEST, line: [] }], priority }).lines.length, 0);
});

test("a pass leaves what it was given as it was", () => {
  const prepared = prepareApproaches({ approaches: [WEST], priority });
  const one = track(prepared, startTracks(), [west(0, 300)], at(0)).tracks;
  const kept = JSON.stringify([...one.vehicles, ...one.recent]);
  const two = track(prepared, one, [west(1, 290), west(1, 200, { vehicle: "w" })], at(1)).tracks;
  assert.is(JSON.stringify([...one.vehicles, ...one.recent]), kept);
  assert.is(two.vehicles.size, 2);
});

test.run();
