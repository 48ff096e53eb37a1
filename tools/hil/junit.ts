import { TARGETS } from "../../sim/scenarios/model.ts";
import type { Outcome } from "./outcome.ts";
import { describe, expectedAndSeen, whenOf } from "./report-text.ts";
import { content, counted, escaped, moment } from "./text.ts";

/** How many of the last things seen a test case carries along. */
const TAIL = 40;

/**
 * JUnit XML of a run, for GitLab, Jenkins and the test reporters of GitHub: a suite for each target, a case for each
 * scenario, `failure` where an expectation did not come true, `error` where the target broke. `time` is real seconds;
 * `at` is when the run began. Well-formed whatever the texts contain.
 */
export function junit(outcomes: readonly Outcome[], at: Date): string {
  const suites = TARGETS.map((target) => outcomes.filter(({ report }) => report.target === target)).filter(
    (suite) => suite.length > 0,
  );
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="hulotte hil"${sums(outcomes)}>`,
    ...suites.flatMap((suite) => suiteOf(suite, at)),
    "</testsuites>",
    "",
  ].join("\n");
}

const attribute = (name: string, value: string | number): string => ` ${name}="${escaped(String(value))}"`;
const seconds = (ms: number): string => (ms / 1000).toFixed(3);

function sums(outcomes: readonly Outcome[]): string {
  const count = (verdict: string) => outcomes.filter(({ report }) => report.verdict === verdict).length;
  return [
    attribute("tests", outcomes.length),
    attribute("failures", count("failed")),
    attribute("errors", count("broken")),
    attribute("skipped", count("skipped")),
    attribute("time", seconds(outcomes.reduce((sum, { took }) => sum + took, 0))),
  ].join("");
}

function suiteOf(suite: readonly Outcome[], at: Date): string[] {
  const target = suite[0]?.report.target ?? "";
  return [
    `  <testsuite${attribute("name", `hil ${target}`)}${sums(suite)}${attribute("timestamp", at.toISOString().slice(0, 19))}>`,
    ...suite.flatMap(caseOf),
    "  </testsuite>",
  ];
}

function caseOf({ file, report, took }: Outcome): string[] {
  const bad = report.steps.find(({ verdict }) => verdict === "failed" || verdict === "broken");
  const properties: readonly (readonly [string, string | number])[] = [
    ["target", report.target],
    ["seed", report.seed],
    ["seconds of the scenario", seconds(report.duration)],
  ];
  return [
    `    <testcase${attribute("classname", `hil.${report.target}`)}${attribute("name", report.name)}${attribute("file", file)}${attribute("line", bad?.line ?? 1)}${attribute("time", seconds(took))}>`,
    "      <properties>",
    ...properties.map(([name, value]) => `        <property${attribute("name", name)}${attribute("value", value)}/>`),
    "      </properties>",
    ...verdictOf(file, report),
    `      <system-out>${content(tailOf(report))}</system-out>`,
    "    </testcase>",
  ];
}

function verdictOf(file: string, report: Outcome["report"]): string[] {
  switch (report.verdict) {
    case "passed":
      return [];
    case "skipped":
      return [`      <skipped${attribute("message", report.why ?? "not for this target")}/>`];
    case "broken":
      return element("error", "broken", report.why ?? "the target broke", stepTexts(file, report));
    case "failed": {
      const failed = report.steps.filter(({ verdict }) => verdict === "failed");
      const message = failed.map((step) => `line ${step.line}: ${expectedAndSeen(step).join("; ")}`).join(" | ");
      return element("failure", "expectation", message || (report.why ?? "failed"), stepTexts(file, report));
    }
  }
}

const element = (tag: "error" | "failure", type: string, message: string, text: string): string[] => [
  `      <${tag}${attribute("type", type)}${attribute("message", message)}>${content(text)}</${tag}>`,
];

const stepTexts = (file: string, { steps }: Outcome["report"]): string =>
  steps
    .map((step) => {
      const lines = [`${file}:${step.line}: ${step.verdict}: ${step.text}`, ...expectedAndSeen(step)];
      const when = whenOf(step);
      return [...lines, ...(when ? [when] : [])].join("\n    ");
    })
    .join("\n");

function tailOf({ timeline, dropped }: Outcome["report"]): string {
  const tail = timeline.slice(-TAIL);
  const before = timeline.length - tail.length + dropped;
  return [
    ...(before > 0 ? [`(${counted(before, "observation")} before these)`] : []),
    ...tail.map((seen) => `${moment(seen.at).padStart(9)}  ${describe(seen)}`),
  ].join("\n");
}
