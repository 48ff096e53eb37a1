import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { SeededRandom } from "../../sim/random.ts";
import { SpoiltAnswers } from "./spoilt-answers.ts";

const feed = (one: SpoiltAnswers, spoilt: boolean, times: number) => {
  for (let i = 0; i < times; i++) one.answered(spoilt);
};

test("answers spoilt again and again are another gear's; clean ones end it", () => {
  const one = new SpoiltAnswers();
  feed(one, false, 50);
  feed(one, true, 17);
  assert.is(one.shared, false);
  feed(one, true, 1);
  assert.is(one.shared, true);
  feed(one, false, 17);
  assert.is(one.shared, true);
  feed(one, false, 1);
  assert.is(one.shared, false);
});

test("where the others' answers are spoilt, too, the bus is bad and nobody is suspected", () => {
  const all: SpoiltAnswers[] = [];
  for (let i = 0; i < 8; i++) all.push(new SpoiltAnswers(() => all));
  for (let round = 0; round < 40; round++) for (const one of all) one.answered(true);
  assert.equal(
    all.map(({ shared }) => shared),
    all.map(() => false),
  );
  for (let round = 0; round < 40; round++) for (const [i, one] of all.entries()) one.answered(i === 3);
  assert.equal(
    all.flatMap(({ shared }, i) => (shared ? [i] : [])),
    [3],
  );
});

test("one that is suspected does not speak for the bus: two of three are found one after the other", () => {
  const all: SpoiltAnswers[] = [];
  for (let i = 0; i < 3; i++) all.push(new SpoiltAnswers(() => all));
  for (const bad of [[1], [1, 2]]) {
    for (let round = 0; round < 40; round++) for (const [i, one] of all.entries()) one.answered(bad.includes(i));
  }
  assert.equal(
    all.map(({ shared }) => shared),
    [false, true, true],
  );
});

test("a bus that spoils every fifth answer makes no suspect", async () => {
  await fc.assert(
    fc.property(fc.integer(), fc.double({ min: 0, max: 0.2, noNaN: true }), (seed, p) => {
      const random = new SeededRandom(seed);
      const one = new SpoiltAnswers();
      for (let i = 0; i < 2000; i++) {
        one.answered(random.next() < p);
        assert.is(one.shared, false);
      }
    }),
  );
});

test.run();
