import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { duration } from "../../controllers/units.ts";
import { type Pulse, Pulses } from "./pulse.ts";

const FILTER = { activeWhen: "low", shortest: duration(20), dead: duration(60), crowd: 20 } as const;

/** What each edge of an idle contact ended; `[active, ms since the edge before]`. */
function judged(edges: readonly (readonly [boolean, number])[], filter = FILTER, high = true): Pulse[] {
  const pulses = new Pulses(filter, high);
  let at = 1000;
  return edges.map(([active, gap]) => {
    at += gap;
    return pulses.edge({ high: !active, at: duration(at) });
  });
}
const counted = (all: readonly Pulse[]) => all.filter((pulse) => pulse === "counted").length;

test("a pulse counts once, at its end", () => {
  assert.equal(
    judged([
      [true, 100],
      [false, 120],
      [true, 120],
      [false, 120],
    ]),
    ["none", "counted", "none", "counted"],
  );
});

test("a pulse of exactly the shortest length is one, a shorter one is noise", () => {
  assert.equal(
    judged([
      [true, 100],
      [false, 20],
    ]),
    ["none", "counted"],
  );
  assert.equal(
    judged([
      [true, 100],
      [false, 19.9],
    ]),
    ["none", "noise"],
  );
});

test("bounce at both ends of a pulse neither adds one nor parts it", () => {
  const bounce = [
    [false, 1],
    [true, 2],
    [false, 3],
    [true, 1],
  ] as const;
  for (const end of [[], bounce])
    assert.is(
      counted(
        judged([
          [true, 500],
          ...bounce,
          [false, 60],
          ...end.map(([a, t]) => [!a, t] as const),
          [true, 200],
          [false, 60],
        ]),
      ),
      2,
    );
  // A dip in the middle, shorter than anything that is one.
  assert.equal(
    judged([
      [true, 100],
      [false, 50],
      [true, 5],
      [false, 50],
    ]),
    ["none", "counted", "none", "none"],
  );
});

test("within the dead time of a counted pulse no other counts, and it does not prolong it", () => {
  const wide = { ...FILTER, dead: duration(300) };
  assert.equal(
    judged(
      [
        [true, 500],
        [false, 50],
        [true, 50],
        [false, 50],
        [true, 50],
        [false, 50],
        [true, 50],
        [false, 50],
      ],
      wide,
    ).filter((p) => p !== "none"),
    ["counted", "dead", "dead", "counted"],
  );
});

test("what had begun before is not counted; a missed edge counts nobody twice", () => {
  assert.equal(
    judged(
      [
        [false, 500],
        [true, 100],
        [false, 100],
      ],
      FILTER,
      false,
    ),
    ["none", "none", "counted"],
  );
  assert.equal(
    judged([
      [true, 100],
      [true, 100],
      [false, 100],
    ]),
    ["none", "none", "counted"],
  );
  assert.equal(
    judged([
      [true, 100],
      [false, 100],
      [false, 100],
      [true, 5],
      [false, 100],
    ]).filter((p) => p === "counted").length,
    1,
  );
});

test("a crowd is counted, more than a crowd within a second is chatter; so are closings too short to count", () => {
  const pulse = (ms: number) =>
    [
      [true, ms],
      [false, ms],
    ] as const;
  const quick = { ...FILTER, dead: duration(0) };
  const slow = Array.from({ length: 60 }, () => pulse(25)).flat(); // 20 each second
  assert.is(counted(judged(slow, quick)), 60);
  const fast = Array.from({ length: 60 }, () => pulse(21)).flat(); // 23 each second
  assert.is(
    judged(fast, quick)
      .filter((p) => p !== "none")
      .indexOf("chatter"),
    20,
  );
  const noise = Array.from({ length: 120 }, () => pulse(4)).flat();
  assert.is(judged(noise).indexOf("chatter"), 200);
  assert.is(judged(Array.from({ length: 300 }, () => pulse(5)).flat()).indexOf("chatter"), -1); // 100 each second
});

test("clean pulses with any bounce around them are counted, none more and none less", async () => {
  const bounce = fc.array(fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 })), { maxLength: 2 });
  await fc.assert(
    fc.property(
      fc.array(
        fc.record({
          before: bounce,
          long: fc.integer({ min: 20, max: 2000 }),
          after: bounce,
          gap: fc.integer({ min: 60, max: 5000 }),
        }),
        { maxLength: 30 },
      ),
      fc.boolean(),
      (people, high) => {
        const activeWhen = high ? "high" : "low";
        const pulses = new Pulses({ ...FILTER, activeWhen, dead: duration(0), crowd: 1000 }, !high);
        let at = 0;
        let n = 0;
        const edge = (active: boolean, after: number) => {
          at += after;
          if (pulses.edge({ high: active === high, at: duration(at) }) === "counted") n++;
        };
        for (const { before, long, after, gap } of people) {
          edge(true, gap);
          for (const [open, closed] of before) {
            edge(false, closed);
            edge(true, open);
          }
          edge(false, long);
          for (const [open, closed] of after) {
            edge(true, open);
            edge(false, closed);
          }
        }
        assert.is(n, people.length);
      },
    ),
  );
});

test("any edges at all: no throw, and at most one count for each two edges", async () => {
  await fc.assert(
    fc.property(fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 0, max: 300 })), { maxLength: 200 }), (edges) => {
      const all = judged(edges);
      assert.ok(counted(all) * 2 <= edges.length);
    }),
  );
});

test.run();
