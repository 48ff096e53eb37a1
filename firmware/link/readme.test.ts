/**
 * The page on the link: its program compiles as a user of the package would write it, does on a simulated street what it says, and what
 * the page names is there.
 */
import { spawnSync } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { instant, milliseconds, seconds } from "../../controllers/units.ts";
import { MemoryBroker } from "../../sim/broker.ts";
import { startRig } from "../../sim/rig.ts";
import { readConfig } from "../config/read.ts";
import { signerOf } from "./commands/signer.ts";
import { startNode } from "./node.ts";
import { connectSupervisor, type Supervisor, type SupervisorOptions } from "./supervisor.ts";

const HERE = import.meta.dirname;
const ROOT = join(HERE, "../..");
const NODE = "21231/cab-0117";
const PAGES = ["README.md", "security.md"].map((name) => readFileSync(join(HERE, name), "utf8"));
const PROGRAMS = [...(PAGES[0] as string).matchAll(/```ts\n([\s\S]*?)```/g)].map(([, text]) => text as string);
const PROGRAM = PROGRAMS[0] as string;

const read = readConfig(readFileSync(join(ROOT, "sim/scenarios/suite/street.yaml"), "utf8"));
if (!read.ok) throw new Error("the street of the scenarios is not valid");
const { config } = read;

/** A street whose cabinet is the page's and believes this key, at a broker in memory. */
function street(publicKey: string) {
  const brokers: MemoryBroker[] = [];
  const rig = startRig({
    config: { ...config, node: NODE, commands: { keys: [{ id: "k1", issuer: "cockpit", publicKey }] } },
    start: instant(Date.UTC(2026, 10, 18, 19)),
    between(cabinet) {
      brokers.push(new MemoryBroker(cabinet.clock));
      return cabinet;
    },
    connect: (node, process) => startNode({ ...node, open: process.session((brokers[0] as MemoryBroker).open) }),
  });
  return { rig, broker: brokers[0] as MemoryBroker };
}

/** The program as a function of what it imports and of the process it runs in. */
function programOf(text: string, imported: Readonly<Record<string, Readonly<Record<string, unknown>>>>) {
  const values: Record<string, unknown> = {};
  const body = text.replaceAll(/^import \{ (.+) \} from "(.+)";$/gm, (_, names: string, from: string) => {
    for (const name of names.split(", ")) values[name] = imported[from]?.[name];
    return "";
  });
  const AsyncFunction = (async () => {}).constructor as new (
    ...text: string[]
  ) => (...values: unknown[]) => Promise<void>;
  return (process: unknown, console: unknown) =>
    new AsyncFunction("process", "console", ...Object.keys(values), body)(process, console, ...Object.values(values));
}

