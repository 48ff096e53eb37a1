import { asksFacts, type Known, type Standing, standing } from "./conditions.ts";
import { describeExpectation } from "./describe.ts";
import type { Condition, Facts, Observation, Report, Scenario, Step, StepReport, Target, Verdict } from "./model.ts";
import type { Stage } from "./stage.ts";
import { Timeline } from "./timeline.ts";
import { emptyWorld, learn } from "./world.ts";

export interface Playing {
  /** Multiplies every `within` (never a `for`), for targets that are slower than real time. 1 or more. */
  readonly patience?: number;
  /** Called after each step, for whoever shows progress. */
  readonly onStep?: (report: StepReport, index: number) => void;
}

/** What came true in time may be heard of this much later, ms. */
const HEARD_WITHIN = 300;
/** Facts of the runtime's process are asked for so often while an expectation depends on them, ms. */
const FACTS_EVERY = 500;

/** Plays a scenario on a stage that is ready, and ends the stage. Never rejects: a stage that breaks is a verdict. */
export async function play(scenario: Scenario, stage: Stage, options: Playing = {}): Promise<Report> {
  const { patience = 1, onStep } = options;
  if (!(patience >= 1)) throw new TypeError(`patience is ${patience}: allowed is 1 or more`);
  const player = new Player(stage, patience);
  const steps: StepReport[] = [];
  let verdict: Verdict = "passed";
  let why: string | undefined;
  try {
    await player.begin();
    for (const [index, step] of scenario.steps.entries()) {
      const report = await player.step(step);
      steps.push(report);
      onStep?.(report, index);
      if (report.verdict === "failed") {
        verdict = "failed";
        break;
      }
    }
    await player.finish();
  } catch (error) {
    verdict = "broken";
    why = error instanceof Error ? error.message : String(error);
    const broken = scenario.steps[steps.length];
    if (broken) steps.push({ ...told(broken), verdict: "broken", why });
  } finally {
    await stage.end();
  }
  for (const step of scenario.steps.slice(steps.length)) {
    const report: StepReport = { ...told(step), verdict: "skipped", why: "a step before it did not pass" };
    steps.push(report);
    onStep?.(report, steps.length - 1);
  }
  return {
    ...headOf(scenario, stage.target),
    verdict,
    ...(why === undefined ? {} : { why }),
    duration: player.now,
    steps,
    timeline: player.timeline.all(),
    dropped: player.timeline.dropped,
    facts: player.facts,
  };
}

/** The report of a scenario that does not run on a target, or undefined where it does. */
export function skippedOn(scenario: Scenario, target: Target): Report | undefined {
  const { only } = scenario;
  if (!only || only.targets.includes(target)) return undefined;
  return unplayed(scenario, target, "skipped", `only for ${only.targets.join(", ")}: ${only.because}`);
}

/** The report of a scenario whose stage could not be built. */
export const unplayed = (scenario: Scenario, target: Target, verdict: "skipped" | "broken", why: string): Report => ({
  ...headOf(scenario, target),
  verdict,
  why,
  duration: 0,
  steps: scenario.steps.map((step) => ({ ...told(step), verdict: "skipped", why })),
  timeline: [],
  dropped: 0,
  facts: {},
});

const headOf = ({ name, about, given }: Scenario, target: Target) => ({
  name,
  ...(about === undefined ? {} : { about }),
  target,
  seed: given.seed,
  time: given.time,
});

const told = ({ line, text, note }: Step) => ({ line, text, ...(note === undefined ? {} : { note }) });

