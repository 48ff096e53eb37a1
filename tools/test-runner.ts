/**
 * A thin runner over uvu: every `*.test.ts` in a process of its own, so that a hanging file is killed (uvu has no
 * time-out) and a file that ran no test fails (uvu passes one whose `.run()` was forgotten). The last line sums them all.
 *
 *   node tools/test-runner.ts [part of a path ...]
 */
import { spawn } from "node:child_process";
import { globSync } from "node:fs";
import { availableParallelism } from "node:os";

const LIMIT = Number(process.env["TEST_FILE_SECONDS"] ?? 180) * 1000;

export interface Outcome {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly output: string;
}

/** Reads what uvu printed: each suite's Total, Passed and Skipped. A file without a test, or that died early, has failed. */
export function judge(output: string, code: number | null, timedOut: boolean): Outcome {
  const sum = (word: string) =>
    [...output.matchAll(new RegExp(`^\\s*${word}:\\s+(\\d+)`, "gm"))].reduce((n, found) => n + Number(found[1]), 0);
  const total = sum("Total");
  const passed = sum("Passed");
  const skipped = sum("Skipped");
  let failed = total - passed;
  let why = "";
  if (timedOut) why = `killed: not done within ${LIMIT / 1000} s`;
  else if (total + skipped === 0) why = "ran no test: is `.run()` missing?";
  else if (code !== 0 && failed === 0) why = `ended with code ${code}`;
  if (why) failed++;
  return { passed, failed, skipped, output: why ? `${output}\n  FAIL  ${why}\n` : output };
}

/** Runs one file. Its whole process group is killed when the time is up. */
function runFile(file: string): Promise<Outcome> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [file], {
      detached: true,
      env: { ...process.env, FORCE_COLOR: "0", NO_COLOR: "1" },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    let timedOut = false;
    const collect = (chunk: Buffer) => {
      output += chunk.toString();
    };
    child.stdout.on("data", collect);
    child.stderr.on("data", collect);
    const timer = setTimeout(() => {
      timedOut = true;
      process.kill(-(child.pid as number), "SIGKILL");
      // What it started in groups of their own may hold its output open: not waited for.
      child.stdout.destroy();
      child.stderr.destroy();
    }, LIMIT);
    child.on("close", (code) => {
      clearTimeout(timer);
      resolve(judge(output, code, timedOut));
    });
  });
}

async function main(parts: readonly string[]): Promise<void> {
  const files = globSync("{controllers,firmware,sim,flows,tools}/**/*.test.ts")
    .filter((file) => parts.length === 0 || parts.some((part) => file.includes(part)))
    .sort();
  const sum = { passed: 0, failed: 0, skipped: 0 };
  const waiting = [...files];
  const worker = async () => {
    for (let file = waiting.shift(); file; file = waiting.shift()) {
      const began = performance.now();
      const outcome = await runFile(file);
      sum.passed += outcome.passed;
      sum.failed += outcome.failed;
      sum.skipped += outcome.skipped;
      const seconds = ((performance.now() - began) / 1000).toFixed(1);
      console.log(`${outcome.failed ? "FAIL" : "  ok"}  ${file}  ${outcome.passed} passed, ${seconds} s`);
      if (outcome.failed) console.log(outcome.output.replace(/^/gm, "      "));
    }
  };
  await Promise.all(Array.from({ length: Math.min(availableParallelism(), 4) }, worker));
  if (files.length === 0) {
    console.log("no test file");
    sum.failed++;
  }
  console.log(`${sum.passed} passed, ${sum.failed} failed${sum.skipped ? `, ${sum.skipped} skipped` : ""}`);
  process.exitCode = sum.failed ? 1 : 0;
}

if (import.meta.main) await main(process.argv.slice(2));
