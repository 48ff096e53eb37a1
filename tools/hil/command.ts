import { mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { play, skippedOn, unplayed } from "../../sim/scenarios/engine.ts";
import type { Report, Target } from "../../sim/scenarios/model.ts";
import { Usage } from "../cli/usage.ts";
import { codeOf, findScenarios, readScene, type Scene } from "./command-files.ts";
import { HELP, type HilOptions, optionsOf } from "./command-options.ts";
import { compare, comparisonLines } from "./compare.ts";
import { junit } from "./junit.ts";
import { exitCodeOf, layoutOf, type Outcome } from "./outcome.ts";
import type { Rig, Rigs } from "./rig.ts";
import { RIGS } from "./targets.ts";
import { type Progress, progress, type Screen, screenOf } from "./terminal.ts";
import { oneLine } from "./text.ts";
import { timelinePage } from "./timeline.ts";

/** What surrounds the command: where it writes, what it can run on, and when the person has had enough. */
export interface Surroundings {
  readonly rigs: Rigs;
  readonly screen: Screen;
  readonly complain: (line: string) => void;
  readonly signal: AbortSignal;
}

/** Ended by the person who started it, as a shell tells it (128 + SIGINT). */
const INTERRUPTED = 130;

/** `hulotte hil` in this process; resolves with the exit code. Ctrl-C ends the stages in order and still writes the reports. */
export async function runHil(argv: readonly string[]): Promise<number> {
  const stop = new AbortController();
  const end = () => stop.abort();
  process.once("SIGINT", end).once("SIGTERM", end);
  // Whoever read along has gone, as `| head` does: nobody wants the rest.
  process.stdout.on("error", end);
  try {
    return await hil(argv, {
      rigs: RIGS,
      screen: screenOf(process.stdout, process.env),
      complain: (line) => console.error(line),
      signal: stop.signal,
    });
  } finally {
    process.off("SIGINT", end).off("SIGTERM", end);
  }
}

/** The command: `argv` are the words after `hulotte hil`. Exit codes as HELP tells them, 130 when the signal aborted. */
export async function hil(argv: readonly string[], surroundings: Surroundings): Promise<number> {
  const { screen, complain, rigs } = surroundings;
  let options: HilOptions;
  try {
    options = optionsOf(argv);
    for (const target of options.targets) {
      if (!rigs[target]) throw new Usage(`--target ${target}: allowed here ${Object.keys(rigs).join(", ")}`);
    }
  } catch (error) {
    if (!(error instanceof Usage)) throw error;
    complain(`hulotte hil: ${error.message}\nhulotte hil --help says more`);
    return 2;
  }
  if (options.help) {
    screen.write(`${HELP}\n`);
    return 0;
  }
  const scenes = readAll(options, complain);
  if (!scenes) return 2;
  if (options.list) {
    for (const scene of scenes) screen.write(`${listed(scene)}\n`);
    return 0;
  }
  return run(scenes, options, surroundings);
}

/** All scenarios, or undefined after everything that is wrong with any of them was said. */
function readAll(options: HilOptions, complain: (line: string) => void): readonly Scene[] | undefined {
  const { files, problems } = findScenarios(options.paths);
  const wrong = [...problems];
  const scenes: Scene[] = [];
  for (const file of files) {
    const read = readScene(file);
    if (!read.ok) wrong.push(...read.problems);
    else scenes.push(options.seed === undefined ? read.scene : seeded(read.scene, options.seed));
  }
  for (const line of wrong) complain(line);
  if (wrong.length > 0) complain(`${wrong.length} ${wrong.length === 1 ? "problem" : "problems"}; nothing was run`);
  return wrong.length === 0 ? scenes : undefined;
}

const seeded = (scene: Scene, seed: number): Scene => {
  const { scenario } = scene.play;
  return { ...scene, play: { ...scene.play, scenario: { ...scenario, given: { ...scenario.given, seed } } } };
};

function listed({ file, play: { scenario } }: Scene): string {
  const only = scenario.only ? `  (only ${scenario.only.targets.join(", ")})` : "";
  return `${oneLine(file)}: ${oneLine(scenario.name)}${only}`;
}

async function run(scenes: readonly Scene[], options: HilOptions, surroundings: Surroundings): Promise<number> {
  const { screen, complain, signal } = surroundings;
  const { targets } = options;
  const began = new Date();
  const from = performance.now();
  const outcomes: Outcome[] = [];
  const shown = progress(screen, scenes.length * targets.length);
  for (const target of targets) {
    if (signal.aborted) break;
    outcomes.push(...(await runOn(target, scenes, options, shown, surroundings)));
  }
  for (const one of compare(outcomes, targets)) for (const line of comparisonLines(one)) shown.say(line);
  shown.end(outcomes, performance.now() - from);
  const written = await writeReports(outcomes, options, began, complain);
  if (signal.aborted) return INTERRUPTED;
  return written ? exitCodeOf(outcomes) : 2;
}

/** Runs every scenario on one target, `jobs` at a time; outcomes are in the order of scenarios. */
async function runOn(
  target: Target,
  scenes: readonly Scene[],
  { jobs, keep }: HilOptions,
  shown: Progress,
  { rigs, complain, signal }: Surroundings,
): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  const outcomeOf = ({ file, play: { config } }: Scene, report: Report, took: number): Outcome => ({
    file,
    report,
    took,
    layout: layoutOf(config),
  });
  const runs = scenes.filter(({ play: { scenario } }) => !skippedOn(scenario, target));
  let rig: Rig | undefined;
  let why = "";
  if (runs.length > 0) {
    try {
      rig = await rigs[target]?.({ jobs, keep, say: shown.say, signal });
    } catch (error) {
      why = error instanceof Error ? error.message : String(error);
      complain(`hulotte hil: ${target}: ${why}`);
    }
  }
  const waiting = [...scenes.entries()];
  const worker = async () => {
    for (let next = waiting.shift(); next && !signal.aborted; next = waiting.shift()) {
      const [place, scene] = next;
      const { scenario } = scene.play;
      const at = performance.now();
      const skipped = skippedOn(scenario, target);
      const report = skipped ?? (rig ? await perform(scene, target, rig, shown, signal) : undefined);
      outcomes[place] = outcomeOf(scene, report ?? unplayed(scenario, target, "broken", why), performance.now() - at);
      // Why the target as a whole is not there has been said once.
      if (report) shown.done(outcomes[place]);
    }
  };
  try {
    await Promise.all(Array.from({ length: jobs }, worker));
  } finally {
    await rig?.close();
  }
  return outcomes.filter((outcome) => outcome !== undefined);
}

