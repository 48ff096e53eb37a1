import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { crossings, type Followed, type Point } from "./line-crossing.ts";

/** What pictures each 100 ms come to. */
function counted(pictures: readonly (readonly Point[])[]): [number, number] {
  let people: readonly Followed[] = [];
  let [up, down] = [0, 0];
  for (const [i, points] of pictures.entries()) {
    const crossed = crossings(people, points, i * 100);
    people = crossed.people;
    up += crossed.up;
    down += crossed.down;
    assert.ok(people.length <= 60, "nobody is followed for ever");
  }
  return [up, down];
}

const walk = (from: number, pace: number, across = 2) =>
  Array.from({ length: 60 }, (_, i) => ({ along: from + (pace * i) / 10, across }));

test("who walks past is counted once, and who turns back before the line never", () => {
  assert.equal(counted(walk(-3, 1.3).map((at) => [at])), [1, 0]);
  assert.equal(counted(walk(3, -0.9).map((at) => [at])), [0, 1]);
  const there = walk(-3, 1.3).slice(0, 21);
  assert.equal(counted([...there, ...there.toReversed()].map((at) => [at])), [0, 0]);
});

test("who sways on the line is not counted again and again", () => {
  const swaying = Array.from({ length: 200 }, (_, i) => [{ along: 0.15 * Math.sin(i), across: 2 }]);
  assert.equal(
    counted([
      ...walk(-2, 1)
        .slice(0, 20)
        .map((at) => [at]),
      ...swaying,
    ]),
    [0, 0],
  );
});

test("two who meet at the line are one each way, whatever order the radar tells them in", () => {
  const [one, other] = [walk(-3, 1.3, 1.5), walk(3, -1.3, 3)];
  const pictures = one.map((at, i) => (i % 3 === 0 ? [at, other[i] as Point] : [other[i] as Point, at]));
  assert.equal(counted(pictures), [1, 1]);
});

test("nobody is counted of points that come and go by chance; a gap of a second loses nobody", async () => {
  const pictures = walk(-3, 1.3).map((at, i) => (i > 15 && i < 25 ? [] : [at]));
  assert.equal(counted(pictures), [1, 0]);
  const point = fc.record(
    { along: fc.double({ min: -4, max: 4, noNaN: true }), across: fc.double({ min: 0, max: 6, noNaN: true }) },
    { noNullPrototype: true },
  );
  await fc.assert(
    fc.property(fc.array(fc.array(point, { maxLength: 3 }), { maxLength: 40 }), (some) => {
      const [up, down] = counted(some);
      // Never more than one crossing for each point that was seen.
      assert.ok(up + down <= some.flat().length);
    }),
  );
});

test.run();
