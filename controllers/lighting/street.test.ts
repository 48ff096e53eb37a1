import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Counter, Direction, Join, Lamp } from "../model.ts";
import { counter, lamp } from "../test-site.ts";
import { metres } from "../units.ts";
import { streetGraph, waysFrom } from "./street.ts";

const join = (a: string, at: number, b: string, bAt: number): Join => ({
  a: { street: a, position: metres(at) },
  b: { street: b, position: metres(bAt) },
});

function ways(lamps: Lamp[], from: Counter, joins: Join[], direction: Direction, reach = 1000): Record<string, number> {
  const graph = streetGraph({ lamps, counters: [from], joins });
  const found = waysFrom(graph, from, direction, metres(reach));
  assert.is(new Set(found.map((way) => way.lamp)).size, found.length, "each lamp once");
  return Object.fromEntries(found.map((way) => [way.lamp.slice("lamp/1/".length), way.distance]).toSorted());
}

const straight = [0, 30, 60, 90, 120].map((position, i) => lamp(i, position));

test("along one street: both ways, one way, and no farther than the reach", () => {
  assert.equal(ways(straight, counter(1, 50), [], "both"), { 0: 50, 1: 20, 2: 10, 3: 40, 4: 70 });
  assert.equal(ways(straight, counter(1, 50), [], "up"), { 2: 10, 3: 40, 4: 70 });
  assert.equal(ways(straight, counter(1, 50), [], "down"), { 0: 50, 1: 20 });
  assert.equal(ways(straight, counter(1, 50), [], "both", 40), { 1: 20, 2: 10, 3: 40 });
  assert.equal(ways(straight, counter(1, 60), [], "up"), { 2: 0, 3: 30, 4: 60 });
});

test("lamps on both sides of the street at one position are both reached", () => {
  assert.equal(ways([lamp(0, 30), lamp(1, 30)], counter(1, 10), [], "up"), { 0: 20, 1: 20 });
});

test("a side street is reached through its join, only if that lies the way people go", () => {
  const lamps = [...straight, lamp(5, 25, { street: "lane" }), lamp(6, 75, { street: "lane" })];
  const joins = [join("high street", 90, "lane", 50)];
  assert.equal(ways(lamps, counter(1, 50), joins, "up"), { 2: 10, 3: 40, 4: 70, 5: 65, 6: 65 });
  assert.equal(ways(lamps, counter(1, 50), joins, "down"), { 0: 50, 1: 20 });
  assert.equal(ways(lamps, counter(1, 75, "lane"), joins, "down"), { 0: 115, 1: 85, 2: 55, 3: 25, 4: 55, 5: 50, 6: 0 });
});

test("at a crossing the street that crosses is open both ways", () => {
  const lamps = [...straight, lamp(5, 25, { street: "lane" }), lamp(6, 75, { street: "lane" })];
  assert.equal(ways(lamps, counter(1, 50), [join("lane", 50, "high street", 50)], "up"), {
    2: 10,
    3: 40,
    4: 70,
    5: 25,
    6: 25,
  });
});

test("round a block the shorter way counts, and nobody turns round at the counter", () => {
  // high street 0..120 and a bypass of 40 m from its 30 to its 120
  const lamps = [...straight, lamp(5, 20, { street: "bypass" })];
  const joins = [join("high street", 30, "bypass", 0), join("bypass", 40, "high street", 120)];
  assert.equal(ways(lamps, counter(1, 40), joins, "both"), { 0: 40, 1: 10, 2: 20, 3: 50, 4: 50, 5: 30 });
  assert.equal(ways(lamps, counter(1, 40), joins, "up"), { 0: 150, 1: 120, 2: 20, 3: 50, 4: 80, 5: 100 });
});

/** The longest ways within the reach, by lamp. */
function farthest(lamps: Lamp[], from: Counter, joins: Join[], reach: number): Record<string, number> {
  const graph = streetGraph({ lamps, counters: [from], joins });
  const found = waysFrom(graph, from, "up", metres(reach));
  return Object.fromEntries(found.map((way) => [way.lamp.slice("lamp/1/".length), way.farthest]).toSorted());
}

test("the longest way goes round blocks as far as the reach, and turns back nowhere", () => {
  assert.equal(
    farthest(straight, counter(1, 50), [], 1000),
    { 2: 10, 3: 40, 4: 70 },
    "on one street it is the only one",
  );
  const lamps = [...straight, lamp(5, 20, { street: "bypass" })];
  const joins = [join("high street", 30, "bypass", 0), join("bypass", 40, "high street", 120)];
  // a second time round the block of 130 m, or out of it at the low end
  assert.equal(farthest(lamps, counter(1, 40), joins, 100), { 2: 20, 3: 50, 4: 80, 5: 100 });
  assert.equal(farthest(lamps, counter(1, 40), joins, 200), { 0: 150, 1: 120, 2: 150, 3: 180, 4: 80, 5: 100 });
});

