import { test } from "uvu";
import * as assert from "uvu/assert";
import { type Playing, play, skippedOn } from "./engine.ts";
import type { Action, Facts, Observation, Scenario, Step } from "./model.ts";
import type { Stage } from "./stage.ts";

type Event = Omit<Extract<Observation, { kind: "presence" }>, "kind"> | Observation;

/** A stage that shows what a list says, when its time comes, `lag` late. */
class ScriptedStage implements Stage {
  readonly target = "in-process";
  readonly performed: string[] = [];
  ended = 0;
  #now = 0;
  #lag: number;
  #coming: Observation[];
  #seen: Observation[] = [];
  facts: () => Promise<Facts> = async () => ({ pid: 7, descriptors: 10 });

  constructor(events: readonly Event[], lag = 0) {
    this.#coming = events.map((event) => ("kind" in event ? event : { kind: "presence", ...event }));
    this.#lag = lag;
    this.#arrive();
  }

  now = () => this.#now;

  #arrive(): void {
    while (this.#coming[0] && this.#coming[0].at + this.#lag <= this.#now)
      this.#seen.push(this.#coming.shift() as Observation);
  }

  async pass(until: number): Promise<void> {
    if (this.#seen.length > 0) return;
    const next = this.#coming[0];
    this.#now = Math.max(this.#now, Math.min(until, next ? next.at + this.#lag : until));
    this.#arrive();
  }

  take(): readonly Observation[] {
    const seen = this.#seen;
    this.#seen = [];
    return seen;
  }

  async perform(action: Action): Promise<void> {
    if (action.kind === "power") throw new Error("the rig fell over");
    this.performed.push(`${this.#now} ${action.kind}`);
  }

  async end(): Promise<void> {
    this.ended++;
  }
}

const step = (more: Partial<Step>): Step => ({
  line: 1,
  text: "a step",
  due: { since: "step", ms: 0 },
  within: 0,
  hold: 0,
  ...more,
});
const online = (within: number, hold = 0, not = false): Step =>
  step({ expect: { not, condition: { kind: "presence", is: "online" } }, within, hold });
const scenario = (...steps: Step[]): Scenario => ({
  name: "a test",
  given: { cabinet: "", time: 0, seed: 1, people: 0, settle: 0 },
  steps,
});
const at = (ms: number, presence: "online" | "offline"): Event => ({ at: ms, presence });
const run = async (events: readonly Event[], steps: readonly Step[], options?: Playing, lag = 0) => {
  const stage = new ScriptedStage(events, lag);
  const report = await play(scenario(...steps), stage, options);
  assert.is(stage.ended, 1);
  return { report, stage, first: report.steps[0] };
};

test("what comes true in time passes, with its moment; a moment too late fails", async () => {
  const { first, report } = await run([at(900, "online")], [online(1000)]);
  assert.is(report.verdict, "passed");
  assert.equal([first?.began, first?.deadline, first?.happened, first?.ended], [0, 1000, 900, 900]);
  assert.is((await run([at(1000, "online")], [online(1000)])).report.verdict, "passed");
  const late = await run([at(1001, "online")], [online(1000)]);
  assert.is(late.report.verdict, "failed");
  assert.is(late.first?.happened, undefined);
  assert.is(late.first?.expected, "presence online within 1 s");
});

test("what came true in time and is heard of a little later passes", async () => {
  const { first } = await run([at(990, "online")], [online(1000)], {}, 200);
  assert.is(first?.verdict, "passed");
  assert.is(first?.happened, 990);
  assert.is((await run([at(990, "online")], [online(1000)], {}, 2000)).first?.verdict, "failed");
});

test("what comes true and goes again at once has come true", async () => {
  const { first } = await run([at(400, "online"), at(400, "offline")], [online(1000)]);
  assert.is(first?.verdict, "passed");
});

test("a stretch has to last, and may begin anew until the deadline", async () => {
  const flicker = [at(100, "online"), at(600, "offline"), at(900, "online")];
  const { first } = await run(flicker, [online(1000, 2000)]);
  assert.equal([first?.verdict, first?.happened, first?.ended], ["passed", 900, 2900]);
  const broken = await run([...flicker, at(2800, "offline")], [online(1000, 2000)]);
  assert.is(broken.first?.verdict, "failed");
  assert.is(broken.first?.seen, "offline; it held from 0.9 s to 2.8 s");
  const tooLate = await run([at(100, "online"), at(600, "offline"), at(1100, "online")], [online(1000, 2000)]);
  assert.is(tooLate.first?.verdict, "failed");
});

test("`for` alone begins at once", async () => {
  const seen = [at(0, "online")];
  assert.is((await run(seen, [online(0, 3000)])).first?.verdict, "passed");
  assert.is((await run([...seen, at(2999, "offline")], [online(0, 3000)])).first?.verdict, "failed");
  assert.is((await run([at(1, "online")], [online(0, 3000)])).first?.verdict, "failed");
});

test("`not` turns a condition round", async () => {
  assert.is((await run([at(0, "online"), at(500, "offline")], [online(1000, 0, true)])).first?.happened, 500);
  assert.is((await run([at(0, "online")], [online(1000, 0, true)])).first?.verdict, "failed");
});

test("patience stretches `within` and never `for`", async () => {
  assert.is((await run([at(1900, "online")], [online(1000)], { patience: 2 })).first?.verdict, "passed");
  assert.is((await run([at(0, "online")], [online(0, 3000)], { patience: 5 })).first?.ended, 3000);
  const report = await play(scenario(), new ScriptedStage([]), { patience: 0.5 }).catch((error: unknown) => error);
  assert.instance(report, TypeError);
});

test("steps begin when they are due, and not before the one above has ended", async () => {
  const door = { kind: "door", component: "door/1", open: true } as const;
  const { stage, report } = await run(
    [at(3000, "online")],
    [
      step({ due: { since: "beginning", ms: 500 }, act: door }),
      online(5000),
      step({ due: { since: "beginning", ms: 2000 }, act: door }),
      step({ due: { since: "step", ms: 250 }, act: door }),
    ],
  );
  assert.equal(stage.performed, ["500 door", "3000 door", "3250 door"]);
  assert.equal(
    report.steps.map(({ due, began }) => [due, began]),
    [
      [500, 500],
      [500, 500],
      [2000, 3000],
      [3250, 3250],
    ],
  );
  assert.is(report.duration, 3250);
});

test("after a failure the rest is skipped; each step is told of", async () => {
  const told: string[] = [];
  const { report, stage } = await run(
    [],
    [online(100), step({ act: { kind: "door", component: "door/1", open: true } })],
    { onStep: ({ verdict }, index) => void told.push(`${index} ${verdict}`) },
  );
  assert.equal(told, ["0 failed", "1 skipped"]);
  assert.is(report.verdict, "failed");
  assert.equal(stage.performed, []);
});

test("a stage that breaks is no failure of the scenario", async () => {
  const { report } = await run([], [step({}), step({ act: { kind: "power", on: false } }), step({})]);
  assert.is(report.verdict, "broken");
  assert.is(report.why, "the rig fell over");
  assert.equal(
    report.steps.map(({ verdict }) => verdict),
    ["passed", "broken", "skipped"],
  );
});

const frame = (ms: number, text: string): Observation => ({
  at: ms,
  kind: "frame",
  bus: "bus/1",
  bits: 16,
  data: 0,
  text,
});
const frames = (matching: string, more: Partial<Step>, range: { atLeast?: number; atMost?: number }): Step =>
  step({ expect: { not: false, condition: { kind: "frames", bus: "bus/1", matching, ...range } }, ...more });

test("frames count from the beginning of their step, by their text", async () => {
  const events = [frame(100, "DAPC 1 10"), frame(1100, "DAPC 2 10"), frame(1200, "OFF 1"), frame(1300, "DAPC 3 10")];
  const due = { since: "beginning", ms: 1000 } as const;
  const two = await run(events, [frames("DAPC *", { due, within: 500 }, { atLeast: 2 })]);
  assert.is(two.first?.happened, 1300);
  const three = await run(events, [frames("DAPC *", { due, within: 500 }, { atLeast: 3 })]);
  assert.is(three.first?.verdict, "failed");
  assert.is(three.first?.seen, "2 of 3 frames, the last DAPC 2 10; OFF 1; DAPC 3 10");
  assert.is((await run(events, [frames("DAPC *", { due, hold: 500 }, { atMost: 1 })])).first?.verdict, "failed");
  assert.is((await run(events, [frames("OFF *", { due, hold: 500 }, { atMost: 1 })])).first?.verdict, "passed");
});

test("facts of the process are asked for while they matter; a target without them cannot tell", async () => {
  const renewed = step({ expect: { not: false, condition: { kind: "process", is: "new" } }, within: 3000 });
  const stage = new ScriptedStage([]);
  stage.facts = async () => ({ pid: stage.now() < 1200 ? 7 : 8 });
  const report = await play(scenario(renewed), stage);
  assert.is(report.steps[0]?.happened, 1500);
  const mute = new ScriptedStage([]);
  mute.facts = async () => ({});
  const unknown = await play(scenario(renewed), mute);
  assert.is(unknown.steps[0]?.verdict, "skipped");
  assert.is(unknown.verdict, "passed");
});

test("a scenario for other targets is skipped with its reason", () => {
  const only = { targets: ["qemu"], because: "it needs a kernel" } as const;
  const report = skippedOn({ ...scenario(step({})), only }, "in-process");
  assert.is(report?.verdict, "skipped");
  assert.is(report?.why, "only for qemu: it needs a kernel");
  assert.is(skippedOn({ ...scenario(), only }, "qemu"), undefined);
  assert.is(skippedOn(scenario(), "qemu"), undefined);
});

test("a timeline has an end: of too much the middle is left out", async () => {
  const many = Array.from({ length: 45_000 }, (_, i) => frame(i / 10, `frame ${i}`));
  const { report } = await run(many, [step({ due: { since: "beginning", ms: 5000 } })]);
  assert.is(report.timeline.length, 20_000);
  assert.is(report.dropped, 25_000);
  assert.is(report.timeline.at(0)?.at, 0);
  assert.is(report.timeline.at(-1)?.at, 4499.9);
});

test.run();
