import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { SeededRandom } from "../../../sim/random.ts";
import { TOP } from "./belief.ts";
import { CountBelief } from "./count.ts";
import { Search } from "./strategy.ts";

interface Trial {
  readonly found: readonly number[];
  /** COMPAREs, claims and bytes of the search address. */
  readonly frames: number;
}

/** Searches among random addresses as units would answer, `lost` of their answers not heard. A unit is told to withdraw with this chance in vain. */
function search(
  addresses: readonly number[],
  count: CountBelief,
  { lost = 0, noise = 0, deaf = 0, seed = 1 } = {},
): Trial {
  const random = new SeededRandom(seed);
  const left = [...new Set(addresses)].sort((a, b) => a - b);
  const strategy = new Search(count);
  const found = new Set<number>();
  let frames = 0;
  let address: number | undefined;
  for (;;) {
    const question = strategy.next();
    if (question.kind === "done") return { found: [...found], frames };
    assert.ok(frames < 20_000, "the search does not end");
    const { at } = question;
    for (const shift of [16, 8, 0]) {
      if (address === undefined || ((address ^ at) >> shift) & 0xff) frames++;
    }
    address = at;
    strategy.address = at;
    frames++;
    if (question.kind === "compare") {
      const answers = left.some((one) => one <= at);
      strategy.compared(at, answers ? random.next() >= lost : random.next() < noise);
    } else if (!left.includes(at)) strategy.absent(at);
    else {
      if (random.next() >= deaf) left.splice(left.indexOf(at), 1);
      strategy.found(at, found.has(at));
      found.add(at);
    }
  }
}

function drawn(n: number, seed: number): number[] {
  const random = new SeededRandom(seed);
  return Array.from({ length: n }, () => Math.floor(random.next() * TOP));
}

const sorted = (list: Iterable<number>): number[] => [...list].sort((a, b) => a - b);

test("finds every unit, wherever they lie", () => {
  const address = fc.oneof(
    fc.integer({ min: 0, max: TOP }),
    fc.integer({ min: 0x1200, max: 0x1210 }),
    fc.constantFrom(0, 1, TOP - 1, TOP),
  );
  fc.assert(
    fc.property(fc.uniqueArray(address, { maxLength: 24 }), fc.boolean(), (addresses, counted) => {
      const count = counted ? CountBelief.counted(addresses.length) : CountBelief.unknown();
      assert.equal(sorted(search(addresses, count).found), sorted(addresses));
    }),
    { numRuns: 150 },
  );
});

test("64 units take no more frames than the standard's arithmetic allows, counted or not", () => {
  const mean = (count: () => CountBelief) => {
    let sum = 0;
    for (let seed = 1; seed <= 10; seed++) sum += search(drawn(64, seed), count()).frames;
    return sum / 10;
  };
  // PROGRAM SHORT ADDRESS counts as the claim; its check and WITHDRAW come on top: 2 x 64
  assert.ok(mean(() => CountBelief.counted(64)) < 2870 - 128);
  assert.ok(mean(() => CountBelief.unknown()) < 2880 - 128);
});

test("a wrong count costs frames, never a unit", () => {
  for (const [real, told] of [
    [5, 3],
    [3, 5],
    [64, 10],
    [10, 64],
    [70, 64],
    [1, 64],
  ] as const) {
    assert.is(search(drawn(real, real), CountBelief.counted(told)).found.length, real, `${real}, told ${told}`);
  }
});

test("lost answers, noise taken for answers and unheard WITHDRAWs: all are found in the end", () => {
  for (let seed = 1; seed <= 12; seed++) {
    const addresses = drawn(1 + ((seed * 7) % 64), seed);
    const trial = search(addresses, CountBelief.unknown(), { lost: 0.1, noise: 0.002, deaf: 0.03, seed });
    assert.equal(sorted(trial.found), sorted(addresses), `seed ${seed}`);
  }
});

test("5 % lost answers cost less than a fifth more", () => {
  let [clean, noisy] = [0, 0];
  for (let seed = 1; seed <= 8; seed++) {
    clean += search(drawn(64, seed), CountBelief.counted(64)).frames;
    noisy += search(drawn(64, seed), CountBelief.counted(64), { lost: 0.05, seed }).frames;
  }
  assert.ok(noisy < clean * 1.2, `${noisy / clean}`);
});

test("nobody there: the search ends after a few questions, not after one", () => {
  const { found, frames } = search([], CountBelief.unknown());
  assert.equal(found, []);
  assert.ok(frames >= 4 && frames <= 30, `${frames}`);
});

test("a question is chosen in less than 5 ms", () => {
  const began = performance.now();
  let questions = 0;
  for (let seed = 1; seed <= 2; seed++)
    questions += search(drawn(64, seed), CountBelief.unknown(), { lost: 0.05 }).frames / 2;
  assert.ok((performance.now() - began) / questions < 1);
});

test("what is believed of a count follows what is found", () => {
  const count = CountBelief.counted(2);
  assert.ok(Math.abs(count.mean - 2) < 0.1);
  count.found(0.5);
  assert.ok(Math.abs(count.mean - 1) < 0.1);
  count.found(0.5);
  assert.ok(count.nobody > 0.9);
  const below = CountBelief.counted(3);
  below.foundBelow();
  assert.ok(Math.abs(below.mean - 2) < 0.1);
  // more than were counted: still believed to end
  for (let i = 0; i < 120; i++) count.found(0.9);
  assert.ok(count.nobody > 0.1 && count.nobody <= 1 && count.mean < 3);
});

test.run();
