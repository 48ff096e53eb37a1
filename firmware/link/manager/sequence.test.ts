import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { comparePlaces, type Place, Sequence } from "./sequence.ts";

const at = (run: number, seq: number): Place => ({ run, seq });

/** Every entry of so many runs of these lengths. */
const stream = (lengths: readonly number[]): Place[] =>
  lengths.flatMap((length, run) => Array.from({ length }, (_, seq) => at(run, seq)));

test("gives each entry once and in order, in whatever order and however often they come", () => {
  fc.assert(
    fc.property(
      fc.nat(30).chain((n) => fc.shuffledSubarray([...stream([n]), ...stream([n])], { minLength: 2 * n })),
      (coming) => {
        const sequence = new Sequence<Place>();
        const given: Place[] = [];
        for (const entry of coming) {
          if (sequence.offer(entry) === "next") given.push(...sequence.take());
        }
        assert.equal(given, stream([coming.length / 2]));
        assert.is(sequence.held, 0);
      },
    ),
  );
});

test("after losses and giving up it gives exactly what came, in order, and names what was between", () => {
  const runs = fc.array(fc.nat(8), { minLength: 1, maxLength: 4 }).map(stream);
  fc.assert(
    fc.property(
      runs.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all))),
      ([all, coming]) => {
        const sequence = new Sequence<Place>();
        const given: Place[] = [];
        for (const entry of coming) {
          sequence.offer(entry);
          given.push(...sequence.take());
        }
        const lost: Place[] = [];
        while (sequence.held > 0) {
          const gap = sequence.giveUp();
          assert.ok(gap);
          if (gap) lost.push(...all.filter((one) => within(one, gap)));
          given.push(...sequence.take());
        }
        assert.equal(given, coming.toSorted(comparePlaces));
        const end = given.at(-1);
        const before = end ? all.filter((one) => comparePlaces(one, end) < 0) : [];
        assert.equal(
          lost,
          before.filter((one) => !coming.includes(one)),
        );
      },
    ),
  );
});

const within = (one: Place, gap: { after: Place | null; before: Place }): boolean =>
  (gap.after === null || comparePlaces(one, gap.after) > 0) && comparePlaces(one, gap.before) < 0;

test("a new run waits until it is sure that the old one has ended; a number above 0 is a gap all the same", () => {
  const sequence = new Sequence<Place>(at(2, 5));
  assert.is(sequence.offer(at(3, 0)), "held");
  assert.equal(sequence.gap(), { after: at(2, 5), before: at(3, 0) });
  assert.is(sequence.offer(at(2, 6)), "next");
  assert.equal(sequence.take(), [at(2, 6)]);
  assert.is(sequence.confirm(), true);
  assert.equal(sequence.take(), [at(3, 0)]);
  assert.is(sequence.offer(at(5, 1)), "held");
  assert.is(sequence.confirm(), false);
  assert.equal(sequence.take(), []);
  assert.equal(sequence.giveUp(), { after: at(3, 0), before: at(5, 1) });
  assert.equal(sequence.take(), [at(5, 1)]);
});

test("a stream that is met in its middle begins where it is confirmed to; one at run 0, seq 0 at once", () => {
  const fresh = new Sequence<Place>();
  assert.is(fresh.offer(at(0, 0)), "next");
  const met = new Sequence<Place>();
  assert.is(met.offer(at(0, 7)), "held");
  assert.is(met.offer(at(0, 6)), "held");
  assert.is(met.confirm(), true);
  assert.equal(met.take(), [at(0, 6), at(0, 7)]);
  assert.equal(met.position, at(0, 7));
  assert.is(met.offer(at(0, 7)), "repeated");
  met.reset();
  assert.is(met.offer(at(0, 0)), "next");
});

test.run();
