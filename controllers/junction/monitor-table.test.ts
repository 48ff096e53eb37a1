import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { milliseconds, seconds } from "../units.ts";
import type { Junction, SignalGroup } from "./model.ts";
import { fnv1a64, monitorText } from "./monitor-hash.ts";
import { group, junction, table } from "./monitor-scene.ts";
import { MONITOR_DEFAULTS, monitorTable } from "./monitor-table.ts";

test("a table that makes no sense is refused", () => {
  const other = (over: Partial<Junction>) => () => monitorTable({ ...junction, ...over });
  assert.throws(other({ groups: [group("A"), group("A")], intergreens: {} }), /an id twice/);
  assert.throws(other({ groups: [group("A 1")], intergreens: {} }), /no white space/);
  assert.throws(other({ intergreens: { A: { X: seconds(4) } } }), /intergreen A X: allowed are groups/);
  assert.throws(other({ intergreens: { A: { A: seconds(4) } } }), /with itself/);
  assert.throws(other({ intergreens: { A: { B: seconds(4) } } }), /intergreen A B: needs one the other way/);
  assert.throws(
    () => monitorTable(junction, { persistence: milliseconds(451) }),
    /persistence is 451 ms: allowed 0 to 450/,
  );
  for (const name of ["persistence", "follow", "silence"] as const) assert.ok(MONITOR_DEFAULTS[name] <= 150);
});

test("the hash is FNV-1a of the facts in their order", () => {
  // Published test vectors of the function.
  assert.is(fnv1a64(""), "cbf29ce484222325");
  assert.is(fnv1a64("\u6f66\u626f\u7261"), "85944171f73967e8", "the bytes of foobar, two and two");
  const turned = { ...junction, groups: junction.groups.toReversed() };
  assert.is(monitorTable(turned).hash, table.hash);
  assert.ok(monitorText(junction).startsWith("amber A 3000\namber B 3000\namber P 0\nconflict A B 5000\n"));
});

test("the hash is another whenever a fact is", async () => {
  const times = fc.integer({ min: 0, max: 60_000 });
  await fc.assert(
    fc.property(fc.constantFrom("minGreen", "amber", "redAmber", "intergreen"), fc.nat(2), times, (fact, i, ms) => {
      const one = junction.groups[i] as SignalGroup;
      const pairs = Object.entries(junction.intergreens).flatMap(([from, to]) =>
        Object.keys(to).map((id) => [from, id]),
      );
      const [from, to] = pairs[ms % pairs.length] as [string, string];
      const before = fact === "intergreen" ? junction.intergreens[from]?.[to] : one[fact];
      const changed: Junction =
        fact === "intergreen"
          ? {
              ...junction,
              intergreens: {
                ...junction.intergreens,
                [from]: { ...junction.intergreens[from], [to]: milliseconds(ms) },
              },
            }
          : { ...junction, groups: junction.groups.with(i, { ...one, [fact]: milliseconds(ms) }) };
      assert.is(monitorTable(changed).hash === table.hash, before === ms);
    }),
  );
  const kind = junction.groups.with(0, group("A", { kind: "tram" }));
  assert.is.not(monitorTable({ ...junction, groups: kind }).hash, table.hash);
});

test.run();
