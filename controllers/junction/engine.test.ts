import { test } from "uvu";
import * as assert from "uvu/assert";
import { hours, type Instant, seconds } from "../units.ts";
import { compile } from "./bounds.ts";
import { LOOSE_BOUNDS } from "./bounds-limits.ts";
import { baseFrom, type EngineInputs, flashEngine, runEngine, startEngine } from "./engine.ts";
import type { JunctionEvent } from "./model.ts";
import { tenGroup, threeStage, twoStage } from "./test-junctions.ts";
import { planOfSeconds, runFor, second, toSeconds } from "./test-run.ts";

const two = compile(twoStage());
const three = compile(threeStage());
const NOTHING: EngineInputs = { wanted: [], occupied: [], plan: null, clockSet: true };

const waits = (events: readonly JunctionEvent[], group: string) =>
  events.flatMap((event) => (event.kind === "wait" && event.group === group ? [event.waited / 1000] : []));

test("it starts all red for the longest intergreen, then with the first stage", () => {
  const started = startEngine(two, second(0));
  assert.is(started.mode, "start-up");
  assert.ok(started.signals.every(({ aspect }) => aspect === "red"));
  const first = runEngine(two, started, NOTHING, second(0));
  assert.is(first.wakeAt, second(10));
  assert.is(runEngine(two, first.state, NOTHING, second(9.9)).state.mode, "start-up");
  const running = runEngine(two, first.state, NOTHING, second(10));
  assert.is(running.state.mode, "running");
  assert.equal(running.events, [
    { kind: "mode", mode: "running", why: "all red was long enough", at: second(10) },
    { kind: "stage", stage: "1", at: second(10) },
    { kind: "signal", group: "A", aspect: "green", at: second(10) },
    { kind: "wait", group: "A", waited: 10_000, at: second(10) },
  ]);
});

test("it sleeps until the next change is possible", () => {
  const wakes: number[] = [];
  let state = startEngine(two, second(0));
  while (wakes.length < 7) {
    const step = runEngine(two, state, NOTHING, state.wakeAt);
    state = step.state;
    wakes.push(toSeconds(step.wakeAt));
  }
  // Start, A's minimum, end of stage 1, amber's end, B, Q, Q's minimum.
  assert.equal(wakes, [10, 16, 50, 53, 55, 56, 62]);
});

test("a group on call is green when called, once, and the call is remembered", () => {
  const { greens, events } = runFor(two, 250, { 60: { wanted: ["P"] } });
  assert.equal(
    greens.filter((word) => word.startsWith("P")),
    ["P+86", "P-120"],
  );
  assert.equal(waits(events, "P"), [26]);
});

test("a call for the stage that is on is served at once, if its minimum is over before the stage is left", () => {
  const greens = (at: number) =>
    runFor(two, 140, { [at]: { wanted: ["P"] } }).greens.filter((word) => word.startsWith("P"));
  assert.equal(greens(12), ["P+12", "P-50"]);
  assert.equal(greens(44), ["P+44", "P-50"]);
  assert.equal(greens(45), ["P+86", "P-120"]);
});

test("a held button is a new call when the green has ended", () => {
  const held = runEngine(
    two,
    runFor(two, 119, { 60: { wanted: ["P"] } }).state,
    { ...NOTHING, wanted: ["P"] },
    second(120),
  );
  assert.is(held.state.waiting[2], second(120));
});

test("a plan is followed: a green made longer, another begun early, a stage left out", () => {
  const plan = planOfSeconds(["1", 10, 60], ["3", 60, 80], ["1", 80, 130]);
  const { stages, greens } = runFor(three, 110, { 0: { plan } });
  assert.equal(stages, ["1@10", "3@60", "1@80"]);
  assert.equal(greens.slice(0, 6), ["A+10", "A-60", "B+65", "Q+66", "B-80", "Q-80"]);
});

test("where a plan says nothing the base plan is in force", () => {
  const { stages } = runFor(three, 119, { 0: { plan: planOfSeconds(["3", 30, 40]) } });
  assert.equal(stages, ["1@10", "3@30", "1@62", "2@104"]);
});

test("a stage that was begun is finished, whatever the plan says next", () => {
  const plan = planOfSeconds(["1", 10, 20], ["3", 20, 21], ["1", 21, 100]);
  const { stages, greens } = runFor(three, 60, { 0: { plan } });
  // Q is green at 26, for 6 s.
  assert.equal(stages, ["1@10", "3@20", "1@32"]);
  assert.equal(greens, ["A+10", "A-20", "B+25", "Q+26", "B-32", "Q-32", "A+42"]);
});

test("a stage in which nobody waits is not changed to", () => {
  const plan = planOfSeconds(["platform", 20, 60]);
  assert.equal(runFor(compile(tenGroup()), 60, { 0: { plan } }).stages, ["avenue@9"]);
});

test("no plan keeps anybody waiting beyond the maximum", () => {
  const { events, stages } = runFor(three, 1000, { 0: { plan: planOfSeconds(["1", 0, 1000]) } });
  // B and C wait since the start; C comes last: 7 s to B's green, its 6 s, 10 s for who walks to leave before C.
  assert.equal(stages.slice(0, 3), ["1@10", "3@97", "2@110"]);
  for (const group of ["A", "B", "C", "Q"])
    for (const waited of waits(events, group)) assert.ok(waited <= 120, `${group} ${waited}`);
  assert.ok(waits(events, "B").length >= 8);
});

