import { test } from "uvu";
import * as assert from "uvu/assert";
import { faultsOf } from "../../controllers/junction/bounds.ts";
import { HARD_BOUNDS, LOOSE_BOUNDS } from "../../controllers/junction/bounds-limits.ts";
import type { Aspect, Junction, Signal } from "../../controllers/junction/model.ts";
import { instant } from "../../controllers/units.ts";
import { junctionOf, type SumoJunction } from "./junction-of.ts";
import { lettersOf } from "./letters.ts";
import { readScenario, type Scenario } from "./scenario.ts";
import { workedJunction } from "./worked.ts";

/**
 * A street from W to E (links 2 and 3) and one from N to S (link 0 straight on, link 1 left, which yields to nobody but
 * meets both); links 2 and 3 are two lanes of one way. Link 4 turns right from W and is always green.
 */
const net = (phases: string, offset = 0): string => `<?xml version="1.0"?>
<!-- north > south: a <junction> in a comment is none -->
<net>
  <edge id="N"><lane id="N_0" index="0" speed="10" length="200"/></edge>
  <edge id="S"><lane id="S_0" index="0" speed="10" length="200"/></edge>
  <edge id="W"><lane id="W_0" index="0" speed="20" length="150"/><lane id="W_1" index="1" speed="20" length="150"/></edge>
  <edge id="E"><lane id="E_0" index="0" speed="20" length="150"/><lane id="E_1" index="1" speed="20" length="150"/></edge>
  <edge id="far"><lane id="far_0" index="0" speed="10" length="400"/></edge>
  <tlLogic id="a &amp; b" type="static" programID="0" offset="${offset}">${phases}</tlLogic>
  <junction id="J" type="traffic_light" incLanes="N_0 W_0 W_1" intLanes="">
    <request index="0" response="01100" foes="01100" cont="0"/>
    <request index="1" response="01100" foes="01100" cont="0"/>
    <request index="2" response="00000" foes="00011" cont="0"/>
    <request index="3" response="00000" foes="00011" cont="0"/>
    <request index="4" response="00000" foes="00000" cont="0"/>
  </junction>
  <connection from="far" to="N" fromLane="0" toLane="0" dir="s"/>
  <connection from="N" to="S" fromLane="0" toLane="0" via=":J_0_0" tl="a &amp; b" linkIndex="0" dir="s"/>
  <connection from="N" to="E" fromLane="0" toLane="0" via=":J_1_0" tl="a &amp; b" linkIndex="1" dir="l"/>
  <connection from="W" to="E" fromLane="0" toLane="0" via=":J_2_0" tl="a &amp; b" linkIndex="2" dir="s"/>
  <connection from="W" to="E" fromLane="1" toLane="1" via=":J_2_1" tl="a &amp; b" linkIndex="3" dir="s"/>
  <connection from="W" to="S" fromLane="0" toLane="0" via=":J_4_0" tl="a &amp; b" linkIndex="4" dir="r"/>
</net>`;

const phase = (duration: number, state: string): string => `<phase duration="${duration}" state="${state}"/>`;
const DAY = [
  phase(30, "rrGGG"),
  phase(3, "rryyG"),
  phase(2, "rrrrG"),
  phase(20, "GGrrG"),
  phase(4, "yyrrG"),
  phase(1, "rrrrG"),
].join("");

const BUSES = `<routes>
  <vType id="bus" vClass="bus" accel="2" decel="4"/><vType id="car"/>
  <busStop id="halt" lane="N_0" startPos="100" endPos="120"/>
  <vehicle id="1" type="bus" depart="0"><route edges="far N S"/><stop busStop="halt" duration="20"/></vehicle>
  <vehicle id="2" type="bus" depart="9"><route edges="far N S"/><stop busStop="halt" duration="20"/></vehicle>
  <flow id="line" type="bus" begin="0" period="60" end="99"><route edges="N E"/></flow>
  <trip id="free" type="bus" depart="3" from="N" to="E"/>
  <vehicle id="3" type="car" depart="0"><route edges="W E"/></vehicle>
</routes>`;

