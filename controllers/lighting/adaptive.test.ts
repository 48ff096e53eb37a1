import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { utc } from "../test-site.ts";
import { instant, level } from "../units.ts";
import { askedByFootfall, type Lights, type Presence } from "./adaptive.ts";

const T = utc("2026-03-20T22:00");
const lights: Lights = { near: level(100), empty: level(40), unknown: level(70) };
const nobody: Presence = { seen: [], unknown: null };
const seen: Presence = { ...nobody, seen: [{ from: T, until: instant(T + 10_000) }] };
const ask = (presence: Presence, after: number, of = lights) => {
  const { level: percent, reason, changesAt } = askedByFootfall(presence, of, instant(T + after));
  return [percent, reason, changesAt === null ? null : changesAt - T];
};

test("nobody near: the light of an empty street, for good", () => {
  assert.equal(ask(nobody, 0), [40, "nobody near", null]);
});

test("the light of the class in force while somebody may be near", () => {
  assert.equal(ask(seen, -1), [40, "nobody near", 0]);
  assert.equal(ask(seen, 0), [100, "footfall", 10_000]);
  assert.equal(ask(seen, 9999), [100, "footfall", 10_000]);
  assert.equal(ask(seen, 10_000), [40, "nobody near", null]);
  assert.equal(ask(seen, 5000, { ...lights, near: level(60) }), [60, "footfall", 10_000]);
});

test("somebody else later: announced, and lit again", () => {
  const again = { ...seen, seen: [...seen.seen, { from: instant(T + 15_000), until: instant(T + 16_000) }] };
  assert.equal(ask(again, 14_000), [40, "nobody near", 15_000]);
  assert.equal(ask(again, 15_000), [100, "footfall", 16_000]);
});

test("a silent counter: nobody knows, so never less than that asks for, nor less than for people near", () => {
  const silent = { ...seen, unknown: "counter silent" };
  assert.equal(ask(silent, 5000), [100, "footfall", 10_000]);
  assert.equal(ask(silent, 14_000), [70, "counter silent", null]);
  assert.equal(ask(silent, 5000, { ...lights, near: level(60) }), [70, "counter silent", null]);
});

test("where people near make no difference nothing is said of them, nor is it asked again for them", () => {
  assert.equal(ask(seen, 5000, { ...lights, near: level(40) }), [40, "class in force", null]);
  assert.equal(ask(nobody, 5000, { ...lights, near: level(40) }), [40, "class in force", null]);
});

test("between two announced changes nothing changes, and never is it under the light of an empty street", async () => {
  const times = fc.integer({ min: -30_000, max: 30_000 });
  const presence = fc.record({ seen: fc.array(times, { maxLength: 6 }), silent: fc.boolean() }).map((it): Presence => {
    const sorted = [...new Set(it.seen)].toSorted((a, b) => a - b);
    const intervals = [];
    for (let i = 0; i + 1 < sorted.length; i += 2) {
      intervals.push({ from: instant(T + (sorted[i] as number)), until: instant(T + (sorted[i + 1] as number)) });
    }
    return { seen: intervals, unknown: it.silent ? "counter silent" : null };
  });
  await fc.assert(
    fc.property(presence, fc.nat(30_000), fc.double({ min: 0, max: 0.999, noNaN: true }), (given, after, part) => {
      const now = instant(T + after);
      const asked = askedByFootfall(given, lights, now);
      assert.ok(asked.level >= (given.unknown ? 70 : 40));
      if (asked.changesAt !== null) assert.ok(asked.changesAt > now);
      const end = asked.changesAt ?? now + 100_000;
      const between = instant(Math.floor(now + part * (end - now)));
      assert.equal(askedByFootfall(given, lights, between), asked);
    }),
    { numRuns: 1000 },
  );
});

test.run();
