import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { law, utc } from "../test-site.ts";
import { instant, metres, seconds } from "../units.ts";
import { type Interval, lightFor, plausible, withInterval } from "./light-ahead.ts";

const T = utc("2026-03-20T22:00");
const span = (from: number, until: number): Interval => ({ from: instant(T + from), until: instant(T + until) });
const shown = (seen: readonly Interval[]) => seen.map(({ from, until }) => [from - T, until - T]);

test("light is up before the fastest can be near, and stays until the slowest has passed", () => {
  // ahead 40 m, 2 m/s and 0.8 m/s, hold 10 s
  assert.equal(lightFor(T, metres(0), law), span(0, 10_000));
  assert.equal(lightFor(T, metres(40), law), span(0, 60_000));
  assert.equal(lightFor(T, metres(100), law), span(30_000, 135_000));
});

test("no walker between slowest and fastest is ever less than `ahead` from a dark lamp before him", async () => {
  await fc.assert(
    fc.property(fc.double({ min: 0.8, max: 2, noNaN: true }), fc.integer({ min: 0, max: 120 }), (speed, distance) => {
      const { from, until } = lightFor(T, metres(distance), law);
      const near = T + (Math.max(0, distance - law.ahead) / speed) * 1000;
      const passed = T + (distance / speed) * 1000;
      assert.ok(from <= near + 1 && until >= passed + law.hold - 1);
    }),
  );
});

test("intervals that touch become one, others stay apart and in order", () => {
  let seen: readonly Interval[] = [];
  for (const added of [span(50, 60), span(0, 10), span(20, 30), span(30, 40)]) seen = withInterval(seen, added, law, T);
  assert.equal(shown(seen), [
    [0, 10],
    [20, 40],
    [50, 60],
  ]);
  assert.equal(shown(withInterval(seen, span(5, 55), law, T)), [[0, 60]]);
});

test("what lies within an interval changes nothing at all", () => {
  const seen = [span(0, 100)];
  assert.is(withInterval(seen, span(20, 100), law, T), seen);
});

test("an interval is forgotten once its ramp is over, not before", () => {
  const seen = [span(-20_000, -12_000), span(-9000, -8000)];
  assert.equal(shown(withInterval(seen, span(0, 1), law, T)), [
    [-9000, -8000],
    [0, 1],
  ]);
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
  const farthest = lightFor(T, law.reach, law);
  assert.is(plausible([farthest], law, T).length, 1);
  assert.equal(plausible([span(0, 10), { ...farthest, until: instant(farthest.until + 1) }], law, T), [span(0, 10)]);
});

test.run();
