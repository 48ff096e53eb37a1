/** Where arms, heads and crossings of a junction are drawn. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { layOutJunction } from "./page/junction-layout.ts";
import type { JunctionAssets } from "./page/junction-model.ts";

const stages = [
  { id: "avenue", groups: ["A", "A2", "PB"] },
  { id: "side", groups: ["B", "B2", "PA"] },
];
const vehicle = (...ids: string[]) => ids.map((id) => ({ id, kind: "vehicle" as const }));
const walkers = (...ids: string[]) => ids.map((id) => ({ id, kind: "pedestrian" as const }));
const junction = (part: Partial<JunctionAssets>): JunctionAssets => ({
  id: "tlc/1",
  name: "",
  groups: [...vehicle("A", "B"), ...walkers("PA", "PB")],
  stages,
  approaches: [{ id: 1, name: "from the west", group: "A", bearing: 90 }],
  ...part,
});
const drawn = (assets: JunctionAssets) =>
  layOutJunction(assets).arms.map(({ angle, heads, crossings }) => `${angle}: ${[...heads, ...crossings].join(" ")}`);

test("who comes eastward comes from the west; the side street crosses, and people cross what they do not walk with", () => {
  assert.equal(drawn(junction({})), ["270: A PA", "0: B PB"]);
});

test("approaches from nearly the same side share an arm", () => {
  const approaches = [
    { id: 1, name: "", group: "A", bearing: 90 },
    { id: 2, name: "", group: "A2", bearing: 105 },
    { id: 3, name: "", group: "B", bearing: 350 },
  ];
  const { arms, armOf } = layOutJunction(junction({ groups: vehicle("A", "A2", "B"), approaches }));
  assert.equal(
    arms.map(({ heads }) => heads),
    [["A", "A2"], ["B"]],
  );
  assert.equal([...armOf.values()], [0, 0, 1]);
  assert.is(arms[1]?.angle, 170);
});

test("groups without a bearing go ahead of who they are green with, and across the others", () => {
  const groups = vehicle("A", "A2", "B", "B2");
  assert.equal(drawn(junction({ groups })), ["270: A", "90: A2", "0: B", "180: B2"]);
});

test("a junction of which nobody knows a way is drawn all the same, and every group once", () => {
  for (const approaches of [[], [{ id: 4, name: "", group: "B" }]]) {
    const { arms, armOf } = layOutJunction(junction({ approaches }));
    assert.equal(arms.flatMap(({ heads, crossings }) => [...heads, ...crossings]).sort(), ["A", "B", "PA", "PB"]);
    for (const { id } of approaches) assert.ok(arms[armOf.get(id) ?? -1]?.heads.includes("B"));
  }
  assert.equal(drawn(junction({ groups: walkers("PA"), approaches: [] })), ["270: PA"]);
});

test.run();