test("a change that would make somebody wait too long is refused", () => {
  // Stage 3 comes at the last moment for C after it. Stage 1 between them would be too much.
  const plan = planOfSeconds(["1", 0, 97], ["3", 97, 105], ["1", 105, 400]);
  const { events, stages } = runFor(three, 130, { 0: { plan } });
  assert.equal(stages, ["1@10", "3@97", "2@110", "1@126"]);
  assert.ok(Math.max(...waits(events, "C")) <= 120);
});

test("flashing stays until a new start", () => {
  const { state } = runFor(two, 30);
  const flashing = flashEngine(two, state, "conflict seen", second(30));
  assert.equal(flashing.events[0], { kind: "mode", mode: "flashing", why: "conflict seen", at: second(30) });
  assert.equal(
    flashing.state.signals.map(({ aspect }) => aspect),
    ["flashing-amber", "flashing-amber", "dark", "dark"],
  );
  const later = runEngine(
    two,
    flashing.state,
    { ...NOTHING, wanted: ["P"], plan: planOfSeconds(["2", 0, 9999]) },
    second(900),
  );
  assert.equal(later.events, []);
  assert.equal(later.state.signals, flashing.state.signals);
  assert.is(later.wakeAt, second(900) + hours(1));
  assert.equal(baseFrom(two, later.state, NOTHING, second(900), second(1000)), []);
});

test("a clock that jumps gives no time away: minimum green and clearance last their whole time", () => {
  const { state } = runFor(two, 51);
  assert.is(state.signals[0]?.aspect, "amber");
  for (const jump of [-7200, 3600]) {
    const at = (s: number) => (second(s) + jump * 1000) as Instant;
    let step = runEngine(two, state, NOTHING, at(51.5));
    const seen: string[] = [];
    while (step.wakeAt < at(60)) {
      step = runEngine(two, step.state, NOTHING, step.wakeAt);
      for (const event of step.events) {
        if (event.kind === "signal") seen.push(`${event.group} ${event.aspect} ${(event.at - at(50)) / 1000}`);
      }
    }
    // The pass before was at second 50: the second and a half since may never have been.
    assert.equal(seen, ["A red 4.5", "B green 6.5", "Q green 7.5"], `${jump}`);
  }
});

test("a clock that jumps makes nobody wait longer by itself", () => {
  const { state } = runFor(two, 30);
  for (const jump of [-7200, 3600]) {
    const at = (s: number) => (second(s) + jump * 1000) as Instant;
    // The pass before was at second 16: the stage has 34 s from there.
    let step = runEngine(two, state, NOTHING, at(31));
    const stages: string[] = [];
    while (step.wakeAt < at(90)) {
      step = runEngine(two, step.state, NOTHING, step.wakeAt);
      for (const event of step.events)
        if (event.kind === "stage") stages.push(`${event.stage}@${(event.at - at(0)) / 1000}`);
    }
    assert.equal(stages, ["2@65"], `${jump}`);
  }
});

test("what the base plan would do: spans without holes from the stage that is on", () => {
  const { state } = runFor(three, 30);
  assert.equal(
    baseFrom(three, state, NOTHING, second(30), second(160)),
    planOfSeconds(["1", 10, 52], ["2", 52, 68], ["3", 68, 100], ["1", 100, 142], ["2", 142, 158], ["3", 158, 160]),
  );
  // Under another plan: what it would do if it were left alone from here on.
  const held = runFor(three, 70, { 0: { plan: planOfSeconds(["1", 10, 90]) } }).state;
  assert.equal(
    baseFrom(three, held, { ...NOTHING, plan: planOfSeconds(["1", 10, 90]) }, second(70), second(90)),
    planOfSeconds(["2", 70, 86], ["3", 86, 90]),
  );
  const starting = startEngine(three, second(0));
  assert.equal(baseFrom(three, starting, NOTHING, second(0), second(20)), planOfSeconds(["1", 0, 20]));
});

test("a group whose amber is still shown is begun when it was red, and has its minimum green", () => {
  const { groups, ...rest } = twoStage();
  const alone = compile(
    {
      ...rest,
      groups: groups.slice(0, 2).map((group) => ({ ...group, minGreen: seconds(1) })),
      intergreens: {},
      stages: rest.stages.map((stage) => ({ ...stage, groups: stage.groups.slice(0, 1) })),
      detectors: [],
    },
    LOOSE_BOUNDS,
  );
  const plan = planOfSeconds(["1", 0, 10], ["2", 10, 11], ["1", 11, 12.5], ["2", 12.5, 20]);
  assert.equal(runFor(alone, 19, { 0: { plan } }).greens, ["A+1", "A-10", "B+10", "B-11", "A+14", "A-15", "B+15"]);
});

test("red-amber is shown before green and does not make the intergreen longer", () => {
  const groups = twoStage().groups.map((group) => (group.id === "B" ? { ...group, redAmber: seconds(2) } : group));
  const { events } = runFor(compile({ ...twoStage(), groups }), 60);
  const seen = events.flatMap((event) =>
    event.kind === "signal" && event.group === "B" ? [`${event.aspect}@${toSeconds(event.at)}`] : [],
  );
  assert.equal(seen, ["red-amber@53", "green@55"]);
});

test.run();