class Player {
  readonly #stage: Stage;
  readonly #patience: number;
  readonly timeline = new Timeline();
  readonly #world = emptyWorld();
  /** What counts for the step under way. */
  #since: { frames: Known["since"]["frames"][number][]; pins: Known["since"]["pins"][number][] } = {
    frames: [],
    pins: [],
  };
  #first: Facts = {};
  facts: Facts = {};
  /** When the step before ended. */
  now = 0;

  constructor(stage: Stage, patience: number) {
    this.#stage = stage;
    this.#patience = patience;
  }

  async begin(): Promise<void> {
    this.#hear();
    this.#first = await this.#stage.facts();
    this.facts = this.#first;
  }

  async finish(): Promise<void> {
    this.facts = await this.#stage.facts();
  }

  async step(step: Step): Promise<StepReport> {
    const stage = this.#stage;
    const due = step.due.since === "beginning" ? step.due.ms : this.now + step.due.ms;
    while (stage.now() < due) {
      await stage.pass(due);
      this.#hear();
    }
    this.#hear();
    const began = stage.now();
    this.#since = { frames: [], pins: [] };
    if (step.act) {
      this.timeline.add({ at: began, kind: "action", text: step.text });
      await stage.perform(step.act);
    }
    const judged = step.expect ? await this.#judge(step, step.expect, began) : ({ verdict: "passed" } as const);
    this.now = stage.now();
    return { ...told(step), due, began, ...judged, ended: this.now };
  }

  /** Takes in what was observed; `heard` is called after each. */
  #hear(heard: (seen: Observation) => void = () => {}): void {
    for (const seen of this.#stage.take()) {
      this.timeline.add(seen);
      learn(this.#world, seen);
      if (seen.kind === "frame") this.#since.frames.push(seen);
      else if (seen.kind === "pin") this.#since.pins.push(seen);
      heard(seen);
    }
  }

  #standing(condition: Condition): Standing {
    const { facts } = this;
    return standing(condition, { world: this.#world, since: this.#since, first: this.#first, facts });
  }

  async #judge(step: Step, expect: NonNullable<Step["expect"]>, began: number) {
    const stage = this.#stage;
    const { condition } = expect;
    const facts = asksFacts(condition);
    const deadline = began + step.within * this.#patience;
    const closest = { far: Number.POSITIVE_INFINITY, at: began, seen: "" };
    /** Since when it holds. */
    let since: number | undefined;
    let unknown = false;
    let stretch: { readonly from: number; readonly to: number } | undefined;

    const look = (at: number) => {
      const now = this.#standing(condition);
      unknown = now.holds === null;
      const holds = now.holds !== expect.not;
      if (!holds) {
        if (since !== undefined && at > since) stretch = { from: since, to: at };
        since = undefined;
        if (now.far < closest.far && at <= deadline) Object.assign(closest, { far: now.far, at, seen: now.seen() });
      } else since ??= Math.max(at, began);
    };
    const lookAgain = async (at?: number) => {
      if (facts) this.facts = await stage.facts();
      look(at ?? stage.now());
    };
    const over = (now: number): boolean =>
      unknown ||
      (since !== undefined && now >= since + step.hold) ||
      (since === undefined ? now >= deadline + HEARD_WITHIN : since > deadline);

    // What holds at the start held when the step began, however long it took to look.
    await lookAgain(began);
    for (let now = stage.now(); !over(now); now = stage.now()) {
      const next = since === undefined ? (now < deadline ? deadline : deadline + HEARD_WITHIN) : since + step.hold;
      await stage.pass(facts ? Math.min(next, now + FACTS_EVERY) : next);
      this.#hear((seen) => {
        // What held so long is enough: what comes after does not undo it.
        if (!over(seen.at)) look(seen.at);
      });
      if (!over(stage.now())) await lookAgain();
    }

    if (unknown) return { verdict: "skipped", why: "this target cannot tell", deadline } as const;
    if (since !== undefined && since <= deadline) return { verdict: "passed", deadline, happened: since } as const;
    const seen = [this.#standing(condition).seen()];
    if (stretch) seen.push(`it held from ${shown(stretch.from)} to ${shown(stretch.to)}`);
    else if (!expect.not && closest.far < this.#standing(condition).far)
      seen.push(`closest at ${shown(closest.at)}: ${closest.seen}`);
    return { verdict: "failed", deadline, expected: describeExpectation(step), seen: seen.join("; ") } as const;
  }
}

const shown = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
