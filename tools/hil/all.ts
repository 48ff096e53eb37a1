/**
 * `make hil`: everything that is proven on the emulated machines. The suite of scenarios in-process and in QEMU, three of them on
 * an emulated Raspberry Pi 3, and the ports' contracts on real kernels. The last line sums it.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import type { Target } from "../../sim/scenarios/model.ts";
import { judge } from "../test-runner.ts";
import type { MachineKind } from "./machine.ts";
import type { Outcome } from "./outcome.ts";
import { SUITE, SUITE_ON_RASPI } from "./suite.ts";
import { startWorkbench } from "./workbench.ts";

const ROOT = join(import.meta.dirname, "../..");
const REPORTS = join(ROOT, "var/hil");

/** The guest's proofs by machine, and how long each may take, ms. */
const PROOFS: readonly { readonly kind: MachineKind; readonly suites: Readonly<Record<string, number>> }[] = [
  {
    kind: "virt",
    suites: {
      i2c: 120_000,
      bytes: 120_000,
      "pins-cp2112": 300_000,
      "pins-gpio-sim": 120_000,
      "kernel-chips": 120_000,
      clock: 60_000,
      store: 60_000,
    },
  },
];

const sum = { passed: 0, failed: 0 };
const say = (line: string) => console.log(line);

async function scenarios(targets: readonly Target[], paths: readonly string[]): Promise<void> {
  const name = targets.join("-");
  const json = join(REPORTS, `${name}.json`);
  const args = ["hil", "--target", targets.join(","), "--jobs", "2", "--json", json];
  args.push(
    "--junit",
    join(REPORTS, `${name}.xml`),
    "--timeline",
    join(REPORTS, `${name}.html`),
    ...paths.map((path) => relative(ROOT, path)),
  );
  const child = spawn(join(ROOT, "tools/hulotte"), args, { cwd: ROOT, stdio: ["ignore", "inherit", "inherit"] });
  const [code] = (await once(child, "exit")) as [number | null];
  if (code !== 0 && code !== 1) throw new Error(`hulotte hil ended with ${code}`);
  for (const { report } of JSON.parse(readFileSync(json, "utf8")).outcomes as Outcome[]) {
    if (report.verdict === "passed") sum.passed++;
    else if (report.verdict !== "skipped") sum.failed++;
  }
}

async function proofs(kind: MachineKind, suites: Readonly<Record<string, number>>): Promise<void> {
  const workbench = await startWorkbench(kind);
  try {
    for (const [suite, ms] of Object.entries(suites)) {
      const began = performance.now();
      let output = "";
      let late = false;
      try {
        output = await workbench.prove(suite, ms);
      } catch (error) {
        output = String(error);
        late = true;
      }
      const outcome = judge(output, 0, late);
      sum.passed += outcome.passed;
      sum.failed += outcome.failed;
      const seconds = ((performance.now() - began) / 1000).toFixed(1);
      say(`${outcome.failed ? "FAIL" : "  ok"}  contract ${suite} on ${kind}  ${outcome.passed} passed, ${seconds} s`);
      if (outcome.failed) say(outcome.output.replace(/^/gm, "      "));
      if (late) break; // its shell is still busy
    }
  } finally {
    await workbench.close();
  }
}

mkdirSync(REPORTS, { recursive: true });
for (const { kind, suites } of PROOFS) await proofs(kind, suites);
await scenarios(["in-process", "qemu"], [SUITE]);
await scenarios(["raspi3b"], SUITE_ON_RASPI);
say(`${sum.passed} passed, ${sum.failed} failed`);
process.exit(sum.failed > 0 ? 1 : 0);
