import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { law, utc } from "../test-site.ts";
import { duration, instant, level, seconds } from "../units.ts";
import { askedByFootfall, type Presence } from "./adaptive.ts";

// ramp 12 s in steps of 2 s: from 100 to 40 that is six steps of 10
const T = utc("2026-03-20T22:00");
const FLOOR = level(40);
const nobody: Presence = { seen: [], silent: false, held: [] };
const seen: Presence = { ...nobody, seen: [{ from: T, until: instant(T + 10_000) }] };
const ask = (presence: Presence, after: number) => {
  const { wish, changesAt } = askedByFootfall(presence, FLOOR, level(70), law, instant(T + after));
  return [wish?.level ?? null, wish?.reason ?? null, changesAt === null ? null : changesAt - T];
};

test("nobody near: the floor, for good", () => {
  assert.equal(ask(nobody, 0), [40, "nobody near", null]);
});

test("full while somebody may be near, then down in steps, each announced", () => {
  assert.equal(ask(seen, -1), [40, "nobody near", 0]);
  assert.equal(ask(seen, 0), [100, "footfall", 10_000]);
  assert.equal(ask(seen, 9999), [100, "footfall", 10_000]);
  assert.equal(ask(seen, 10_000), [100, "footfall passed", 12_000]);
  assert.equal(ask(seen, 11_999), [100, "footfall passed", 12_000]);
  assert.equal(ask(seen, 12_000), [90, "footfall passed", 14_000]);
  assert.equal(ask(seen, 21_999), [50, "footfall passed", 22_000]);
  assert.equal(ask(seen, 22_000), [40, "nobody near", null]);
});

test("somebody else on the way down: full again", () => {
  const again = { ...seen, seen: [...seen.seen, { from: instant(T + 15_000), until: instant(T + 16_000) }] };
  assert.equal(ask(again, 14_000), [80, "footfall passed", 15_000]);
  assert.equal(ask(again, 15_000), [100, "footfall", 16_000]);
  assert.equal(ask(again, 18_000), [90, "footfall passed", 20_000]);
});

test("a silent counter: the same ramp, but it ends at the schedule, which then decides; never dark", () => {
  const silent = { ...seen, silent: true };
  assert.equal(ask(silent, 5000), [100, "footfall", 10_000]);
  assert.equal(ask(silent, 14_000), [80, "footfall passed", 16_000]);
  assert.equal(ask(silent, 16_000), [null, null, null]);
  assert.equal(ask({ ...nobody, silent: true }, 0), [null, null, null]);
});

test("when a counter speaks again, and when a period without footfall ends, the light goes down by the ramp too", () => {
  const held = { ...nobody, held: [{ level: level(70), until: T }] };
  assert.equal(ask(held, 0), [70, "after schedule", 2000]);
  assert.equal(ask(held, 2000), [60, "after schedule", 4000]);
  assert.equal(ask(held, 6000), [40, "nobody near", null]);
});

test("between two announced changes nothing changes, and never is it under the floor", async () => {
  const times = fc.integer({ min: -30_000, max: 30_000 });
  const presence = fc
    .record({
      seen: fc.array(times, { maxLength: 6 }),
      silent: fc.boolean(),
      held: fc.array(fc.record({ level: fc.integer({ min: 40, max: 100 }), until: times }), { maxLength: 2 }),
    })
    .map((it): Presence => {
      const sorted = [...new Set(it.seen)].toSorted((a, b) => a - b);
      const intervals = [];
      for (let i = 0; i + 1 < sorted.length; i += 2) {
        intervals.push({ from: instant(T + (sorted[i] as number)), until: instant(T + (sorted[i + 1] as number)) });
      }
      const held = it.held.map(({ level: percent, until }) => ({
        level: level(percent),
        until: instant(T + Math.min(0, until)),
      }));
      return { seen: intervals, silent: it.silent, held };
    });
  await fc.assert(
    fc.property(presence, fc.nat(30_000), fc.double({ min: 0, max: 0.999, noNaN: true }), (given, after, part) => {
      const now = instant(T + after);
      const { wish, changesAt } = askedByFootfall(given, FLOOR, level(70), law, now);
      if (wish) assert.ok(wish.level >= (given.silent ? 70 : 40));
      if (changesAt !== null) assert.ok(changesAt > now);
      const end = changesAt ?? now + 100_000;
      const between = instant(Math.floor(now + part * (end - now)));
      assert.equal(askedByFootfall(given, FLOOR, level(70), law, between), { wish, changesAt });
    }),
    { numRuns: 1000 },
  );
});

test("the ramp ends at the very floor, whatever that is", async () => {
  await fc.assert(
    fc.property(fc.double({ min: 0.1, max: 100, noNaN: true }), fc.integer({ min: 1, max: 60 }), (floor, steps) => {
      const of = { ...law, ramp: seconds(2 * steps) };
      const end = instant(T + 10_000 + of.ramp);
      const asked = askedByFootfall(seen, level(floor), level(70), of, end);
      assert.equal(asked, { wish: { level: floor, reason: "nobody near" }, changesAt: null });
    }),
    { numRuns: 2000 },
  );
});

test("a ramp that is no multiple of its step ends at the floor, and one of no time at all is one step", () => {
  const odd = { ...law, ramp: duration(5000) };
  assert.is(askedByFootfall(seen, FLOOR, level(70), odd, instant(T + 16_000)).wish?.level, 40);
  const none = { ...law, ramp: duration(0) };
  assert.is(askedByFootfall(seen, FLOOR, level(70), none, instant(T + 12_000)).wish?.level, 40);
});

test.run();
