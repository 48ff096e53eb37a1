import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { metres } from "../units.ts";
import { lineOf, placeOf, planeAround, pointAt, pointOf, project, turn } from "./approach-line.ts";
import type { Approach, Place } from "./model.ts";

const plane = planeAround({ latitude: 47.322, longitude: 5.0415 });
const approachOf = (line: readonly Place[]): Approach => ({
  id: 1,
  name: "",
  group: "A1",
  line,
  exit: metres(15),
  speed: 10,
  stops: [],
});
const lineThrough = (...points: readonly (readonly [number, number])[]) =>
  lineOf(plane, approachOf(points.map(([x, y]) => placeOf(plane, { x, y }))));
/** East, then north. */
const BENT = lineThrough([-300, -100], [0, -100], [0, 0]);
const near = (actual: number, wanted: number, within = 1e-6) =>
  assert.ok(Math.abs(actual - wanted) <= within, `${actual}, not ${wanted}`);

test("a degree is as long as it is there", () => {
  // WGS 84 at 47.322 degrees north: 111,176 m of meridian, 75,593 m of parallel (by a series of higher order).
  near(plane.north, 111_176, 15);
  near(plane.east, 75_593, 15);
});

test("distance along a bent line, beside it, and its direction", () => {
  const seen = (x: number, y: number) => project(BENT, { x, y }, 50)!;
  near(BENT.length, 400);
  near(seen(0, 0).distance, 0);
  near(seen(3, -40).distance, 40);
  near(seen(3, -40).lateral, 3);
  near(seen(3, -40).bearing, 0);
  near(seen(-200, -90).distance, 300);
  near(seen(-200, -90).lateral, 10);
  near(seen(-200, -90).bearing, 90);
});

test("behind the stop line it goes straight on, so far and no farther; behind its begin there is a little", () => {
  near(project(BENT, { x: 1, y: 30 }, 50)!.distance, -30);
  // Beyond that only the other part is there to see, far beside.
  assert.ok(project(BENT, { x: 0, y: 51 }, 50)!.lateral > 150);
  assert.is(project(lineThrough([-9, 0], [0, 0]), { x: 51, y: 0 }, 50), null);
  near(project(BENT, { x: -310, y: -100 }, 50)!.distance, 410);
  // Off its begin nothing but the other part is near, and that is far beside.
  assert.ok(project(BENT, { x: -330, y: -100 }, 50)!.lateral > 300);
});

test("the point at a distance is where the distance is", async () => {
  await fc.assert(
    fc.property(fc.double({ min: -40, max: 399, noNaN: true }), (distance) => {
      const seen = project(BENT, pointAt(BENT, distance), 50)!;
      near(seen.distance, distance, 1e-6);
      near(seen.lateral, 0, 1e-6);
    }),
  );
});

test("a place goes to the plane and back", () => {
  const place = { latitude: 47.3301, longitude: 5.0299 };
  const back = placeOf(plane, pointOf(plane, place));
  near(back.latitude, place.latitude, 1e-12);
  near(back.longitude, place.longitude, 1e-12);
});

test("a line without two different places is the caller's mistake", () => {
  const place = { latitude: 47, longitude: 5 };
  assert.throws(() => lineOf(plane, approachOf([place])), /line of approach 1/);
  assert.throws(() => lineOf(plane, approachOf([place, place])), TypeError);
  assert.is(lineThrough([0, 0], [0, 0], [0, 9]).points.length, 2);
});

test("directions differ by half a circle at most", () => {
  assert.is(turn(350, 10), 20);
  assert.is(turn(10, 350), 20);
  assert.is(turn(0, 180), 180);
  assert.is(turn(90, 90), 0);
});

test.run();
