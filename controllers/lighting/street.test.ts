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
