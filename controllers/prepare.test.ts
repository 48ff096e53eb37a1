import { test } from "uvu";
import * as assert from "uvu/assert";
import { prepare } from "./prepare.ts";
import { counter, lamp, law, site } from "./test-site.ts";
import { metres } from "./units.ts";

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
});

test.run();
