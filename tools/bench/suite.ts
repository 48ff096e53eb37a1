import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Target } from "../../sim/scenarios/model.ts";
import { compare } from "../hil/compare.ts";
import type { Outcome } from "../hil/outcome.ts";
import { SUITE, SUITE_ON_RASPI } from "../hil/suite.ts";
import { median, progress } from "./line.ts";

const ROOT = join(import.meta.dirname, "../..");

export interface SuiteFigures {
  readonly minutes: number;
  readonly inProcess: number;
  readonly inQemu: number;
  readonly onRaspi: number;
  readonly failed: number;
  readonly compared: number;
  readonly differing: number;
  /** How much later a step came true in QEMU, ms. */
  readonly medianLate: number;
  readonly mostLate: number;
}

/** Plays the suite as `make hil` does, and reads its report. */
export async function playSuite(): Promise<SuiteFigures> {
  const reports = mkdtempSync(join(tmpdir(), "hulotte-suite-"));
  const began = performance.now();
  const play = async (targets: readonly Target[], paths: readonly string[]): Promise<Outcome[]> => {
    const file = join(reports, `${targets.join("-")}.json`);
    const args = ["hil", "--target", targets.join(","), "--jobs", "2", "--json", file, ...paths];
    const child = spawn(join(ROOT, "tools/hulotte"), args, { stdio: ["ignore", "pipe", "inherit"] });
    child.stdout.on("data", (chunk: Buffer) => process.stderr.write(chunk));
    await once(child, "exit");
    return JSON.parse(readFileSync(file, "utf8")).outcomes;
  };
  progress("the suite ...");
  const outcomes = await play(["in-process", "qemu"], [SUITE]);
  outcomes.push(...(await play(["raspi3b"], SUITE_ON_RASPI)));
  const minutes = (performance.now() - began) / 60_000;
  rmSync(reports, { recursive: true });

  const on = (target: Target) =>
    outcomes.filter(({ report }) => report.target === target && report.verdict === "passed").length;
  const [comparison] = compare(outcomes, ["in-process", "qemu"]);
  const late = comparison?.delays.map(({ later }) => later) ?? [];
  return {
    minutes,
    inProcess: on("in-process"),
    inQemu: on("qemu"),
    onRaspi: on("raspi3b"),
    failed: outcomes.filter(({ report }) => report.verdict !== "passed" && report.verdict !== "skipped").length,
    compared: comparison?.compared ?? 0,
    differing: new Set(comparison?.disagreements.map(({ file }) => file)).size + (comparison?.apart.length ?? 0),
    medianLate: Math.round(late.length > 0 ? median(late) : 0),
    mostLate: Math.round(Math.max(0, ...late)),
  };
}
