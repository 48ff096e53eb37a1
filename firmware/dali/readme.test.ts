/**
 * The page on DALI as a library: every block is written to a file of its own inside the package, so that `hulotte/...` is found through
 * the package's exports, checked by the compiler, and run in a process of its own but where the page says that it is not. What it
 * prints has to be what stands behind each `console.log`.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";

const HERE = import.meta.dirname;
const ROOT = join(HERE, "../..");
const PAGE = readFileSync(join(HERE, "README.md"), "utf8");
const TSC = join(ROOT, "node_modules/typescript/bin/tsc");
/** A block that hangs is killed. */
const LIMIT = 20_000;

const BLOCKS = [...PAGE.matchAll(/(<!-- not run -->\n)?```ts\n([\s\S]*?)```/g)].map(([, notRun, text], i) => ({
  name: `block-${i + 1}.ts`,
  text: text as string,
  runs: notRun === undefined,
  prints: [...(text as string).matchAll(/console\.log\(.*\); \/\/ (.*)$/gm)].map(([, said]) => said as string),
}));

mkdirSync(join(ROOT, ".cache"), { recursive: true });
const folder = mkdtempSync(join(ROOT, ".cache/readme-dali-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
for (const { name, text } of BLOCKS) writeFileSync(join(folder, name), text);

function run(args: readonly string[]): {
  readonly code: number | null;
  readonly lines: readonly string[];
  readonly errors: string;
} {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: folder,
    encoding: "utf8",
    env: { ...process.env, NO_COLOR: "1" },
    timeout: LIMIT,
    killSignal: "SIGKILL",
  });
  return { code: status, lines: stdout.split("\n").filter((line) => line !== ""), errors: stderr };
}

for (const { name, text, prints, runs } of BLOCKS) {
  if (!runs) continue;
  test(`${name} prints what the page says`, () => {
    // each print is said: one without its comment would be an error here
    assert.is(prints.length, text.split("console.log(").length - 1);
    assert.ok(prints.length > 0);
    const { code, lines, errors } = run([name]);
    assert.is(errors, "");
    assert.is(code, 0);
    assert.equal(lines, prints);
  });
}

test("the compiler has nothing against any block", () => {
  const options = { extends: "../../tsconfig.json", compilerOptions: { incremental: false, tsBuildInfoFile: null } };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ ...options, include: ["*.ts"], exclude: [] }));
  const { code, lines } = run([TSC, "-p", "tsconfig.json"]);
  assert.equal(lines, []);
  assert.is(code, 0);
});

test("one block needs a box, and all others are run", () => {
  assert.equal(
    BLOCKS.filter(({ runs }) => !runs).map(({ text }) => /linuxPorts|ports: Ports/.test(text)),
    [true],
  );
  assert.ok(BLOCKS.length >= 6);
});

test("what the table says can be imported is exported, and what the page links to or names is there", () => {
  const { exports } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as {
    exports: Record<string, string>;
  };
  const named = [...PAGE.matchAll(/`hulotte(\/[a-z]+\/\*)`/g)].map(([, path]) => `.${path}`);
  assert.equal(
    named.filter((path) => !(path in exports)),
    [],
  );
  assert.ok(named.length >= 7);
  for (const [, path] of PAGE.matchAll(/\]\(([^)#]+)\)/g)) assert.ok(existsSync(join(HERE, path as string)), path);
  for (const [, path] of PAGE.matchAll(/`((?:firmware|sim)\/[a-z/-]+\.ts)`/g))
    assert.ok(existsSync(join(ROOT, path as string)), path);
  for (const [, wing, path] of PAGE.matchAll(/`hulotte\/([a-z]+)\/([a-z/-]+)`/g)) {
    const file = exports[`./${wing}/*`]?.replace("*", path as string);
    assert.ok(file && existsSync(join(ROOT, file)), `${wing}/${path}`);
  }
});

test.run();
