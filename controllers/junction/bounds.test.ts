import { test } from "uvu";
import * as assert from "uvu/assert";
import { minutes, seconds } from "../units.ts";
import { compile, faultsOf } from "./bounds.ts";
import { LOOSE_BOUNDS } from "./bounds-limits.ts";
import { worstWait } from "./bounds-waits.ts";
import { groupOf, pedestrianClearance, stageOf, vehicleIntergreen } from "./defaults.ts";
import type { ActuatedPlan, FixedPlan, Junction, SignalGroup, Stage } from "./model.ts";
import { fixedPlan, intergreensOf, testJunctions, threeStage, twoStage } from "./test-junctions.ts";

const paths = (junction: Junction, bounds?: typeof LOOSE_BOUNDS) => faultsOf(junction, bounds).map(({ path }) => path);
const { groups, stages, plans, intergreens } = twoStage();
const withGroup = (id: string, said: Partial<SignalGroup>): Junction => ({
  ...twoStage(),
  groups: groups.map((group) => (group.id === id ? { ...group, ...said } : group)),
});
const withStage = (id: string, said: Partial<Stage>): Junction => ({
  ...twoStage(),
  stages: stages.map((stage) => (stage.id === id ? { ...stage, ...said } : stage)),
});
const withPlan = (said: Partial<FixedPlan>): Junction => ({
  ...twoStage(),
  plans: [{ ...(plans[0] as FixedPlan), ...said }],
});
const withTime = (a: string, b: string, time: number): Junction => ({
  ...twoStage(),
  intergreens: { ...intergreens, [a]: { ...intergreens[a], [b]: seconds(time) } },
});

test("the junctions of the tests have no fault", () => {
  for (const junction of testJunctions()) assert.equal(faultsOf(junction), []);
});

test("times have hard bounds", () => {
  assert.equal(paths(withGroup("A", { minGreen: seconds(3.9) })), ["groups.A.minGreen"]);
  assert.equal(paths(withGroup("A", { minGreen: seconds(61) })), ["groups.A.minGreen"]);
  assert.equal(paths(withGroup("A", { minGreen: Number.NaN as never })), ["groups.A.minGreen"]);
  assert.equal(paths(withGroup("A", { amber: seconds(2.9) })), ["groups.A.amber"]);
  assert.equal(paths(withGroup("P", { amber: seconds(3) })), ["groups.P.amber"]);
  assert.equal(paths(withGroup("P", { redAmber: seconds(1) })), ["groups.P.redAmber"]);
  assert.equal(paths(withGroup("A", { redAmber: seconds(2.1) })), ["groups.A.redAmber", "intergreens.B.A"]);
  assert.equal(paths(withGroup("A", { maxWait: minutes(6) })), ["groups.A.maxWait"]);
  assert.equal(paths(withGroup("A", { guard: seconds(121) })), ["groups.A.guard"]);
  assert.equal(paths(withGroup("A", { amber: seconds(4), redAmber: seconds(1) })), []);
  assert.equal(paths(withGroup("A", { minGreen: seconds(3) }), LOOSE_BOUNDS), []);
});

test("an intergreen is at least the amber before and the red-amber after it, and pedestrians' never nothing", () => {
  assert.equal(paths(withTime("A", "B", 2.9)), ["intergreens.A.B"]);
  assert.equal(paths(withTime("A", "B", 61)), ["intergreens.A.B"]);
  assert.equal(paths(withTime("Q", "A", 1.9)), ["intergreens.Q.A"]);
  const red = withGroup("B", { redAmber: seconds(2) });
  assert.equal(paths({ ...red, intergreens: withTime("A", "B", 4).intergreens }), ["intergreens.A.B"]);
});

test("conflicts go both ways, between groups that there are", () => {
  const { A, ...others } = intergreens;
  assert.equal(paths({ ...twoStage(), intergreens: others }), ["intergreens.B.A", "intergreens.Q.A"]);
  assert.ok(paths(withTime("A", "A", 5)).includes("intergreens.A.A"));
  assert.ok(paths(withTime("A", "Z", 5)).includes("intergreens.A.Z"));
  assert.equal(A?.["B"], seconds(5));
});

test("a stage has groups, and none that conflict; every group has a stage", () => {
  assert.equal(paths(withStage("1", { groups: ["A", "P", "B"] })), ["stages.1", "stages.1"]);
  assert.equal(paths(withStage("1", { groups: ["A", "P", "Z"] })), ["stages.1"]);
  assert.equal(paths(withStage("1", { groups: ["A", "P", "A"] })), ["stages.1"]);
  assert.equal(paths(withStage("1", { groups: ["A"] })), ["groups.P"]);
  assert.equal(paths(withStage("1", { least: -1 as never })), ["stages.1.least"]);
  assert.ok(paths({ ...twoStage(), stages: [] }).includes("stages"));
  assert.equal(paths({ ...twoStage(), stages: [...stages, ...stages] }), ["stages.1", "stages.2"]);
});

