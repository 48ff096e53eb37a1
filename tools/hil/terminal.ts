import type { Report, StepReport, Target, Verdict } from "../../sim/scenarios/model.ts";
import type { Outcome } from "./outcome.ts";
import { describe, expectedAndSeen, whenOf } from "./report-text.ts";
import { counted, moment, oneLine, span } from "./text.ts";

/** Where progress goes. `live`: a terminal, whose last line may be written over. */
export interface Screen {
  readonly write: (text: string) => void;
  readonly live: boolean;
  readonly colour: boolean;
  readonly columns: number;
}

/** The screen of a stream. Colours only on a terminal, and not where NO_COLOR is set (no-color.org) or TERM is `dumb`. */
export function screenOf(
  stream: { write(text: string): unknown; readonly isTTY?: boolean; readonly columns?: number },
  env: Readonly<Record<string, string | undefined>>,
): Screen {
  const live = stream.isTTY === true && env["TERM"] !== "dumb";
  return {
    write: (text) => void stream.write(text),
    live,
    colour: live && !env["NO_COLOR"],
    columns: stream.columns || 80,
  };
}

/** What a person watches while scenarios run. */
export interface Progress {
  /** One line that stays. */
  say(line: string): void;
  step(name: string, target: Target, step: StepReport, index: number, steps: number): void;
  done(outcome: Outcome): void;
  /** The last words: how many of what. */
  end(outcomes: readonly Outcome[], took: number): void;
}

const MARK: Readonly<Record<Verdict, string>> = {
  passed: "ok",
  failed: "FAILED",
  broken: "BROKEN",
  skipped: "skipped",
};
const COLOUR: Readonly<Record<Verdict, number>> = { passed: 32, failed: 31, broken: 35, skipped: 33 };
const SEEN_BEFORE = 3;

/** Progress on a terminal: a line for each scenario, all about each failure, and where the screen is live what runs now. */
export function progress(screen: Screen, scenarios: number): Progress {
  const { write, live, columns } = screen;
  const paint = (code: number, text: string) => (screen.colour ? `\u001b[${code}m${text}\u001b[0m` : text);
  const clear = () => live && write("\r\u001b[2K");
  const say = (line: string) => {
    clear();
    write(`${line}\n`);
  };
  let finished = 0;
  return {
    say: (line) => say(paint(2, oneLine(line))),
    step(name, target, step, index, steps) {
      if (!live) return;
      const line = `[${finished + 1}/${scenarios}] ${target}  ${oneLine(name)}  ${index + 1}/${steps} ${oneLine(step.text)}`;
      clear();
      write(line.slice(0, columns - 1));
    },
    done(outcome) {
      finished++;
      const { report, took } = outcome;
      const mark = paint(COLOUR[report.verdict], MARK[report.verdict].padEnd(7));
      const ran = report.verdict === "skipped" ? "" : `  ${span(report.duration)}, took ${span(took)}`;
      say(`${mark}  ${report.target}  ${oneLine(report.name)}${ran}`);
      for (const line of detailsOf(outcome)) say(`         ${line}`);
    },
    end(outcomes, took) {
      const count = (verdict: Verdict) => outcomes.filter(({ report }) => report.verdict === verdict).length;
      const parts = (["passed", "failed", "broken", "skipped"] as const)
        .filter((verdict) => count(verdict) > 0)
        .map((verdict) => paint(COLOUR[verdict], `${count(verdict)} ${verdict}`));
      say(`${counted(outcomes.length, "run")}: ${parts.join(", ") || "nothing"}, in ${span(took)}`);
    },
  };
}

/** Why an outcome is not good: step by step with file and line, what was expected, what was seen, and when. */
export function detailsOf({ file, report }: Outcome): string[] {
  const lines: string[] = [];
  if (report.why !== undefined) lines.push(...report.why.split("\n").map(oneLine));
  for (const [i, step] of report.steps.entries()) {
    if (step.verdict !== "failed" && step.verdict !== "broken") continue;
    lines.push(`step ${i + 1}  ${oneLine(file)}:${step.line}  ${oneLine(step.text)}`);
    lines.push(...[...expectedAndSeen(step), whenOf(step)].filter(Boolean).map((line) => `  ${oneLine(line)}`));
    lines.push(...lastSeen(report, step).map((line) => `  ${line}`));
  }
  return lines;
}

/** The last things seen before a step was given up that are not plain traffic. */
function lastSeen({ timeline }: Report, { ended }: StepReport): string[] {
  return timeline
    .filter(({ kind, at }) => kind !== "frame" && kind !== "status" && at <= (ended ?? Number.POSITIVE_INFINITY))
    .slice(-SEEN_BEFORE)
    .map((seen) => `before: ${moment(seen.at)}  ${oneLine(describe(seen))}`);
}
