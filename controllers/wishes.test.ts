import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Rank, Target, Wish } from "./model.ts";
import { utc } from "./test-site.ts";
import { instant, level } from "./units.ts";
import { hasBegun, inForceAt, overruled, replacedBy, standingAfter, withoutOperator, withWish } from "./wishes.ts";

const T = utc("2026-03-20T22:00");
const wish = (rank: Rank, percent: number, until = 1000): Wish => ({
  target: "lamp/1/1",
  level: level(percent),
  rank,
  reason: "test",
  until: instant(T + until),
});

test("a wish replaces the one of its rank and no other", () => {
  const standing = withWish([wish("safety", 100), wish("operator", 20)], wish("operator", 30), T);
  assert.equal(standing, [wish("safety", 100), wish("operator", 30)]);
});

const during = (percent: number, from: number | null, until: number): Wish => ({
  ...wish("operator", percent, until),
  ...(from === null ? {} : { from: instant(T + from) }),
});
/** As `20 100..200`, in ms after T; a wish without begin has none. */
const spans = (wishes: readonly Wish[]) =>
  wishes.map(({ level: percent, from, until }) => `${percent} ${from === undefined ? "" : from - T}..${until - T}`);

test("a wish for later ends the one that stands when it begins, and puts off what was to begin while it stands", () => {
  const now = instant(T + 50);
  const after = (standing: readonly Wish[], added: Wish) => spans(withWish(standing, added, now));
  assert.equal(after([during(20, null, 1000)], during(30, 100, 200)), ["20 ..100", "30 100..200"]);
  assert.equal(after([during(20, 300, 1000)], during(30, 100, 200)), ["20 300..1000", "30 100..200"]);
  assert.equal(after([during(20, 200, 1000)], during(30, 100, 200)), ["20 200..1000", "30 100..200"]);
  assert.equal(after([during(20, 150, 1000)], during(30, 100, 200)), ["20 200..1000", "30 100..200"]);
  assert.equal(after([during(20, 150, 200)], during(30, 100, 200)), ["30 100..200"]);
  assert.equal(after([during(20, 100, 1000)], during(30, 100, 200)), ["30 100..200"]);
  // One that began long ago stands now: the new one replaces it, it does not come back after.
  assert.equal(after([during(20, 10, 1000)], during(30, null, 200)), ["30 ..200"]);
  assert.equal(after([during(20, 60, 1000)], during(30, null, 200)), ["20 200..1000", "30 ..200"]);
});

test("whatever is wished, in any order, a lamp has at most one wish of a rank at any time", async () => {
  const span = fc.tuple(fc.option(fc.nat(50)), fc.nat(50), fc.integer({ min: 1, max: 20 }));
  await fc.assert(
    fc.property(fc.array(span, { maxLength: 8 }), (asked) => {
      let standing: readonly Wish[] = [];
      let at = 0;
      for (const [from, wait, length] of asked) {
        at += wait;
        const begin = from === null ? null : at + from;
        standing = withWish(standing, during(20, begin, (begin ?? at) + length), instant(T + at));
      }
      const last = asked.at(-1);
      for (let ms = at; ms < at + 100; ms++) {
        const now = instant(T + ms);
        const lit = inForceAt(standing, now).filter((one) => hasBegun(one, now));
        assert.ok(lit.length <= 1, `${spans(lit)} at ${ms}`);
        const [from, , length] = last ?? [0, 0, 0];
        const begin = at + (from ?? 0);
        if (ms >= begin && ms < begin + length) assert.is(lit[0], standing.at(-1), "the last wins");
      }
    }),
  );
});

test("an operator withdraws his own wish only", () => {
  assert.equal(withoutOperator([wish("safety", 100), wish("operator", 20)]), [wish("safety", 100)]);
});

test("a wish that ended is gone; where none did, the list is the very same", () => {
  const standing = [wish("safety", 100, 0), wish("operator", 20, 1)];
  assert.equal(inForceAt(standing, T), [wish("operator", 20, 1)]);
  assert.is(inForceAt(standing, instant(T - 1)), standing);
});

const by = (target: string, issuer: string | undefined, percent = 20, rank: Rank = "operator"): Wish => ({
  ...wish(rank, percent),
  target,
  ...(issuer === undefined ? {} : { issuer }),
});

test("withdrawals come first, then of the wishes for a lamp and rank the last stands", () => {
  const standing = [by("a", "x"), by("b", "x"), by("b", "x", 100, "safety")];
  assert.is(standingAfter(standing, [], [], T), standing);
  const after = standingAfter(standing, ["b", "c"], [by("a", "y"), by("c", "y"), by("a", "z")], T);
  assert.equal(after, [by("a", "z"), by("b", "x", 100, "safety"), by("c", "y")]);
});

test("a wish replaces that of another for the same lamp and rank; one's own is no conflict", () => {
  const standing = [by("a", "x"), by("b", "y"), by("c", "x"), by("a", "x", 100, "safety"), by("d", undefined)];
  const late: Wish = { ...by("a", "y"), from: instant(T + 1000), until: instant(T + 2000) };
  assert.equal(replacedBy([late], standing, T), [], "it begins when the other has ended");
  assert.equal(replacedBy([by("a", "y"), by("b", "y"), by("d", "y")], standing, T), [by("a", "x"), by("d", undefined)]);
});

test("a target that is not as wished was won by something else", () => {
  const target = (lamp: string, rank: Rank, percent: number): Target => ({
    lamp,
    level: level(percent),
    rank,
    reason: "test",
  });
  const targets = [
    target("a", "operator", 20),
    target("b", "safety", 20),
    target("c", "operator", 30),
    target("d", "safety", 1),
  ];
  assert.equal(overruled([by("a", "x"), by("b", "x"), by("c", "x")], targets, T), targets.slice(1, 3));
  assert.equal(overruled([{ ...by("b", "x"), from: instant(T + 1) }], targets, T), [], "its time has not come");
});

test.run();
