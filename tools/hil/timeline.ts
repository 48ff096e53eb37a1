import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { TARGETS, type Target, type Verdict } from "../../sim/scenarios/model.ts";
import { compare, comparisonLines } from "./compare.ts";
import { byFile, type Outcome, type Played, worst } from "./outcome.ts";
import { content, counted, escaped, moment, span } from "./text.ts";
import { chart, stepTable } from "./timeline-chart.ts";
import { lanesOf } from "./timeline-lanes.ts";

const part = (name: string): string => readFileSync(join(import.meta.dirname, name), "utf8");

/** So many scenarios are all open at first; of more, only those that went wrong. */
const ALL_OPEN = 2;

/**
 * A run as one HTML page for a person: a chart over time for each scenario, the targets of one scenario side by side on one
 * axis, and the steps as a table. One file that asks the network for nothing (its content security policy forbids it);
 * charts and tables need no script, which adds tooltips, arrow keys and zoom. All texts are escaped.
 */
export function timelinePage(outcomes: readonly Outcome[], at: Date): string {
  const targets = TARGETS.filter((target) => outcomes.some(({ report }) => report.target === target));
  const played = byFile(outcomes, targets);
  const style = part("timeline-page.css");
  const script = part("timeline-page.js");
  const policy = `default-src 'none'; style-src 'unsafe-inline'; script-src '${hash(script)}'; base-uri 'none'; form-action 'none'`;
  const verdict = worst(outcomes.map(({ report }) => report.verdict));
  return [
    '<!doctype html><html lang="en"><head><meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${policy}">`,
    '<meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark">',
    `<title>${content(`${verdict}: ${counted(played.length, "scenario")}`)}</title>`,
    `<style>${style}</style></head><body>`,
    headerOf(outcomes, played, targets, verdict, at),
    "<main>",
    ...played.map((one, i) => articleOf(one, i, played.length)),
    "</main>",
    '<div id="bubble" role="status" aria-live="polite" hidden></div>',
    `<script>${script}</script></body></html>`,
    "",
  ].join("\n");
}

const hash = (script: string): string => `sha256-${createHash("sha256").update(script).digest("base64")}`;
const badge = (verdict: Verdict): string => `<b class="badge ${verdict}">${verdict}</b>`;
const verdictOf = ({ outcomes }: Played): Verdict => worst(outcomes.map(({ report }) => report.verdict));

function headerOf(
  outcomes: readonly Outcome[],
  played: readonly Played[],
  targets: readonly Target[],
  verdict: Verdict,
  at: Date,
): string {
  const count = (one: Verdict) => outcomes.filter(({ report }) => report.verdict === one).length;
  const sums = (["failed", "broken", "passed", "skipped"] as const)
    .filter((one) => count(one) > 0)
    .map((one) => `${count(one)} ${one}`);
  const comparisons = compare(outcomes, targets).map((one) => `<pre>${content(comparisonLines(one).join("\n"))}</pre>`);
  const rows = played.map((one, i) => {
    const cells = targets.map((target) => {
      const run = one.outcomes.find(({ report }) => report.target === target);
      return `<td>${run ? badge(run.report.verdict) : ""}</td>`;
    });
    return `<tr><td><a href="#s${i + 1}">${content(one.name)}</a></td>${cells.join("")}</tr>`;
  });
  return [
    `<header><h1>${badge(verdict)} ${content(counted(played.length, "scenario"))}</h1>`,
    `<p>${content(`${sums.join(", ")} on ${targets.join(", ")}; ran ${at.toISOString().slice(0, 16).replace("T", " ")} UTC`)}</p>`,
    played.length > 1
      ? `<details${played.length <= 12 ? " open" : ""}><summary>All scenarios</summary><table class="index"><thead><tr><th>scenario</th>${targets.map((target) => `<th>${target}</th>`).join("")}</tr></thead><tbody>${rows.join("")}</tbody></table></details>`
      : "",
    comparisons.length > 0 ? `<details open><summary>Targets compared</summary>${comparisons.join("")}</details>` : "",
    '<p class="legend">',
    '<span><i class="key allowed"></i>allowed</span><span><i class="key took"></i>took</span>',
    '<span><i class="key true"></i>came true</span><span><i class="key wrong"></i>given up</span>',
    '<span><i class="key light"></i>light</span><span><i class="key command"></i>command frame</span>',
    '<span><i class="key query"></i>query</span><span><i class="key answer"></i>answer</span>',
    '<span><i class="key before"></i>before the beginning</span>',
    '<span class="zoom">Zoom <button type="button" data-zoom="0.5" aria-label="zoom out">-</button><output>1</output>x<button type="button" data-zoom="2" aria-label="zoom in">+</button></span>',
    "</p></header>",
  ].join("\n");
}

function articleOf(played: Played, index: number, of: number): string {
  const { file, name, outcomes } = played;
  const verdict = verdictOf(played);
  const open = of <= ALL_OPEN || verdict === "failed" || verdict === "broken";
  const about = outcomes[0]?.report.about;
  // One axis for all targets, so that what is later looks later.
  const lanes = outcomes.map((outcome) => lanesOf(outcome.report, outcome.layout));
  const from = Math.min(...lanes.map((one) => one.from));
  const to = Math.max(...lanes.map((one) => one.to));
  const runs = outcomes.map(({ report, took }, i) => {
    const anchor = `s${index + 1}-${report.target}`;
    const mine = lanes[i];
    if (!mine) return "";
    const { resident } = report.facts;
    const facts = [
      `${moment(report.duration)} of scenario, took ${span(took)}`,
      `begins ${new Date(report.time).toISOString().replace(".000Z", "Z")}`,
      `seed ${report.seed}`,
      ...(resident === undefined ? [] : [`${Math.round(resident / 1e6)} MB resident`]),
      ...(report.dropped > 0 ? [`${counted(report.dropped, "observation")} left out in the middle`] : []),
    ];
    return [
      `<section class="run" id="${anchor}" aria-label="${escaped(`${name} on ${report.target}`)}">`,
      `<h3>${badge(report.verdict)} ${report.target} <small>${content(facts.join(" · "))}</small></h3>`,
      report.why === undefined ? "" : `<p class="why">${content(report.why)}</p>`,
      report.steps.some(({ began }) => began !== undefined) ? chart(report, { ...mine, from, to }, anchor) : "",
      stepTable(report, file, anchor),
      '<details class="log"><summary>Everything that was seen, as text</summary></details>',
      "</section>",
    ].join("\n");
  });
  return [
    `<article id="s${index + 1}"><details class="scenario"${open ? " open" : ""}>`,
    `<summary><h2>${badge(verdict)} ${content(name)}</h2></summary>`,
    `<p class="where">${content(file)}</p>`,
    about === undefined ? "" : `<p class="about">${content(about)}</p>`,
    `<div class="runs">${runs.join("\n")}</div>`,
    "</details></article>",
  ].join("\n");
}
