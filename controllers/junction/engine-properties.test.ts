/**
 * Any plan, any calls, any detectors, any steps: what the signals then did is judged from the events alone, by rules that
 * are written anew here.
 */
import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { type Duration, duration, type Instant, instant, seconds } from "../units.ts";
import { compile } from "./bounds.ts";
import { LOOSE_BOUNDS } from "./bounds-limits.ts";
import { worstWait } from "./bounds-waits.ts";
import { stageOf } from "./defaults.ts";
import { baseFrom, type EngineInputs, type EngineState, runEngine, startEngine } from "./engine.ts";
import { type JunctionTable, tableOf } from "./kernel-table.ts";
import type { Aspect, Junction, JunctionEvent, StageSpan, TentativePlan } from "./model.ts";
import { testJunctions } from "./test-junctions.ts";

const START = instant(1_700_000_000_000);

/** As hard as may be promised: nobody's maximum wait is longer than it must be. */
function tight(junction: Junction): Junction {
  const table = tableOf(junction);
  const groups = junction.groups.map((group, g) => ({
    ...group,
    maxWait: duration(worstWait(table, g)),
    guard: seconds(0),
  }));
  return { ...junction, groups };
}

/** With red-amber, as outside France, and minimum greens that are all different. */
function foreign(junction: Junction): Junction {
  const groups = junction.groups.map((group, g) => ({
    ...group,
    minGreen: seconds(4 + ((g * 3) % 7)),
    redAmber: seconds(group.kind === "pedestrian" ? 0 : 2),
  }));
  return { ...junction, groups };
}

/** With stages that only end what others have: the first group alone, the last group alone. */
function cut(junction: Junction): Junction {
  const parts = junction.stages.flatMap(({ id, groups }) =>
    groups.length > 1 ? [stageOf(`${id} first`, groups.slice(0, 1)), stageOf(`${id} last`, groups.slice(-1))] : [],
  );
  return { ...junction, stages: [...junction.stages, ...parts] };
}

const JUNCTIONS = [...testJunctions(), ...testJunctions().map(foreign), ...testJunctions().map(cut)].map(tight);
const TABLES = JUNCTIONS.map((junction) =>
  // With waits as short as can be no fixed plan keeps them: the engine must, all the same.
  compile({ ...junction, plans: junction.plans.filter(({ kind }) => kind === "actuated") }, LOOSE_BOUNDS),
).map((table, i) => ({ ...table, junction: JUNCTIONS[i] as Junction }));

/** Something that happens `wait` after what happened before. */
interface Beat {
  readonly wait: Duration;
  readonly wanted: readonly number[];
  readonly occupied: readonly number[];
  readonly spans: readonly { readonly stage: number; readonly from: number; readonly length: number }[] | null;
  readonly basePlan: number;
  readonly clockSet: boolean;
}

const beats = (longest: number) =>
  fc.array(
    fc.record<Beat>({
      wait: fc.integer({ min: 1, max: longest }).map((tenths) => duration(tenths * 100)),
      wanted: fc.array(fc.nat(9), { maxLength: 3 }),
      occupied: fc.array(fc.nat(9), { maxLength: 3 }),
      spans: fc.option(
        fc.array(
          fc.record({
            stage: fc.nat(9),
            from: fc.integer({ min: -100, max: 300 }),
            length: fc.integer({ min: 0, max: 900 }),
          }),
          { minLength: 1, maxLength: 4 },
        ),
        { freq: 4 },
      ),
      basePlan: fc.integer({ min: 0, max: 3 }),
      clockSet: fc.boolean(),
    }),
    { minLength: 10, maxLength: 60 },
  );

function inputsOf(table: JunctionTable, beat: Beat, now: number): EngineInputs {
  const id = (g: number) => table.groups[g % table.groups.length]?.id as string;
  const spans = beat.spans?.map(({ stage, from, length }): StageSpan => {
    // One too many: a stage that there is not.
    const name = table.stages[stage % (table.stages.length + 1)]?.id ?? "nowhere";
    return { stage: name, from: (now + from * 100) as Instant, to: (now + (from + length) * 100) as Instant };
  });
  const { basePlan, clockSet } = beat;
  const plan: TentativePlan | null = spans ?? null;
  return { wanted: beat.wanted.map(id), occupied: beat.occupied.map(id), plan, basePlan, clockSet };
}

/** Beats at their times, and passes whenever the engine asks for one. */
function walk(
  table: JunctionTable,
  story: readonly Beat[],
  every?: number,
): { events: JunctionEvent[]; end: Instant; state: EngineState } {
  const events: JunctionEvent[] = [];
  let state = startEngine(table, START);
  let now: number = START;
  let inputs = inputsOf(table, story[0] as Beat, now);
  const pass = () => {
    const step = runEngine(table, state, inputs, now as Instant);
    events.push(...step.events);
    state = step.state;
    // Calls are heard at the beat, detectors stay as they are.
    inputs = { ...inputs, wanted: [] };
  };
  pass();
  for (const beat of story) {
    const at = now + beat.wait;
    for (;;) {
      const next = every === undefined ? state.wakeAt : now + every;
      if (next >= at) break;
      now = next;
      pass();
    }
    now = at;
    inputs = inputsOf(table, beat, now);
    pass();
  }
  return { events, end: now as Instant, state };
}

