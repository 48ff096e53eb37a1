import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { fit, hiddenBehind } from "./page/projection.ts";
import { sidesOf } from "./page/sides.ts";
import { corridor, layOut, overlap, placeAt, pointAt, STREET_WIDTH } from "./page/street-plan.ts";
import { build } from "./page/town.ts";
import { LAMPS, LIBERTE, MUSETTE } from "./rehearsal.ts";

const STREETS = new Map([
  [MUSETTE, 150],
  [LIBERTE, 300],
]);
const JOINS = [{ a: { street: MUSETTE, position: 0 }, b: { street: LIBERTE, position: 150 } }];
const WIDTHS = [320, 360, 639, 640, 820, 1320];

test("the longest street lies first, the other begins at its join and crosses it", () => {
  const [first, second] = layOut(STREETS, JOINS);
  assert.is(first?.street, LIBERTE);
  assert.is(second?.street, MUSETTE);
  assert.equal(second?.origin, { x: 150, y: 0 });
  assert.equal(second?.along, { x: 0, y: 1 });
});

test("every street is laid once, whatever joins there are, rings and streets without one included", async () => {
  const name = fc.constantFrom("a", "b", "c", "d", "e");
  const place = fc.record({ street: name, position: fc.integer({ min: 0, max: 40 }) });
  await fc.assert(
    fc.property(fc.uniqueArray(name, { minLength: 1 }), fc.array(fc.record({ a: place, b: place })), (names, joins) => {
      const lanes = layOut(new Map(names.map((street) => [street, 50])), joins);
      assert.equal(lanes.map(({ street }) => street).sort(), [...names].sort());
      for (const { along } of lanes) assert.is(Math.abs(along.x) + Math.abs(along.y), 1);
    }),
  );
});

test("a point on a street is the place it was made from", async () => {
  const lanes = layOut(STREETS, JOINS);
  await fc.assert(
    fc.property(fc.constantFrom(...lanes), fc.double({ min: 20, max: 149, noNaN: true }), (lane, position) => {
      const place = placeAt(lanes, pointAt(lane, position, STREET_WIDTH / 3));
      assert.is(place?.street, lane.street);
      assert.ok(Math.abs((place?.position ?? Number.NaN) - position) < 1e-9);
    }),
  );
  assert.is(placeAt(lanes, { x: 20, y: 60 }), undefined);
});

test("at every width the streets are inside the picture, and a pixel leads back to its point", () => {
  const lanes = layOut(STREETS, JOINS);
  for (const width of WIDTHS) {
    const projection = fit(lanes, width);
    for (const lane of lanes) {
      for (const position of [0, lane.length / 3, lane.length]) {
        const point = pointAt(lane, position, STREET_WIDTH / 2);
        const pixel = projection.toScreen(point);
        assert.ok(pixel.x >= 0 && pixel.x <= projection.width, `x ${pixel.x} at ${width}`);
        assert.ok(pixel.y >= 0 && pixel.y <= projection.height, `y ${pixel.y} at ${width}`);
        const back = projection.toGround(pixel);
        assert.ok(Math.hypot(back.x - point.x, back.y - point.y) < 1e-6);
      }
    }
  }
});

test("rows of lamps keep their side, a lone group changes sides, and the corner's lamps leave the side street free", () => {
  const lamps = Object.entries(LAMPS).map(([id, lamp]) => ({ id, ...lamp }));
  const side = sidesOf(lamps, layOut(STREETS, JOINS));
  const of = (group: string) => lamps.filter((lamp) => lamp.group === group).map(({ id }) => side.get(id));
  assert.equal(new Set(of("liberte-north")), new Set([1]));
  assert.equal(new Set(of("liberte-south")), new Set([-1]));
  assert.equal(of("musette"), [1, -1, 1, -1, 1, -1]);
  assert.equal(of("corner"), [-1, -1]);
});

test("no house stands on a street or on another, or hides a street", () => {
  const lanes = layOut(STREETS, JOINS);
  const streets = lanes.map((lane) => corridor(lane, STREET_WIDTH));
  for (const width of WIDTHS) {
    const projection = fit(lanes, width);
    const houses = build(lanes, projection);
    assert.ok(houses.length > 30);
    for (const [i, { foot, height }] of houses.entries()) {
      assert.not(streets.some((street) => overlap(street, foot)));
      assert.not(houses.some((other, j) => j !== i && overlap(other.foot, foot)));
      const { x, y } = hiddenBehind(projection, height);
      const top = { x0: foot.x0 + x, x1: foot.x1 + x, y0: foot.y0 + y, y1: foot.y1 + y };
      assert.not(height > 1 && streets.some((street) => overlap(street, top)), `a house hides a street at ${width}`);
    }
  }
});

test.run();