test("who comes back to the counter round a block goes on past it", () => {
  const lamps = [lamp(0, 0), lamp(1, 50), lamp(2, 100)];
  const joins = [join("high street", 120, "bypass", 0), join("bypass", 40, "high street", 90)];
  const graph = streetGraph({ lamps, counters: [counter(1, 60)], joins });
  const found = waysFrom(graph, counter(1, 60), "up", metres(150));
  // up to 90 and 120, the bypass back to 90, and down past the counter at 60; or the block the other way round
  assert.equal(found.map((way) => [way.lamp, way.distance, way.farthest]).toSorted(), [
    ["lamp/1/1", 140, 140],
    ["lamp/1/2", 40, 110],
  ]);
  assert.is(ways(lamps, counter(1, 60), [], "up")["1"], undefined, "but nobody turns round");
});

test("where there are too many ways to follow any way is thought to be as long as the reach", () => {
  const lamps = Array.from({ length: 40 }, (_, i) => lamp(i, i * 7.3));
  const joins = Array.from({ length: 30 }, (_, i) => [i * 7.3, i * 3.1] as const).map(([a, b]) =>
    join("high street", a, "lane", b),
  );
  const ways = farthest(lamps, counter(1, 0), joins, 5000);
  assert.equal(new Set(Object.values(ways)), new Set([5000]));
});

test("a street of one way is followed that way, whoever may be seen on it", () => {
  const lamps = [...straight, lamp(5, 25, { street: "lane" }), lamp(6, 75, { street: "lane" })];
  const joins = [join("high street", 90, "lane", 50)];
  const reached = (from: Counter, direction: Direction, way: "up" | "down", street: string) => {
    const graph = streetGraph({ lamps, counters: [from], joins, oneWays: [{ street, way }] });
    const found = waysFrom(graph, from, direction, metres(1000));
    return found.map((one) => Number(one.lamp.slice("lamp/1/".length))).toSorted((a, b) => a - b);
  };
  assert.equal(reached(counter(1, 50), "up", "up", "lane"), [2, 3, 4, 6], "into the lane its way only");
  assert.equal(reached(counter(1, 50), "up", "down", "lane"), [2, 3, 4, 5]);
  assert.equal(reached(counter(1, 50), "both", "up", "high street"), [2, 3, 4, 5, 6], "none comes from there");
  assert.equal(
    reached(counter(1, 50), "down", "up", "high street"),
    [0, 1],
    "who was seen going against it is followed",
  );
  assert.equal(reached(counter(1, 75, "lane"), "down", "up", "high street"), [3, 4, 5, 6], "but nobody else is");
});

test("three streets that meet in one place, said by two joins", () => {
  const lamps = [lamp(0, 10, { street: "b" }), lamp(1, 10, { street: "c" })];
  for (const joins of [
    [join("high street", 0, "b", 0), join("b", 0, "c", 0)],
    [join("b", 0, "c", 0), join("high street", 0, "b", 0)],
    [join("c", 0, "high street", 0), join("high street", 0, "b", 0), join("c", 0, "b", 0)],
  ]) {
    assert.equal(ways(lamps, counter(1, 5), joins, "down"), { 0: 15, 1: 15 });
  }
});

test("both ways is the better of the two, and no way is shorter than the street is long", async () => {
  const position = fc.integer({ min: 0, max: 200 });
  await fc.assert(
    fc.property(
      fc.array(position, { maxLength: 12 }),
      position,
      fc.array(fc.tuple(position, position), { maxLength: 3 }),
      (at, where, crossings) => {
        const lamps = at.map((p, i) => lamp(i, p, { street: i % 2 ? "lane" : "high street" }));
        const joins = crossings.map(([a, b]) => join("high street", a, "lane", b));
        const [up, down, both] = (["up", "down", "both"] as const).map((d) => ways(lamps, counter(1, where), joins, d));
        const better: Record<string, number> = {};
        for (const one of [up, down]) {
          for (const [id, d] of Object.entries(one ?? {}))
            better[id] = Math.min(d, better[id] ?? Number.POSITIVE_INFINITY);
        }
        assert.equal(both, better);
        if (joins.length > 1) return; // a loop may be a short cut
        for (const [i, { street, position }] of lamps.entries()) {
          if (street === "high street") assert.is(both?.[i], Math.abs(position - where));
        }
      },
    ),
  );
});

test.run();
