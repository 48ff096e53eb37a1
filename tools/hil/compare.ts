import type { StepReport, Target, Verdict } from "../../sim/scenarios/model.ts";
import { byFile, type Outcome } from "./outcome.ts";
import { counted, moment, oneLine } from "./text.ts";

/** A scenario, or a step of one, that two targets judge differently. */
export interface Disagreement {
  readonly file: string;
  /** Line of the step; absent: the scenario as a whole. */
  readonly line?: number;
  readonly verdicts: readonly [Verdict, Verdict];
}

/** How much later (above 0) a step came true on the second target, counted from its own beginning, ms. */
export interface Delay {
  readonly file: string;
  readonly line: number;
  readonly text: string;
  readonly later: number;
}

/** What two targets say of the same scenarios. */
export interface Comparison {
  readonly targets: readonly [Target, Target];
  /** Scenarios that both ran to an end. */
  readonly compared: number;
  /** Scenarios that were skipped or broke on one of the two: nothing can be said of them. */
  readonly apart: readonly string[];
  readonly disagreements: readonly Disagreement[];
  /** Of every step that came true on both, the latest first. */
  readonly delays: readonly Delay[];
}

/** Compares every target with the first of `targets`. Steps are matched by their place in the file. */
export function compare(outcomes: readonly Outcome[], targets: readonly Target[]): readonly Comparison[] {
  const played = byFile(outcomes, targets);
  const first = targets[0];
  if (!first) return [];
  return targets.slice(1).map((other) => {
    const apart: string[] = [];
    const disagreements: Disagreement[] = [];
    const delays: Delay[] = [];
    let compared = 0;
    for (const { file, outcomes: mine } of played) {
      const a = mine.find(({ report }) => report.target === first)?.report;
      const b = mine.find(({ report }) => report.target === other)?.report;
      if (!a || !b || [a, b].some(({ verdict }) => verdict === "skipped" || verdict === "broken")) {
        apart.push(file);
        continue;
      }
      compared++;
      if (a.verdict !== b.verdict) disagreements.push({ file, verdicts: [a.verdict, b.verdict] });
      for (const [i, step] of a.steps.entries()) {
        const twin = b.steps[i];
        if (!twin) continue;
        // What one target cannot tell is no disagreement.
        if (step.verdict !== twin.verdict && step.verdict !== "skipped" && twin.verdict !== "skipped")
          disagreements.push({ file, line: step.line, verdicts: [step.verdict, twin.verdict] });
        const later = between(step, twin);
        if (later !== undefined) delays.push({ file, line: step.line, text: step.text, later });
      }
    }
    return { targets: [first, other], compared, apart, disagreements, delays: delays.toSorted(latestFirst) };
  });
}

const latestFirst = (a: Delay, b: Delay): number => b.later - a.later;

/** Undefined where one of the two has nothing to measure. */
function between(a: StepReport, b: StepReport): number | undefined {
  const [before, after] = [spanOf(a), spanOf(b)];
  return before === undefined || after === undefined ? undefined : after - before;
}
const spanOf = ({ began, happened }: StepReport): number | undefined =>
  began === undefined || happened === undefined ? undefined : happened - began;

/** How many of the latest steps are named. */
const NAMED = 5;

/** A comparison in lines for a terminal. */
export function comparisonLines({ targets, compared, apart, disagreements, delays }: Comparison): string[] {
  const [a, b] = targets;
  const lines = [
    `${b} against ${a}: ${counted(compared, "scenario")} compared, ${
      disagreements.length === 0 ? "the same verdicts" : `${counted(disagreements.length, "verdict")} not the same`
    }`,
  ];
  for (const { file, line, verdicts } of disagreements) {
    lines.push(
      `  ${oneLine(file)}${line === undefined ? "" : `:${line}`}: ${verdicts[0]} on ${a}, ${verdicts[1]} on ${b}`,
    );
  }
  if (apart.length > 0) lines.push(`  not compared: ${apart.map(oneLine).join(", ")}`);
  const middle = delays[Math.floor(delays.length / 2)];
  if (!middle) return lines;
  lines.push(
    `  ${counted(delays.length, "step")} came true on both; on ${b} later by (middle) ${signed(middle.later)}, most:`,
  );
  for (const { file, line, text, later } of delays.slice(0, NAMED)) {
    lines.push(`    ${signed(later).padStart(9)}  ${oneLine(file)}:${line}  ${oneLine(text)}`);
  }
  return lines;
}

const signed = (ms: number): string => `${ms < 0 ? "" : "+"}${moment(ms)}`;
