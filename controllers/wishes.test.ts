import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Rank, Target, Wish } from "./model.ts";
import { utc } from "./test-site.ts";
import { instant, level } from "./units.ts";
import { inForceAt, overruled, replacedBy, standingAfter, withoutOperator, withWish } from "./wishes.ts";

const T = utc("2026-03-20T22:00");
const wish = (rank: Rank, percent: number, until = 1000): Wish => ({
  target: "lamp/1/1",
  level: level(percent),
  rank,
  reason: "test",
  until: instant(T + until),
});

test("a wish replaces the one of its rank and no other", () => {
  const standing = withWish([wish("safety", 100), wish("operator", 20)], wish("operator", 30));
  assert.equal(standing, [wish("safety", 100), wish("operator", 30)]);
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
  assert.is(standingAfter(standing, [], []), standing);
  const after = standingAfter(standing, ["b", "c"], [by("a", "y"), by("c", "y"), by("a", "z")]);
  assert.equal(after, [by("a", "z"), by("b", "x", 100, "safety"), by("c", "y")]);
});

test("a wish replaces that of another for the same lamp and rank; one's own is no conflict", () => {
  const standing = [by("a", "x"), by("b", "y"), by("c", "x"), by("a", "x", 100, "safety"), by("d", undefined)];
  assert.equal(replacedBy([by("a", "y"), by("b", "y"), by("d", "y")], standing), [by("a", "x"), by("d", undefined)]);
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
  assert.equal(overruled([by("a", "x"), by("b", "x"), by("c", "x")], targets), targets.slice(1, 3));
});

test.run();
