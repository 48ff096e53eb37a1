import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Rank, Wish } from "./model.ts";
import { utc } from "./test-site.ts";
import { instant, level } from "./units.ts";
import { inForceAt, withoutOperator, withWish } from "./wishes.ts";

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

test.run();