test("the program follows a city and commands a lamp", async () => {
  const jwk = generateKeyPairSync("ed25519").privateKey.export({ format: "jwk" });
  const { rig, broker } = street(jwk.x as string);
  await rig.clock.advance(seconds(10));
  const asked: unknown[] = [];
  const cities: Supervisor[] = [];
  const run = programOf(PROGRAM, {
    "hulotte/link/supervisor": {
      connectSupervisor(options: SupervisorOptions) {
        const city = connectSupervisor({ ...options, open: broker.open });
        cities.push(city);
        return city;
      },
    },
    "hulotte/link/commands/signer": { signerOf },
    "hulotte/linux/clock": { systemClock: rig.clock },
    "hulotte/linux/credentials": {
      async readCredentials(files: unknown) {
        asked.push(files);
        return { ca: "" };
      },
    },
  });
  broker.cut("cockpit");
  const said: unknown[][] = [];
  const faults: unknown[][] = [];
  const key = { ...jwk, kid: "k1", issuer: "cockpit" };
  const output = {
    log: (...what: unknown[]) => void said.push(what),
    error: (...what: unknown[]) => void faults.push(what),
  };
  let over = false;
  const program = run({ env: { SIGNING_KEY: JSON.stringify(key) } }, output).finally(() => {
    over = true;
  });
  for (let i = 0; i < 1000 && !over; i++) {
    if (i === 100) broker.restore("cockpit");
    // A signature is made and checked in real time.
    await new Promise((resolve) => setTimeout(resolve, 2));
    await rig.clock.advance(milliseconds(20));
  }
  assert.ok(over, `it still waits: ${rig.clock.waiting().join(", ")}`);
  await program;
  const [folder, files] = ["pki/supervisors/cockpit", asked[0]];
  assert.equal(files, { ca: `${folder}/ca.pem`, certificate: `${folder}/certificate.pem`, key: `${folder}/key.pem` });
  const until = new Date(rig.clock.now() + 3_600_000).toISOString();
  const [outcome] = said.at(-1) as [{ level: number; component: string[]; until: string }];
  assert.equal([outcome.level, outcome.component], [40, [2, 3, 4, 5, 6].map((n) => `lamp/1/${n}`)]);
  assert.ok(outcome.until <= until && outcome.until.slice(0, 13) === until.slice(0, 13), outcome.until);
  await rig.clock.advance(seconds(5));
  for (const [lamp, level] of [
    [1, 80],
    [2, 40],
    [6, 40],
    [7, 80],
  ] as const)
    assert.ok(Math.abs(rig.cabinet.light(`lamp/1/${lamp}`) - level) <= 2, `lamp/1/${lamp}`);

  said.length = 0;
  rig.cabinet.setDoor(true);
  await rig.clock.advance(seconds(10));
  const told = said.map((line) => line.join(" "));
  assert.ok(
    told.some((line) => /^21231\/cab-0117 access\.door door\/1 true ./.test(line)),
    told.join("\n"),
  );
  assert.ok(
    said.some(
      ([node, code, seq, values]) => node === NODE && code === "access.contacts" && typeof seq === "number" && values,
    ),
    told.join("\n"),
  );
  assert.equal(faults, []);
  assert.is(cities.length, 1);
  for (const city of cities) await rig.clock.run(city.close(), seconds(5));
  await rig.clock.run(rig.end(), seconds(5));
});

test("the compiler has nothing against the program", () => {
  assert.is(PROGRAMS.length, 1);
  mkdirSync(join(ROOT, ".cache"), { recursive: true });
  const folder = mkdtempSync(join(ROOT, ".cache/readme-link-"));
  try {
    writeFileSync(join(folder, "program.ts"), PROGRAM);
    const compilerOptions = { incremental: false, tsBuildInfoFile: null };
    const project = { extends: "../../tsconfig.json", compilerOptions, include: ["*.ts"], exclude: [] };
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(project));
    const tsc = join(ROOT, "node_modules/typescript/bin/tsc");
    const { status, stdout } = spawnSync(process.execPath, [tsc, "-p", folder], { encoding: "utf8", timeout: 60_000 });
    assert.is(stdout, "");
    assert.is(status, 0);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test("what is said to be met names its test, or says that it was read", () => {
  const rows = (PAGES[1] as string).split("\n").filter((line) => /^\| (5\.|6-)/.test(line));
  const met = rows.filter((line) => line.split(" | ")[2] === "yes");
  assert.ok(rows.length > 40 && met.length > 20, `${rows.length}, ${met.length}`);
  assert.equal(
    met.filter((line) => !/`[a-z/-]+\.test\.ts`|by reading|this table/.test(line)),
    [],
  );
});

test("what the pages link to or name is there", () => {
  let named = 0;
  for (const page of PAGES) {
    for (const [, path] of page.matchAll(/\]\(([^)#]+)\)/g)) {
      assert.ok(existsSync(join(HERE, path as string)), path);
      named++;
    }
    for (const [, path] of page.matchAll(/`((?:[a-z-]+\/)*[a-z-]+(?:\.test)?\.(?:ts|md))`/g)) {
      const wing = /^(firmware|controllers|tools|sim)\//.test(path as string);
      assert.ok(existsSync(join(wing ? ROOT : HERE, path as string)), path);
      named++;
    }
  }
  assert.ok(named > 20, String(named));
});

test.run();