const scenarioOf = (text: string, others: readonly string[] = [BUSES]): Scenario =>
  readScenario({ net: { name: "net", text }, others: others.map((text, i) => ({ name: `${i}`, text })) });

function sumoOf(text: string, others?: readonly string[]): SumoJunction {
  const scenario = scenarioOf(text, others);
  const found = [...scenario.programmes.values()].map((one) => junctionOf(scenario.network, one, scenario.routes))[0];
  if (!found) throw new TypeError("no junction");
  return found;
}

const plan = (junction: Junction) => {
  const [first] = junction.plans;
  return first?.kind === "fixed" ? first.stages.map(({ stage, at }) => `${stage} ${at}`) : [];
};

test("groups are links that always show the same; links that never change are in none", () => {
  const { junction, groupOf, signal } = sumoOf(net(DAY));
  assert.is(signal, "a & b");
  assert.equal(
    junction.groups.map(({ id }) => id),
    ["g0", "g2"],
  );
  assert.equal(
    [...groupOf],
    [
      [0, "g0"],
      [1, "g0"],
      [2, "g2"],
      [3, "g2"],
    ],
  );
});

test("intergreens and amber are what the programme leaves; stages are changed to when the first group ends", () => {
  const { junction } = sumoOf(net(DAY, -7));
  assert.equal(junction.intergreens, { g0: { g2: 5000 }, g2: { g0: 5000 } });
  assert.equal(
    junction.groups.map(({ amber, minGreen }) => [amber, minGreen]),
    [
      [4000, 6000],
      [3000, 6000],
    ],
  );
  // g2 is green from 0 to 30: it ends at 30, and g0 (50 to 55 + 5 s) at 55.
  assert.equal(plan(junction), ["s0 30000", "s1 55000"]);
  assert.equal(
    junction.stages.map(({ groups }) => groups),
    [["g0"], ["g2"]],
  );
  assert.is(junction.plans[0]?.kind === "fixed" && junction.plans[0].offset, 53_000);
  assert.equal(faultsOf(junction, HARD_BOUNDS), []);
});

// Link 3 ends 3 s before link 2: too short for a minimum green, and nobody needs one there.
const CUT_OFF = [
  phase(30, "rrGGG"),
  phase(3, "rrGyG"),
  phase(3, "rryrG"),
  phase(2, "rrrrG"),
  phase(20, "GGrrG"),
  phase(5, "yyrrG"),
].join("");

test("a stage that only ends something is as short as in the programme, and may be left out", () => {
  const { junction } = sumoOf(net(CUT_OFF));
  assert.equal(
    junction.stages.map(({ groups, shortest, skippable }) => [groups.join(), shortest, skippable]),
    [
      ["g2", 3000, true],
      ["g0", undefined, false],
      ["g2,g3", undefined, false],
    ],
  );
  assert.equal(plan(junction), ["s0 30000", "s1 33000", "s2 58000"]);
  assert.equal(faultsOf(junction, LOOSE_BOUNDS), []);
});

test("without priority each second shows what the programme shows, from the first on", () => {
  for (const [phases, offset] of [
    [DAY, -7],
    [CUT_OFF, 13],
  ] as const) {
    const sumo = sumoOf(net(phases, offset));
    const { programme } = sumo;
    const cycle = programme.phases.reduce((sum, { duration }) => sum + duration, 0);
    const worked = workedJunction(
      sumo,
      "none",
      () => undefined,
      () => -1,
      new Map(),
    );
    let last: string | null = null;
    for (let second = 0; second < 2 * cycle; second++) {
      let left = (second - offset + cycle) % cycle;
      const now = programme.phases.find(({ duration }) => {
        left -= duration;
        return left < 0;
      });
      const shown = worked.decide({ buses: [], queues: new Map(), shown: last }, instant(second * 1000));
      assert.is(shown, now?.state, `second ${second}`);
      last = shown;
    }
    assert.is(worked.fault, null);
  }
});

