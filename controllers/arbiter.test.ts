import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { arbitrate, type Limits } from "./arbiter.ts";
import { RANKS, type Rank, type Wish } from "./model.ts";
import { utc } from "./test-site.ts";
import { instant, level } from "./units.ts";

const T = utc("2026-03-20T22:00");
const limits: Limits = { lamp: "lamp/1/1", floor: level(40), failSafe: level(90) };
const wish = (rank: Rank, percent: number, lasts = 1000): Wish => ({
  target: "lamp/1/1",
  level: level(percent),
  rank,
  reason: `${rank} ${percent}`,
  until: instant(T + lasts),
});

test("every rank overrules those after it, in whatever order they come", () => {
  for (const [i, strong] of RANKS.entries()) {
    for (const weak of RANKS.slice(i + 1)) {
      for (const wishes of [
        [wish(strong, 60), wish(weak, 80)],
        [wish(weak, 80), wish(strong, 60)],
      ]) {
        assert.equal(arbitrate(limits, wishes, T), {
          lamp: "lamp/1/1",
          level: 60,
          rank: strong,
          reason: `${strong} 60`,
        });
      }
    }
  }
});

test("a wish ends at its expiry; the later of one rank counts; another lamp's does not", () => {
  assert.is(arbitrate(limits, [wish("operator", 50, 1), wish("schedule", 70)], T).level, 50);
  assert.is(arbitrate(limits, [wish("operator", 50, 0), wish("schedule", 70)], T).level, 70);
  assert.is(arbitrate(limits, [wish("operator", 50), wish("operator", 55)], T).level, 55);
  assert.is(arbitrate(limits, [{ ...wish("operator", 50), target: "lamp/1/2" }, wish("schedule", 70)], T).level, 70);
});

test("with no wish at all: the fail-safe level", () => {
  assert.equal(arbitrate(limits, [wish("schedule", 0, 0)], T), {
    lamp: "lamp/1/1",
    level: 90,
    rank: "fail-safe",
    reason: "no wish",
  });
  assert.is(arbitrate({ ...limits, failSafe: level(10) }, [], T).level, 40);
});

test("only the schedule, an operator and safety may switch off, and only the latter two dim under the floor", () => {
  for (const rank of RANKS) {
    const dark = rank === "schedule" || rank === "operator" || rank === "safety";
    assert.is(arbitrate(limits, [wish(rank, 0)], T).level, dark ? 0 : 40, rank);
    const free = rank === "operator" || rank === "safety";
    assert.is(arbitrate(limits, [wish(rank, 10)], T).level, free ? 10 : 40, rank);
  }
});

test("the light leaves the limits of the class only by an operator's or safety's wish that has not ended, or off by schedule", async () => {
  const wishes = fc.array(
    fc.record({
      rank: fc.constantFrom(...RANKS),
      percent: fc.double({ min: 0, max: 100, noNaN: true }),
      lasts: fc.integer({ min: -1000, max: 1000 }),
    }),
    { maxLength: 8 },
  );
  await fc.assert(
    fc.property(wishes, fc.integer({ min: 1, max: 100 }), (given, floor) => {
      const all = given.map(({ rank, percent, lasts }) => wish(rank, percent, lasts));
      const target = arbitrate({ ...limits, floor: level(floor) }, all, T);
      if (target.level >= floor && target.level <= 100) return;
      const cause = all.find(
        ({ rank, reason, until }) => rank === target.rank && reason === target.reason && until > T,
      );
      assert.ok(cause, "somebody wished it, and it has not ended");
      const off = target.rank === "schedule" && target.level === 0;
      assert.ok(off || target.rank === "operator" || target.rank === "safety", `${target.rank} ${target.level}`);
    }),
    { numRuns: 2000 },
  );
});

test.run();
