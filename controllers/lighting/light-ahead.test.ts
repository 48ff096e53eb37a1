import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { law, utc } from "../test-site.ts";
import { instant, metres, seconds } from "../units.ts";
import { aheadOf, gaitOf, type Interval, lightFor, plausible, stillOf, withInterval } from "./light-ahead.ts";

const T = utc("2026-03-20T22:00");
const span = (from: number, until: number): Interval => ({ from: instant(T + from), until: instant(T + until) });
const along = (distance: number, farthest = distance) => ({ distance: metres(distance), farthest: metres(farthest) });
const shown = (seen: readonly Interval[]) => seen.map(({ from, until }) => [from - T, until - T]);

test("light is up before the fastest can be near, and stays until the slowest has passed", () => {
  // ahead 40 m, 2 m/s and 0.8 m/s, hold 10 s
  assert.equal(lightFor(T, along(0), law), span(0, 10_000));
  assert.equal(lightFor(T, along(40), law), span(0, 60_000));
  assert.equal(lightFor(T, along(100), law), span(30_000, 136_000)); // 135 s, at a step of 2 s
});

test("it begins and ends at multiples of the ramp's step, wider rather than narrower, so that lamps step together", () => {
  assert.equal(lightFor(instant(T + 300), along(100), law), span(30_000, 136_000));
  assert.equal(lightFor(instant(T + 1300), along(100), law), span(30_000, 138_000));
});

test("a light that needs time to rise begins sooner", () => {
  assert.equal(lightFor(T, along(100), { ...law, up: 20 }), span(24_000, 136_000));
  assert.equal(lightFor(T, along(42), { ...law, up: 20 }).from, T, "not before the count");
});

test("a lamp that a longer way leads to as well stays lit for who takes it", () => {
  assert.equal(lightFor(T, along(100, 120), law), span(30_000, 160_000));
});

test("whoever was measured is followed at that pace, with room for going faster and slower", () => {
  assert.equal(gaitOf(law), law);
  assert.equal(gaitOf(law, 1.8), { fastest: 2.7, slowest: 0.9 });
  assert.equal(gaitOf(law, 1), { fastest: 1.5, slowest: 0.8 });
  assert.equal(gaitOf(law, 0.2), { fastest: 0.8, slowest: 0.8 }, "never slower than the law assumes");
  assert.equal(gaitOf(law, 8), { fastest: 12, slowest: 2 }, "faster, but not to be lost if slower than it knows");
  assert.is(gaitOf(law, 0), law);
  assert.is(gaitOf(law, Number.NaN), law);
  assert.equal(lightFor(T, along(100), law, gaitOf(law, 1.8)), span(22_000, 122_000));
});

test("the faster somebody goes, the farther ahead in the time to react", () => {
  const reacting = { ...law, reaction: seconds(6) };
  assert.is(aheadOf(reacting, law), 40);
  assert.is(aheadOf(reacting, gaitOf(law, 8)), 72);
  assert.equal(lightFor(T, along(96), reacting, gaitOf(law, 8)).from, T + 2000);
});

test("no walker between slowest and fastest is ever less than `ahead` from a dark lamp before him", async () => {
  await fc.assert(
    fc.property(fc.double({ min: 0.8, max: 2, noNaN: true }), fc.integer({ min: 0, max: 120 }), (speed, distance) => {
      const { from, until } = lightFor(T, along(distance), law);
      const near = T + (Math.max(0, distance - law.ahead) / speed) * 1000;
      const passed = T + (distance / speed) * 1000;
      assert.ok(from <= near + 1 && until >= passed + law.hold - 1);
    }),
  );
});

test("intervals that touch, or are apart by no more than the hold and a step, become one; others stay apart and in order", () => {
  let seen: readonly Interval[] = [];
  for (const added of [span(50_000, 60_000), span(0, 10_000), span(22_001, 25_000), span(25_000, 30_000)]) {
    seen = withInterval(seen, added, law, T);
  }
  assert.equal(shown(seen), [
    [0, 10_000],
    [22_001, 30_000],
    [50_000, 60_000],
  ]);
  assert.equal(shown(withInterval(seen, span(5, 15_000), law, T)), [
    [0, 30_000],
    [50_000, 60_000],
  ]);
  assert.equal(shown(withInterval(seen, span(5000, 55_000), law, T)), [[0, 60_000]]);
});

test("what lies within an interval changes nothing at all", () => {
  const seen = [span(0, 100)];
  assert.is(withInterval(seen, span(20, 100), law, T), seen);
});

test("an interval is forgotten a hold after it is over, not before: till then one that follows is the same", () => {
  const seen = [span(-30_000, -12_001), span(-20_000, -12_000)];
  assert.equal(shown(withInterval(seen, span(60_000, 60_001), law, T)), [
    [-20_000, -12_000],
    [60_000, 60_001],
  ]);
  assert.equal(shown(stillOf(seen, law, T)), [[-20_000, -12_000]]);
  assert.is(stillOf(seen, law, instant(T - 1)), seen);
  assert.equal(shown(withInterval([span(-9000, -8000)], span(4000, 5000), law, T)), [[-9000, 5000]]);
});

test("however many counts come, an interval is never lost and the list stays short", async () => {
  const quick = { ...law, hold: seconds(0) };
  await fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(60_000), fc.integer({ min: 1, max: 300 })), { minLength: 30, maxLength: 80 }),
      (counts) => {
        let seen: readonly Interval[] = [];
        for (const [from, length] of counts) seen = withInterval(seen, span(from, from + length), quick, T);
        assert.ok(seen.length <= 16);
        for (const [from, length] of counts) {
          assert.ok(seen.some((one) => one.from <= T + from && one.until >= T + from + length));
        }
        for (const [i, one] of seen.entries()) if (i > 0) assert.ok(one.from > (seen[i - 1] as Interval).until);
      },
    ),
  );
});

test("after the clock was set back, what no count can have caused is void", () => {
  const farthest = lightFor(T, along(law.reach), law);
  assert.is(plausible([farthest], law, T).length, 1);
  assert.equal(plausible([span(0, 10), { ...farthest, until: instant(farthest.until + 1) }], law, T), [span(0, 10)]);
});

test.run();
