import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { law, utc } from "../test-site.ts";
import { duration, type Instant, instant, level, seconds } from "../units.ts";
import { type Course, litAt, type Pace, paceOf, settled, towards } from "./ramp.ts";

// ramp 12 s in steps of 2 s: from 100 to 40 that is six steps of 10
const T = utc("2026-03-20T22:00");
const FLOOR = level(40);
const pace = paceOf(law, FLOOR);
const want = (percent: number, reason = "") => ({ level: level(percent), reason });
const down = towards(settled(want(100, "footfall"), T), want(40, "nobody near"), pace, instant(T + 10_000));
const shown = (course: Course, after: number, by = pace) => {
  const { level: percent, changesAt } = litAt(course, by, instant(T + after));
  return [percent, changesAt === null ? null : changesAt - T];
};

test("down in steps of the law, each announced, to the very level that is wanted", () => {
  assert.equal(shown(down, 10_000), [100, 12_000]);
  assert.equal(shown(down, 11_999), [100, 12_000]);
  assert.equal(shown(down, 12_000), [90, 14_000]);
  assert.equal(shown(down, 21_999), [50, 22_000]);
  assert.equal(shown(down, 22_000), [40, null]);
});

test("lamps that begin to fall at different times step at the same instants", () => {
  const late = towards(settled(want(100), T), want(40), pace, instant(T + 11_500));
  assert.equal(shown(late, 11_500), [100, 12_000]);
  assert.equal(shown(late, 12_000), [90, 14_000]);
});

test("wanted again on the way down: up at once, from where it is", () => {
  const again = towards(down, want(100, "footfall"), pace, instant(T + 14_000));
  assert.equal([again.from, again.to], [80, 100]);
  assert.equal(shown(again, 14_000), [100, null]);
});

test("a limit of the rise: a first step at once, the others after their time; what takes 2 s or less is one step", () => {
  const slow = paceOf({ ...law, up: 10 }, FLOOR);
  const up = towards(settled(want(40), T), want(100), slow, instant(T + 500));
  assert.equal(shown(up, 500, slow), [60, 2500]);
  assert.equal(shown(up, 2499, slow), [60, 2500]);
  assert.equal(shown(up, 2500, slow), [80, 4500]);
  assert.equal(shown(up, 4500, slow), [100, null]);
  const quick = paceOf({ ...law, rampStep: duration(500), up: 50 }, FLOOR);
  assert.equal(shown(towards(settled(want(10), T), want(100), quick, T), 0, quick), [100, null]);
});

test("the same again changes nothing; another reason changes the reason only", () => {
  assert.is(towards(down, want(40, "nobody near"), pace, instant(T + 15_000)), down);
  assert.equal(towards(down, want(40, "other"), pace, instant(T + 15_000)), { ...down, reason: "other" });
});

test("a ramp that is no multiple of its step ends in time, and one of no time at all is one step", () => {
  for (const ramp of [5000, 0]) {
    const by = paceOf({ ...law, ramp: duration(ramp) }, FLOOR);
    const course = towards(settled(want(100), T), want(40), by, T);
    assert.equal(shown(course, Math.ceil(ramp / 2000) * 2000 || 2000, by), [40, null]);
  }
});

test("it ends at the very level wanted, whatever that is, and where the clock went back it waits", async () => {
  await fc.assert(
    fc.property(fc.double({ min: 0.1, max: 99, noNaN: true }), fc.integer({ min: 1, max: 60 }), (floor, steps) => {
      const by = paceOf({ ...law, ramp: seconds(2 * steps) }, level(floor));
      const course = towards(settled(want(100), T), want(floor), by, T);
      assert.equal(litAt(course, by, instant(T + 2000 * steps)), { level: floor, changesAt: null });
      assert.is(litAt(course, by, instant(T - 3_600_000)).level, 100);
    }),
    { numRuns: 500 },
  );
});

test("never faster than the limits, whatever is wanted when; and asking more often changes nothing", async () => {
  const wishes = fc.array(fc.tuple(fc.nat(9000), fc.integer({ min: 10, max: 100 })), { minLength: 2, maxLength: 12 });
  await fc.assert(
    fc.property(
      wishes,
      fc.double({ min: 0.5, max: 60, noNaN: true }),
      fc.double({ min: 0.5, max: 60, noNaN: true }),
      (wanted, up, downwards) => {
        const by = paceOf({ ...law, up, down: downwards }, level(10));
        const seldom = played(wanted, by, Number.POSITIVE_INFINITY);
        assert.equal(
          played(wanted, by, 700).filter((_, i, all) => i === 0 || all[i - 1]?.[1] !== all[i]?.[1]),
          seldom,
        );
        for (const [i, [at, percent]] of seldom.entries()) {
          for (const [then, before] of seldom.slice(0, i)) {
            // A step is as large as its time allows: over any span the light keeps to the limit but for one step.
            const span = at - then;
            assert.ok(percent - before <= (up * (span + by.riseStep)) / 1000 + 1e-6, `rises ${before} to ${percent}`);
            assert.ok(
              before - percent <= (downwards * (span + by.step)) / 1000 + 1e-6,
              `falls ${before} to ${percent}`,
            );
          }
        }
      },
    ),
    { numRuns: 200 },
  );
});

/** Changes of the light while one level after another is wanted, each for a while; looked at when it says so, and at most every `every` ms. */
function played(
  wanted: readonly (readonly [number, number])[],
  by: Pace,
  every: number,
): (readonly [Instant, number])[] {
  let now: number = T;
  let course = settled(want(100), T);
  const changes: (readonly [Instant, number])[] = [];
  for (const [wait, percent] of wanted) {
    const end = now + wait;
    course = towards(course, want(percent), by, instant(now));
    while (now <= end) {
      const lit = litAt(course, by, instant(now));
      if (changes.at(-1)?.[1] !== lit.level) changes.push([instant(now), lit.level]);
      const next = Math.min(lit.changesAt ?? Number.POSITIVE_INFINITY, now + every);
      if (next > end) break;
      now = next;
    }
    now = end;
  }
  return changes;
}

test.run();