/** One scenario on one target. Never rejects: what breaks is a verdict. */
async function perform(
  { play: scene }: Scene,
  target: Target,
  rig: Rig,
  shown: Progress,
  signal: AbortSignal,
): Promise<Report> {
  const { scenario } = scene;
  try {
    const stage = await rig.makeStage(scene);
    const end = () => void stage.end();
    signal.addEventListener("abort", end, { once: true });
    if (signal.aborted) end();
    try {
      return await play(scenario, stage, {
        patience: rig.patience,
        onStep: (step, i) => shown.step(scenario.name, target, step, i, scenario.steps.length),
      });
    } finally {
      signal.removeEventListener("abort", end);
    }
  } catch (error) {
    return unplayed(scenario, target, "broken", error instanceof Error ? error.message : String(error));
  }
}

/** False where one could not be written, which was said. */
async function writeReports(
  outcomes: readonly Outcome[],
  { junit: xml, timeline, json }: HilOptions,
  at: Date,
  complain: (line: string) => void,
): Promise<boolean> {
  const reports: readonly (readonly [string | undefined, () => string])[] = [
    [xml, () => junit(outcomes, at)],
    [timeline, () => timelinePage(outcomes, at)],
    [json, () => `${JSON.stringify({ at: at.toISOString(), outcomes })}\n`],
  ];
  let good = true;
  for (const [path, text] of reports) {
    if (path === undefined) continue;
    try {
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, text());
    } catch (error) {
      complain(`${path}: cannot be written: ${codeOf(error)}`);
      good = false;
    }
  }
  return good;
}
