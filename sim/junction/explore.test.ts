import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { explore, type System } from "./explore.ts";
import { PackedSet } from "./explore-set.ts";

/** The old riddle: jugs of 3 and 5, filled, emptied and poured over. */
type Jugs = readonly [number, number];
const jugs = (forbidden: number): System<Jugs, string> => ({
  starts: [[0, 0]],
  key: ([a, b]) => Uint8Array.of(a, b),
  moves: () => ["fill 3", "fill 5", "empty 3", "empty 5", "3 to 5", "5 to 3"],
  step: ([a, b], move) => {
    const over = move === "3 to 5" ? Math.min(a, 5 - b) : -Math.min(b, 3 - a);
    const to: Jugs =
      move === "fill 3"
        ? [3, b]
        : move === "fill 5"
          ? [a, 5]
          : move === "empty 3"
            ? [0, b]
            : move === "empty 5"
              ? [a, 0]
              : [a - over, b + over];
    return to[1] === forbidden ? `${to[1]} in the large one` : to;
  },
});

test("all states of a system that is known are found, and no more", () => {
  const found = explore(jugs(-1));
  // The states with one jug full or empty: 24 less the 8 with neither.
  assert.is(found.states, 16);
  assert.is(found.transitions, 16 * 6);
  assert.ok(found.whole && found.violation === null);
});

test("what may not be is found by the shortest way", () => {
  const { violation, whole } = explore(jugs(4));
  assert.is(violation?.what, "4 in the large one");
  assert.equal(violation?.moves, ["fill 5", "5 to 3", "empty 3", "5 to 3", "fill 5", "5 to 3"]);
  assert.not(whole);
});

test("at the limit it says that it has not seen all", () => {
  const found = explore(jugs(-1), { most: 10 });
  assert.is(found.states, 10);
  assert.not(found.whole);
  assert.throws(() => explore({ ...jugs(-1), starts: [] }), /at least one start/);
});

test("a packed set holds what a set holds", async () => {
  await fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 3000 }), { minLength: 4000, maxLength: 6000 }), (numbers) => {
      const packed = new PackedSet(3);
      const plain = new Set<number>();
      for (const number of numbers) {
        const key = Uint8Array.of(number & 0xff, 7, number >> 8);
        assert.is(packed.add(key), !plain.has(number));
        plain.add(number);
      }
      assert.is(packed.size, plain.size);
    }),
    { numRuns: 10 },
  );
  assert.throws(() => new PackedSet(3).add(Uint8Array.of(1)), /key of 1 bytes: allowed 3/);
});

test.run();
