import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { SeededRandom } from "../random.ts";
import { chargeRest, dominates, type OracleMachine, optimum } from "./oracle.ts";
import { randomCase } from "./oracle-case.ts";
import { optimumOf, wayOf } from "./oracle-gap.ts";
import { advance, allCrossed, CROSSED, firstEntry, HEAD, type OracleBus, type OracleStreet } from "./oracle-street.ts";

/** Two groups; each green lasts 1 s at least, and 1 s of red lies between. */
interface Toy {
  readonly stage: number;
  readonly age: number;
}
const CLEARING = 1;
const LEAST = 1;
const toy: OracleMachine<Toy> = {
  choices: ["0", "1"],
  step: ({ stage, age }, choice) =>
    Number(choice) !== stage && age >= CLEARING + LEAST ? { stage: Number(choice), age: 0 } : { stage, age: age + 1 },
  key: ({ stage, age }) => `${stage} ${Math.min(age, 30)}`,
  open: ({ stage, age }) => [0, 1].map((g) => g === stage && age >= CLEARING),
  opensAt: ({ stage, age }, second) =>
    [0, 1].map((g) => second + Math.max(0, g === stage ? CLEARING - age - 1 : CLEARING + LEAST - age + CLEARING)),
  rest: (state, second) => toy.step(state, String(state.age >= 15 ? 1 - state.stage : state.stage), second),
  changeover: CLEARING,
};

/** No bus of these cases can be worth more seconds. */
const DEEP = 15;

/** Every sequence of choices, none left out that is not dear already; null where one that is not goes deeper. */
function bruteForce<S>(
  machine: OracleMachine<S>,
  street: OracleStreet,
  state: S,
  queues: readonly number[],
): number | null {
  let best = Number.POSITIVE_INFINITY;
  let deeper = Number.POSITIVE_INFINITY;
  const go = (from: S, entry: Float64Array, second: number): void => {
    if (second === DEEP) {
      deeper = Math.min(deeper, entry[0] as number);
      return;
    }
    for (const choice of machine.choices) {
      const then = machine.step(from, choice, second);
      const after = entry.slice();
      const left = advance(street, after, machine.open(then, second), second);
      if ((after[0] as number) >= best) continue;
      if (!allCrossed(street, after)) {
        go(then, after, second + 1);
        continue;
      }
      if (left) chargeRest(machine, street, then, after, second + 1);
      best = Math.min(best, after[0] as number);
    }
  };
  go(state, firstEntry(street, queues), 0);
  return deeper < best ? null : best;
}

const bus: fc.Arbitrary<OracleBus> = fc.record({
  queue: fc.integer({ min: 0, max: 1 }),
  arrives: fc.integer({ min: 0, max: 5 }),
  persons: fc.integer({ min: 1, max: 8 }),
});
const street: fc.Arbitrary<OracleStreet> = fc.record({
  arrivals: fc.array(fc.double({ min: 0, max: 2.2, noNaN: true }), { minLength: 2, maxLength: 2 }),
  buses: fc.array(bus, { minLength: 1, maxLength: 2 }),
  carPersons: fc.constantFrom(1, 1.3),
  horizon: fc.constant(12),
});
const standing = fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 2, maxLength: 2 });

test("on tiny cases the optimum is that of every sequence of choices", async () => {
  let compared = 0;
  await fc.assert(
    fc.property(street, standing, fc.integer({ min: 0, max: 8 }), (made, queues, age) => {
      const start = { stage: 0, age };
      const all = bruteForce(toy, made, start, queues);
      if (all === null) return;
      compared++;
      const found = optimum(toy, made, { state: start, queues });
      assert.ok(Math.abs((found?.cost ?? 0) - all) < 1e-6, `${found?.cost} against ${all}`);
      // Knowing a way only spares work.
      const known = optimum(toy, made, { state: start, queues }, { known: all });
      assert.ok(Math.abs((known?.cost ?? 0) - all) < 1e-6);
      assert.ok((known?.states ?? 0) <= (found?.states ?? 0));
    }),
    { numRuns: 150 },
  );
  assert.ok(compared > 50, `${compared} compared`);
});

test("an entry is dropped only for one that is nowhere worse", () => {
  const made: OracleStreet = {
    arrivals: [0, 0],
    buses: [{ queue: 0, arrives: 1, persons: 1 }],
    carPersons: 1,
    horizon: 20,
  };
  const entry = (cost: number, first: number, second: number, ahead: number) =>
    Float64Array.from([cost, 0, first, second, ahead]);
  assert.ok(dominates(made, entry(5, 10, 10, 4), entry(5, 10, 10, 4)));
  assert.ok(dominates(made, entry(5, 10, 10, CROSSED), entry(5, 10, 10, 0)));
  for (const worse of [entry(6, 0, 0, 0), entry(0, 11, 0, 0), entry(0, 0, 11, 0), entry(0, 0, 0, 5)])
    assert.not(dominates(made, worse, entry(5, 10, 10, 4)));
});

test("a bus crosses when those before it in the queue have", () => {
  const made: OracleStreet = {
    arrivals: [0],
    buses: [{ queue: 0, arrives: 2, persons: 10 }],
    carPersons: 1,
    horizon: 20,
  };
  const charged = (standing: number) => {
    const entry = firstEntry(made, [standing]);
    let second = 0;
    for (; entry[HEAD + 1] !== CROSSED; second++) advance(made, entry, [second >= 4], second);
    return [entry[1], second];
  };
  // Red to second 4; 4 vehicles go in 8 s, then it.
  assert.equal(charged(40), [(4 - 2 + 8) * 10, 4 + 8 + 1]);
  assert.equal(charged(0), [(4 - 2) * 10, 4 + 1]);
});

test("no strategy beats the optimum, and on average ours is within a twentieth of it", () => {
  const random = new SeededRandom(20_260);
  const gaps: number[] = [];
  const sums = { none: 0, hulotte: 0 };
  for (let i = 0; i < 8; i++) {
    const given = randomCase(random.fork(`${i}`), `${i}`);
    const ways = (["none", "simple", "hulotte"] as const).map((strategy) => wayOf(given, strategy));
    const best = optimumOf(given, Math.min(...ways.map(({ cost }) => cost)));
    assert.ok(best);
    for (const { cost } of ways) assert.ok(best.cost <= cost + 1e-6, `${best.cost} against ${cost}`);
    sums.none += ways[0]?.cost ?? 0;
    sums.hulotte += ways[2]?.cost ?? 0;
    gaps.push((ways[2]?.cost ?? 0) / best.cost - 1);
  }
  assert.ok(sums.hulotte < 0.7 * sums.none, JSON.stringify(sums));
  const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
  assert.ok(mean < 0.05, `${mean}`);
});

test.run();
