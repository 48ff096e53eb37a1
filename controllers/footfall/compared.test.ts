import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { type Instant, instant } from "../units.ts";
import { type ComparedHour, compared, foretold, NOTHING_COMPARED, released } from "./compared.ts";
import { LEAST, nothingWithheld, release, type Zone } from "./privacy.ts";

const HOUR = 3_600_000;
const MINUTE = 60_000;
const START = Date.UTC(2026, 10, 20, 6);
const ZONES: readonly Zone[] = [
  { id: "counter/1", counters: ["counter/1"] },
  { id: "zone/square", counters: ["counter/2", "counter/3"] },
];
const COUNTERS = ZONES.flatMap(({ counters }) => counters);
const forecast = (source: string, from: number, middle: number, at = from + 1.5 * MINUTE) => ({
  kind: "forecast" as const,
  source,
  from: instant(from),
  to: instant(from + HOUR),
  low: middle / 2,
  middle,
  high: middle * 2,
  at: instant(at),
});

/** Lives minutes of people at each counter (null: not heard), foretelling each hour 90 s after its begin. */
function lived(minutes: readonly (readonly (number | null)[])[], offset = 0): ComparedHour[] {
  let state = NOTHING_COMPARED;
  let withheld = nothingWithheld(ZONES);
  const hours: ComparedHour[] = [];
  for (const [i, people] of minutes.entries()) {
    const from = START + i * MINUTE;
    for (const [c, number] of people.entries()) {
      if (number === null) continue;
      const step = release(ZONES, withheld, {
        source: COUNTERS[c] as string,
        people: number,
        from: instant(from),
        to: instant(from + MINUTE),
      });
      withheld = step.state;
      for (const one of step.released) state = released(state, one);
    }
    const over = compared(ZONES, state, instant(from + MINUTE));
    state = over.state;
    hours.push(...over.hours);
    if ((from - START - offset) % HOUR !== 0) continue;
    for (const source of COUNTERS) {
      state = foretold(state, forecast(source, from, 20));
      state = foretold(state, forecast(source, from + 23 * HOUR, 99, from));
    }
  }
  return hours;
}

test("beside what was foretold of each hour stands who came, where that was told", () => {
  const people = Array.from({ length: 200 }, (_, i) =>
    i < 60 ? [1, 2, 3] : i < 120 ? [0, i === 70 ? 9 : 0, 0] : [null, 1, 1],
  );
  const hours = lived(people);
  assert.equal(
    hours.map(({ zone, from, to, low, middle, high, people }) => [
      zone,
      from - START,
      to - from,
      low,
      middle,
      high,
      people,
    ]),
    [
      ["counter/1", 0, HOUR, 11, 20, 40, 60],
      ["zone/square", 0, HOUR, 22, 40, 80, 300],
      ["counter/1", HOUR, HOUR, 11, 20, 40, null],
      ["zone/square", HOUR, HOUR, 22, 40, 80, null],
      ["counter/1", 2 * HOUR, HOUR, 11, 20, 40, null],
      // Merged with the quiet hour before into one longer sum.
      ["zone/square", 2 * HOUR, HOUR, 22, 40, 80, null],
    ],
  );
});

test("where the clock's hours begin at half past, so do those", () => {
  const hours = lived(
    Array.from({ length: 240 }, () => [1, 2, 3]),
    HOUR / 2,
  );
  assert.equal(
    hours.map(({ from, people }) => [from - START, people]),
    [0, 1, 2].flatMap((i) => [60, 300].map((people) => [HOUR / 2 + i * HOUR, people])).slice(0, hours.length),
  );
  assert.ok(hours.length >= 4);
});

test("whoever comes: a number is exactly that hour's, and never of 1 to 10; nothing is kept that was not told", async () => {
  const few = fc.constantFrom(0, 0, 0, 0, 0, 1, 2, 5);
  const quarter = fc
    .tuple(fc.array(few, { minLength: 3, maxLength: 3 }), fc.nat(60))
    .map(([people, gap]) =>
      Array.from({ length: 15 }, (_, i) => people.map((each, c) => (gap === c ? null : i % (c + 2) === 0 ? each : 0))),
    );
  let [told, held] = [0, 0];
  await fc.assert(
    fc.property(fc.array(quarter, { minLength: 8, maxLength: 24 }), (quarters) => {
      const minutes = quarters.flat();
      for (const { zone, from, people } of lived(minutes)) {
        if (people === null) {
          held++;
          continue;
        }
        told++;
        const of = ZONES.find(({ id }) => id === zone)?.counters.map((id) => COUNTERS.indexOf(id)) ?? [];
        const first = (from - START) / MINUTE;
        const came = minutes
          .slice(first, first + 60)
          .reduce((sum, each) => sum + of.reduce((all, c) => all + (each[c] ?? 0), 0), 0);
        assert.is(people, came);
        assert.ok(people >= LEAST);
      }
    }),
    { numRuns: 200 },
  );
  assert.ok(told > 100 && held > 100, `${told} told, ${held} not`);
});

test("only what is in force counts, the last word of an hour stands, and a zone is foretold wholly or not", () => {
  const now = (at: number): Instant => instant(START + at);
  let state = foretold(NOTHING_COMPARED, forecast("counter/1", START, 20));
  assert.is(foretold(state, forecast("counter/1", START + HOUR, 50, START)), state, "it has not begun");
  assert.is(foretold(state, forecast("counter/1", START - HOUR, 50, START)), state, "it is over");
  state = foretold(state, forecast("counter/1", START, 30));
  state = foretold(state, forecast("counter/2", START, 30));
  assert.is(compared(ZONES, state, now(HOUR)).state, state, "its last window is still to come");
  const { state: after, hours } = compared(ZONES, state, now(HOUR + 5 * MINUTE));
  assert.equal(
    hours.map(({ zone, middle }) => [zone, middle]),
    [["counter/1", 30]],
  );
  assert.equal(after, NOTHING_COMPARED);
  assert.equal(compared(ZONES, state, now(-HOUR)), { state: NOTHING_COMPARED, hours: [] }, "the clock was set back");
});

test.run();
