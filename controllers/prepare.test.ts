import { test } from "uvu";
import * as assert from "uvu/assert";
import type { ClassSelection } from "./model.ts";
import { prepare } from "./prepare.ts";
import { counter, lamp, law, site } from "./test-site.ts";
import { level, metres, minutes } from "./units.ts";

test("lamps get their floor, schedule and the counters that reach them", () => {
  const prepared = prepare(
    site({ adaptive: { ...law, reach: metres(30) }, counters: [counter(1, 60), counter(2, 100)] }),
  );
  assert.equal(
    prepared.lamps.map(({ counters }) => counters),
    [[], [0], [0], [0, 1], [1], []],
  );
  assert.ok(prepared.lamps.every(({ floor, schedule }) => floor >= 40 && floor < 41.2 && schedule === 0));
  const { up, down, both } = prepared.ways[0] ?? { up: [], down: [], both: [] };
  assert.equal(
    [up, down, both].map((ways) => ways.map((way) => [way.lamp, way.distance]).toSorted()),
    [
      [
        [2, 0],
        [3, 30],
      ],
      [
        [1, 30],
        [2, 0],
      ],
      [
        [1, 30],
        [2, 0],
        [3, 30],
      ],
    ],
  );
});

const selection: ClassSelection = {
  street: "high street",
  counters: ["counter/1"],
  window: minutes(15),
  steps: [
    { class: "P4", from: 20 },
    { class: "P6", from: 0 },
  ],
  hysteresis: 0.8,
};
type Step = ClassSelection["steps"][number];

test("a selection gets its lamps and counters, and the lamps the light of each class", () => {
  const lane = lamp(7, 0, { street: "lane", empty: level(10) });
  const prepared = prepare(site({ lamps: [...site().lamps, lane], selections: [selection] }));
  assert.equal(prepared.selections, [{ selection, counters: new Set([0]), lamps: [0, 1, 2, 3, 4, 5] }]);
  const [first, last] = [prepared.lamps[0], prepared.lamps[6]];
  assert.equal([first?.selection, first?.classes.map(Math.round), first?.empty], [0, [100, 41], undefined]);
  assert.equal([last?.selection, last?.classes], [null, [100]]);
  assert.is(last?.empty?.toFixed(2), "10.09", "the next arc power level");
});

test("a counter of its own validity goes stale by it, the others by the law", () => {
  const border = { ...counter(2, 0), staleAfter: minutes(7) };
  assert.equal(prepare(site({ counters: [counter(1, 60), border] })).staleAfter, [law.staleAfter, minutes(7)]);
});

test("what no checked configuration holds is refused by name", () => {
  const refused = (more: Parameters<typeof site>[0], name: RegExp) =>
    assert.throws(
      () => prepare(site(more)),
      (error: unknown) => error instanceof TypeError && name.test(error.message),
    );
  refused({ lamps: [lamp(7, 0, { schedule: "nigth" })] }, /lamp\/1\/7.*nigth/);
  refused({ lamps: [lamp(7, 0, { reducedClass: "P1" })] }, /P1 is brighter/);
  refused({ timeZone: "Mars" }, /time zone is Mars/);
  refused({ adaptive: { ...law, slowest: 0 } }, /adaptive\.slowest is 0/);
  refused({ adaptive: { ...law, slowest: 3 } }, /adaptive\.slowest is 3: allowed is at most fastest, 2/);
  refused({ adaptive: { ...law, up: 0 } }, /adaptive\.up is 0: allowed is more than 0/);
  refused({ adaptive: { ...law, down: -1 } }, /adaptive\.down is -1/);
  const selected = (more: Partial<ClassSelection>) => ({ selections: [{ ...selection, ...more }] });
  refused(selected({ window: minutes(7) }), /high street: window is 420000: allowed is a part of an hour/);
  refused(selected({ hysteresis: 2 }), /hysteresis is 2: allowed is 0 to 1/);
  refused(selected({ steps: [] }), /steps: allowed are one or more, the last from 0/);
  refused(selected({ steps: [{ class: "P4", from: 1 }] }), /the last from 0/);
  const [busy, quiet] = selection.steps as [Step, Step];
  refused(selected({ steps: [{ ...busy, from: 0 }, quiet] }), /step 1 is from 0: allowed is less than 0/);
  refused(selected({ counters: [] }), /no counters: allowed are one or more/);
  refused(selected({ counters: ["counter/9"] }), /counter counter\/9: allowed are those of the site/);
  const present = { ...counter(1, 60), presence: true } as const;
  refused({ counters: [present], ...selected({}) }, /counter counter\/1 .*: allowed are those that count people/);
  refused(selected({ steps: [{ class: "P3", from: 9 }, quiet] }), /P3 is brighter than P4/);
  const lamps = [lamp(7, 0, { reducedClass: "P5" })];
  refused({ lamps, ...selected({}) }, /step P6 at lamp\/1\/7: allowed is P5 or a brighter class/);
  const shares = { shares: "mast" };
  refused({ lamps: [lamp(1, 0, shares), lamp(2, 9, { ...shares, class: "P3" })] }, /class of lamp\/1\/2 is P3: .* P4/);
  refused({ lamps: [lamp(1, 0, shares), lamp(2, 9, { ...shares, street: "lane" })] }, /street of lamp\/1\/2 is lane/);
});

test.run();