test("a stage that only ends what another has may be as short as a second, and no longer than its minimum greens say", () => {
  const cutOff = (shortest: number, members = ["A"]): Junction => {
    const [first, second] = stages as [Stage, Stage];
    const plan = fixedPlan(1, 70, [
      ["1", 0],
      ["3", 30],
      ["2", 40],
    ]);
    const third = { ...stageOf("3", members), shortest: seconds(shortest) };
    return { ...twoStage(), stages: [first, third, second], plans: [plan] };
  };
  assert.equal(faultsOf(cutOff(2)), []);
  assert.equal(faultsOf(cutOff(1)), []);
  assert.equal(faultsOf(cutOff(6)), []);
  assert.equal(faultsOf(cutOff(0.9)), [{ path: "stages.3.shortest", message: "900 ms: allowed 1000 to 6000" }]);
  assert.equal(paths(cutOff(6.1)), ["stages.3.shortest"]);
  assert.equal(paths(withStage("1", { shortest: Number.NaN as never })), ["stages.1.shortest", "stages.1.shortest"]);
  assert.equal(faultsOf(withStage("1", { shortest: seconds(2) })), [
    {
      path: "stages.1.shortest",
      message: "1 begins what no other stage has: allowed where another stage has all its groups",
    },
  ]);
});

test("a plan has time for a stage that only ends something where that is as short as its stage says", () => {
  const [first, second] = stages as [Stage, Stage];
  const plan = fixedPlan(1, 70, [
    ["1", 0],
    ["3", 33],
    ["2", 40],
  ]);
  const third = stageOf("3", ["A"]);
  const withThird = (stage: Stage): Junction => ({
    ...twoStage(),
    stages: [first, stage, second],
    plans: [plan],
  });
  assert.equal(paths(withThird({ ...third, shortest: seconds(3) })), []);
  assert.equal(paths(withThird(third)), ["plans.1.stages.1"]);
});

test("ids are words, once each", () => {
  assert.ok(paths(withGroup("A", { id: "A 1" })).includes("groups.A 1"));
  assert.ok(paths({ ...twoStage(), groups: [...groups, ...groups.slice(0, 1)] }).includes("groups.A"));
  assert.ok(paths({ ...twoStage(), groups: [] }).includes("groups"));
});

test("approaches and detectors lead to groups", () => {
  const junction = twoStage();
  const [approach] = junction.approaches;
  const [detector] = junction.detectors;
  if (!approach || !detector) throw new Error("the test's junction has both");
  assert.equal(paths({ ...junction, approaches: [{ ...approach, group: "Z" }] }), ["approaches.1.group"]);
  assert.equal(paths({ ...junction, approaches: [approach, approach] }), ["approaches.1"]);
  assert.equal(paths({ ...junction, detectors: [{ ...detector, group: "Z" }] }), ["detectors.detector/A.group"]);
});

test("a plan has every group, and time for every change and minimum", () => {
  assert.equal(paths({ ...twoStage(), plans: [] }), ["plans"]);
  assert.equal(paths(withPlan({ id: 0 })), ["plans.0"]);
  assert.equal(paths({ ...twoStage(), plans: [...plans, ...plans.slice(0, 1)] }), ["plans.1"]);
  assert.equal(paths(withPlan({ stages: fixedPlan(1, 70, [["1", 0]]).stages })), ["plans.1", "plans.1"]);
  assert.equal(paths(withPlan({ stages: fixedPlan(1, 70, [["9", 0]]).stages })), ["plans.1.stages"]);
  assert.equal(paths(withPlan({ offset: seconds(70) })), ["plans.1.offset"]);
  assert.equal(paths(withPlan({ cycle: seconds(41) })), ["plans.1.stages.1"]);
  // Stage 2 needs the 7 s of P's way and 6 s of green; stage 1 the 10 s of Q's and 6 s.
  const short = (at: number) =>
    withPlan(
      fixedPlan(1, 70, [
        ["1", 0],
        ["2", at],
      ]),
    );
  assert.equal(paths(short(57)), []);
  assert.equal(faultsOf(short(58)), [
    { path: "plans.1.stages.1", message: "2 has 12000 ms: its change and its minimum green need 13000" },
  ]);
  assert.equal(paths(short(16)), []);
  assert.equal(paths(short(15)), ["plans.1.stages.0"]);
  assert.equal(
    paths(
      withPlan({
        stages: [
          ...fixedPlan(1, 70, [
            ["1", 5],
            ["2", 5],
          ]).stages,
        ],
      }),
    ),
    ["plans.1.stages"],
  );
  const gap = { ...(plans[2] as ActuatedPlan) };
  const wrong = gap.stages.map((stage) => ({ ...stage, gap: seconds(0), max: seconds(5) }));
  assert.equal(
    paths({ ...twoStage(), plans: [{ ...gap, stages: wrong }] }),
    ["0.max", "0.gap", "1.max", "1.gap"].map((path) => `plans.3.stages.${path}`),
  );
});