/** Every rule of the signals, from what they did. */
function judge(table: JunctionTable, events: readonly JunctionEvent[], exactAmber: boolean): void {
  const { groups, intergreens } = table.junction;
  const shows = new Map<string, { aspect: Aspect; at: number }>(
    groups.map(({ id }) => [id, { aspect: "red", at: START }]),
  );
  const greenEnded = new Map<string, number>(groups.map(({ id }) => [id, START]));
  for (const event of events) {
    if (event.kind !== "signal") continue;
    const { group, aspect, at } = event;
    const kind = groups.find(({ id }) => id === group);
    const was = shows.get(group);
    if (!kind || !was) throw new Error(`no group ${group}`);
    const lasted = at - was.at;
    const say = `${group} ${was.aspect} -> ${aspect} after ${lasted}`;
    const after: Partial<Record<Aspect, Aspect>> = {
      red: kind.redAmber > 0 ? "red-amber" : "green",
      "red-amber": "green",
      green: kind.amber > 0 ? "amber" : "red",
      amber: "red",
    };
    assert.is(aspect, after[was.aspect], say);
    if (was.aspect === "green") {
      assert.ok(lasted >= kind.minGreen, say);
      greenEnded.set(group, at);
    }
    const fixed = was.aspect === "amber" ? kind.amber : was.aspect === "red-amber" ? kind.redAmber : null;
    if (fixed !== null) assert.ok(exactAmber ? lasted === fixed : lasted >= fixed, say);
    if (aspect === "green" || aspect === "red-amber") {
      for (const [other, { aspect: shown }] of shows) {
        const time = intergreens[other]?.[group];
        if (time === undefined) continue;
        assert.is(shown, "red", `${group} ${aspect} while ${other} is ${shown}`);
        const green = at + (aspect === "red-amber" ? kind.redAmber : 0);
        assert.ok(
          green - (greenEnded.get(other) as number) >= time,
          `${other} to ${group}: ${green - (greenEnded.get(other) as number)} of ${time}`,
        );
      }
    }
    shows.set(group, { aspect, at });
  }
}

/** Nobody who is wanted waits longer than promised: those who got green, and those who wait at the end. */
function judgeWaits(
  table: JunctionTable,
  events: readonly JunctionEvent[],
  { state, end }: { state: EngineState; end: Instant },
): void {
  const ended = new Map<string, number>(table.groups.map(({ id }) => [id, START]));
  const most = new Map(table.groups.map(({ id, maxWait }) => [id, maxWait]));
  for (const event of events) {
    if (event.kind === "wait")
      assert.ok(event.waited <= (most.get(event.group) as number), `${event.group} waited ${event.waited}`);
    if (event.kind !== "signal") continue;
    const group = table.groups.find(({ id }) => id === event.group);
    if (event.aspect === (group?.amber === 0 ? "red" : "amber")) ended.set(event.group, event.at);
    if (event.aspect === "green" && !group?.onCall) {
      const waited = event.at - (ended.get(event.group) as number);
      assert.ok(waited <= (group?.maxWait as number), `${event.group} was not green for ${waited}`);
    }
  }
  for (const [g, since] of state.waiting.entries()) {
    const group = table.groups[g];
    if (since === null || !group) continue;
    assert.ok(end - since <= group.maxWait, `${group.id} waits ${end - since} of ${group.maxWait}`);
    if (!group.onCall) assert.is(since, ended.get(group.id), `${group.id} waits since its green ended`);
  }
}

for (const [i, table] of TABLES.entries()) {
  const name = `${table.junction.name}${["", " with other times", " cut short"][Math.floor(i / 4)]}`;
  test(`${name}: any plan and calls keep every rule and every maximum wait`, () => {
    fc.assert(
      fc.property(beats(300), (story) => {
        const walked = walk(table, story);
        judge(table, walked.events, true);
        judgeWaits(table, walked.events, walked);
      }),
      { numRuns: 120 },
    );
  });

  test(`${name}: passes when asked for, only, are as good as ten a second`, () => {
    fc.assert(
      fc.property(beats(300), (story) => {
        assert.equal(walk(table, story).events, walk(table, story, 100).events);
      }),
      { numRuns: 12 },
    );
  });

  test(`${name}: passes that come late are safe, too`, () => {
    fc.assert(
      fc.property(beats(120), fc.integer({ min: 130, max: 4000 }), (story, every) => {
        judge(table, walk(table, story, every).events, false);
      }),
      { numRuns: 40 },
    );
  });
}

for (const junction of testJunctions()) {
  const table = compile(junction);
  test(`${junction.name}: the base plan as a plan is the base plan`, () => {
    fc.assert(
      fc.property(beats(300), (story) => {
        const quiet = story.map((beat) => ({ ...beat, spans: null }));
        let free = startEngine(table, START);
        let led = free;
        let now: number = START;
        for (const beat of quiet) {
          const inputs = inputsOf(table, beat, now);
          const until = (now + 200_000) as Instant;
          led = runEngine(
            table,
            led,
            { ...inputs, plan: baseFrom(table, led, inputs, now as Instant, until) },
            now as Instant,
          ).state;
          free = runEngine(table, free, inputs, now as Instant).state;
          assert.equal(led.signals, free.signals);
          assert.is(led.stage, free.stage);
          now = Math.min(now + beat.wait, free.wakeAt, led.wakeAt);
        }
      }),
      { numRuns: 60 },
    );
  });

  test(`${junction.name}: the same pass twice changes nothing`, () => {
    fc.assert(
      fc.property(beats(300), (story) => {
        const { state, end } = walk(table, story);
        const inputs: EngineInputs = { wanted: [], occupied: [], plan: null, clockSet: false };
        const once = runEngine(table, state, inputs, end);
        const twice = runEngine(table, once.state, inputs, end);
        assert.equal(twice.state, once.state);
        assert.equal(twice.events, []);
        assert.ok(twice.wakeAt > end);
      }),
      { numRuns: 60 },
    );
  });
}

test.run();
