import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { type Instant, instant } from "../units.ts";
import { nothingWithheld, type Release, release, type Zone } from "./privacy.ts";

const MINUTE = 60_000;
const QUARTER = 15 * MINUTE;
/** A midnight. */
const START = Date.UTC(2026, 10, 18);
const ONE: readonly Zone[] = [{ id: "counter/1", counters: ["counter/1"] }];

/** Quarters of a zone, one count each; null: the counter is silent. What is told, and in which quarter. */
function told(quarters: readonly (number | null)[], start = START, zones = ONE): { at: number; release: Release }[] {
  let state = nothingWithheld(zones);
  const all: { at: number; release: Release }[] = [];
  const tell = (source: string, people: number, from: number) => {
    const step = release(zones, state, { source, people, from: instant(from), to: instant(from + MINUTE) });
    state = step.state;
    for (const one of step.released) all.push({ at: from, release: one });
  };
  // Another counter, in no zone, says each minute's time.
  for (const [i, people] of quarters.entries()) {
    for (let minute = 0; minute < 15; minute += 3) tell("counter/0", 0, start + i * QUARTER + minute * MINUTE);
    if (people !== null)
      for (const { counters } of zones)
        for (const one of counters) tell(one, people, start + i * QUARTER + 14 * MINUTE);
  }
  tell("counter/0", 0, start + quarters.length * QUARTER);
  return all;
}

const spans = (all: readonly { release: Release }[]) =>
  all.map(({ release: { people, from, to } }) => [people, (from - START) / QUARTER, (to - START) / QUARTER]);

test("eleven people are told for their quarter, fewer with the hour's, the 6 hours', the day's end", () => {
  assert.equal(spans(told([11, 30])), [
    [11, 0, 1],
    [30, 1, 2],
  ]);
  assert.equal(spans(told([10, 1, 0, 0, 12])), [
    [11, 0, 4],
    [12, 4, 5],
  ]);
  const six = [10, 0, 0, 0, ...Array(19).fill(0), 1];
  assert.equal(spans(told(six)), [[11, 0, 24]]);
  assert.equal(spans(told([1, ...Array(94).fill(0), 10])), [[11, 0, 96]]);
});

test("ten in a day are not told, nor nobody, and not added to the next day's", () => {
  const day = (people: number) => [people, ...Array(95).fill(0)];
  assert.equal(told([...day(10), ...day(0), ...day(10)]), []);
  assert.equal(spans(told([...day(10), 11])), [[11, 96, 97]]);
});

test("counters of a zone are told as one", () => {
  const zones = [{ id: "zone/1", counters: ["counter/1", "counter/2"] }];
  assert.equal(spans(told([6], START, zones)), [[12, 0, 1]]);
});

test("a quarter that is not counted ends what is merged; the first after a start is not whole", () => {
  assert.equal(spans(told([5, 5, null, 20])), [[20, 3, 4]]);
  assert.equal(
    spans(told([5, 7, null, 20])),
    [
      [12, 0, 2],
      [20, 3, 4],
    ],
    "12 were held for the hour's end",
  );
  assert.equal(
    spans(told([40, 50, 20], START + 3 * MINUTE)),
    [
      [40, 1, 2],
      [50, 2, 3],
    ],
    "begun three minutes late",
  );
});

test("a clock that is set, either way, ends what is merged and tells nothing of the time between", () => {
  for (const jump of [-3 * QUARTER, -7 * MINUTE, 7 * MINUTE, 10 * QUARTER, 500 * QUARTER]) {
    let state = nothingWithheld(ONE);
    const all: Release[] = [];
    const tell = (people: number, from: number) => {
      const step = release(ONE, state, {
        source: "counter/1",
        people,
        from: instant(from),
        to: instant(from + MINUTE),
      });
      state = step.state;
      all.push(...step.released);
    };
    for (let minute = 0; minute < 17; minute++) tell(minute < 15 ? 0 : 9, START + minute * MINUTE);
    const after = START + 17 * MINUTE + jump;
    for (let minute = 0; minute < 300; minute++) tell(5, after + minute * MINUTE);
    const early = all.filter(({ from }) => from < after && jump > 0);
    assert.equal(early, [], `${jump}`);
    // Whole quarters of 75 people, each, whatever they are called.
    assert.ok(all.length > 15 && all.every(({ people, from, to }) => people === ((to - from) / MINUTE) * 5), `${jump}`);
  }
});

/** A day and more of quarters, mostly of few people. */
const quarters = () =>
  fc.array(
    fc.oneof(
      { weight: 6, arbitrary: fc.integer({ min: 0, max: 4 }) },
      { weight: 3, arbitrary: fc.integer({ min: 0, max: 14 }) },
      { weight: 1, arbitrary: fc.integer({ min: 11, max: 60 }) },
      { weight: 1, arbitrary: fc.constant(null) },
    ),
    { minLength: 1, maxLength: 110 },
  );
const offset = () => fc.integer({ min: 0, max: 95 }).map((n) => START + n * QUARTER);

test("whatever happens, at least 11 are told, of whole windows in a row, each person once", () => {
  fc.assert(
    fc.property(quarters(), offset(), (history, start) => {
      let end = 0;
      for (const { release: one, at } of told(history, start)) {
        assert.ok(one.people >= 11, `${one.people} people`);
        assert.ok(one.from >= end && one.from < one.to && one.to <= at && one.to - one.from <= 96 * QUARTER);
        end = one.to;
        const cells = history.slice((one.from - start) / QUARTER, (one.to - start) / QUARTER);
        assert.ok(cells.every((cell) => cell !== null));
        assert.is(
          cells.reduce<number>((sum, cell) => sum + (cell ?? 0), 0),
          one.people,
        );
      }
    }),
    { numRuns: 300 },
  );
});

test("nobody who knows all that is told, and when, and by which rule, can tell any quarter with 1 to 10 people", () => {
  fc.assert(
    fc.property(quarters(), offset(), (history, start) => {
      const transcript = JSON.stringify(told(history, start));
      const alike = (other: readonly (number | null)[]) => JSON.stringify(told(other, start)) === transcript;
      for (const [i, people] of history.entries()) {
        if (people === null || people < 1 || people > 10) continue;
        assert.ok(anotherHistory(history, i, alike), `quarter ${i} of ${history.join()} can be told`);
      }
    }),
    { numRuns: 25 },
  );
});

/** Whether another number of people in one quarter, with at most one other quarter changed, would have been told alike. */
function anotherHistory(
  history: readonly (number | null)[],
  i: number,
  alike: (other: readonly (number | null)[]) => boolean,
): boolean {
  const near = [...history.keys()]
    .filter((j) => j !== i && Math.abs(j - i) < 96)
    .sort((a, b) => Math.abs(a - i) - Math.abs(b - i));
  for (const more of [-1, 1]) {
    const changed = history.with(i, (history[i] as number) + more);
    if (alike(changed)) return true;
    for (const j of near) {
      const people = history[j];
      if (people === null || people === undefined || people - more < 0) continue;
      if (alike(changed.with(j, people - more))) return true;
    }
  }
  return false;
}

test("what is held back does not grow with time", () => {
  let state = nothingWithheld(ONE);
  for (let minute = 0; minute < 60 * 24 * 20; minute++) {
    const from: Instant = instant(START + minute * MINUTE);
    state = release(ONE, state, { source: "counter/1", people: minute % 400 === 0 ? 1 : 0, from, to: from }).state;
  }
  assert.is(state.people.size, 1);
  assert.is(state.pending.length, 1);
});

test.run();