test("a plan in which somebody waits too long is refused", () => {
  const slow = {
    ...twoStage(),
    plans: [
      fixedPlan(1, 160, [
        ["1", 0],
        ["2", 130],
      ]),
    ],
  };
  // From the change to stage 1 to that to stage 2, and its 7 s at worst.
  assert.equal(faultsOf(slow), [
    { path: "plans.1", message: "B would wait 137000 ms: its maxWait is 120000" },
    { path: "plans.1", message: "Q would wait 137000 ms: its maxWait is 120000" },
  ]);
});

test("a maximum wait that cannot be promised is refused with what it would need", () => {
  // Stage 1 was just begun (10 s of clearance at worst, 6 s of green); then stage 2 (7 s, 6 s); then 10 s back.
  const needs = worstWait(compile(twoStage()), 0);
  assert.is(needs, 39_000);
  const plan = [plans[2] as ActuatedPlan];
  assert.equal(paths({ ...withGroup("A", { maxWait: seconds(39), guard: seconds(0) }), plans: plan }), []);
  assert.equal(faultsOf({ ...withGroup("A", { maxWait: seconds(38.9), guard: seconds(0) }), plans: plan }), [
    { path: "groups.A.maxWait", message: "38900 ms cannot be promised: at worst it needs 39000" },
  ]);
});

test("the worst wait is that of the worst order of all", () => {
  for (const junction of testJunctions()) {
    const table = compile(junction);
    const homes = [...new Set(table.home)];
    const hold = (stage: number) => table.stages[stage]?.hold ?? 0;
    /** The longest way on from a stage over some of those that are left, to one that has the group. */
    const longest = (from: number, left: readonly number[], g: number): number =>
      Math.max(
        ...left.map((to) => {
          const change = table.change[from * table.stages.length + to] as number;
          const on =
            hold(to) +
            longest(
              to,
              left.filter((other) => other !== to),
              g,
            );
          return change + Math.max(on, table.stages[to]?.has[g] ? 0 : Number.NEGATIVE_INFINITY);
        }),
        Number.NEGATIVE_INFINITY,
      );
    for (const g of table.groups.keys()) {
      const ways = [...table.stages.keys()].map((first) => table.longest + hold(first) + longest(first, homes, g));
      assert.is(worstWait(table, g), Math.max(...ways));
    }
  }
});

test("many stages: the bound is the sum of the worst changes", () => {
  const names = [..."ABCDEFGHIJK"];
  const all = names.flatMap((a, i) => names.slice(i + 1).map((b) => [a, b, 5, 5] as const));
  const junction: Junction = {
    ...twoStage(),
    groups: names.map((id) => groupOf(id, "vehicle", { maxWait: seconds(300) })),
    intergreens: intergreensOf(all),
    stages: names.map((id) => stageOf(id, [id])),
    plans: [
      {
        kind: "actuated",
        id: 1,
        stages: names.map((stage) => ({ stage, min: seconds(6), max: seconds(9), gap: seconds(3) })),
      },
    ],
    approaches: [],
    detectors: [],
  };
  assert.is(worstWait(compile(junction), 0), (5 + 6) * 12 * 1000);
});

test("compile throws all faults", () => {
  const message =
    "junction tlc/1: groups.A.minGreen: 1000 ms: allowed 4000 to 60000; groups.A.amber: 0 ms: allowed 3000 to 5000";
  assert.throws(
    () => compile(withGroup("A", { minGreen: seconds(1), amber: seconds(0) })),
    (error: unknown) => error instanceof TypeError && error.message === message,
  );
});

test("French values: amber and 2 s all red at least, 10 m/s to clear, pedestrians 1 m/s", () => {
  assert.is(vehicleIntergreen(seconds(3), 12 as never), seconds(5));
  assert.is(vehicleIntergreen(seconds(3), 24 as never), seconds(6));
  assert.is(vehicleIntergreen(seconds(5), 12 as never), seconds(7));
  assert.is(pedestrianClearance(7 as never), seconds(7));
  assert.is(pedestrianClearance(7.2 as never), seconds(8));
  const { minGreen, amber, redAmber, maxWait } = groupOf("A", "vehicle");
  assert.equal([minGreen, amber, redAmber, maxWait], [6000, 3000, 0, 120_000]);
  assert.equal(
    ["vehicle", "cycle", "pedestrian"].map((kind) => groupOf("A", kind as "cycle").guard),
    [120_000, 90_000, 90_000],
  );
  assert.is(threeStage().groups[4]?.amber, 0);
});

test.run();