test("an inner junction, where turns wait, says nothing of the right of way", () => {
  const inner = `<junction id=":J_1_0" type="internal" incLanes="N_0 W_0 W_1" intLanes=""/></net>`;
  const { foes } = sumoOf(net(DAY).replace("</net>", inner));
  assert.equal([...(foes.get(0) ?? [])], [2, 3]);
});

test("what the programme shows green together is no conflict, though it meets", () => {
  const { junction } = sumoOf(
    net([phase(30, "rGGGG"), phase(3, "rGyyG"), phase(20, "GGrrG"), phase(4, "yyrrG"), phase(5, "rrrrG")].join("")),
  );
  assert.equal(Object.keys(junction.intergreens["g1"] ?? {}), []);
  assert.equal(Object.keys(junction.intergreens["g0"] ?? {}), ["g2"]);
});

test("a programme of the additional files is in force; one for other links is left out and told", () => {
  const other = (state: string) =>
    `<additional><tlLogic id="a &amp; b" programID="x" type="static">${phase(20, state)}${phase(20, "rrrrrr".slice(0, state.length))}</tlLogic></additional>`;
  assert.is(scenarioOf(net(DAY), [other("GGGGr")]).programmes.get("a & b")?.id, "x");
  const unfit = scenarioOf(net(DAY), [other("GGGGGr")]);
  assert.is(unfit.programmes.get("a & b")?.id, "0");
  assert.equal(unfit.unfit, ["a & b"]);
});

test("approaches are the buses' ways with their stops; buses without a way are told", () => {
  const scenario = scenarioOf(net(DAY));
  assert.equal(scenario.unrouted, ["free"]);
  assert.equal(
    [...scenario.routeOf],
    [
      ["1", 0],
      ["2", 0],
      ["line", 1],
    ],
  );
  assert.is(scenario.stopLoss(10), 3.75);
  const { junction, approaching } = sumoOf(net(DAY));
  assert.equal(
    junction.approaches.map(({ group, stops, speed }) => [
      group,
      stops.map(({ distance, dwell }) => [distance, dwell]),
      speed,
    ]),
    [
      ["g0", [[80, 20_000]], 10],
      ["g0", [], 10],
    ],
  );
  assert.equal(
    approaching.map(({ routes }) => [...routes]),
    [["0 1"], ["1 0"]],
  );
});

test("aspects are written as the programme writes them", () => {
  const sumo = sumoOf(
    net([phase(30, "rgGGG"), phase(3, "rgyyG"), phase(20, "GGrrG"), phase(4, "yyrrG"), phase(5, "rrrrG")].join("")),
  );
  const letters = lettersOf(sumo);
  const show = (g0: Aspect, g1: Aspect, g2: Aspect): string =>
    letters(
      [
        ["g0", g0],
        ["g1", g1],
        ["g2", g2],
      ].map(([group, aspect]): Signal => ({ group: group as string, aspect: aspect as Aspect, since: instant(0) })),
    );
  // Left yields while those it meets are green, and has its own green without them.
  assert.is(show("red", "green", "green"), "rgGGG");
  assert.is(show("green", "green", "red"), "GGrrG");
  assert.is(show("amber", "amber", "red"), "yyrrG");
  assert.is(show("flashing-amber", "dark", "red-amber"), "oOuuG");
});

test("where the network names no foes, green yields as in the phase that is most like what is shown", () => {
  const phases = [phase(30, "rgGGG"), phase(3, "rgyyG"), phase(9, "rGrrG"), phase(20, "GrrrG"), phase(5, "rrrrG")];
  const sumo = sumoOf(net(phases.join("")).replace(/<request .*>/g, ""));
  const show = (g1: Aspect, g2: Aspect): string =>
    lettersOf(sumo)(
      (["g0", "g1", "g2"] as const).map((group): Signal => {
        const aspect = { g0: "red", g1, g2 } as const;
        return { group, aspect: aspect[group], since: instant(0) };
      }),
    );
  assert.is(show("green", "green"), "rgGGG");
  assert.is(show("green", "red"), "rGrrG");
});

test.run();
