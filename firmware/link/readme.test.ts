/** The page on the link: its program compiles as a user of the package would write it, and what it names is there. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";

const HERE = import.meta.dirname;
const ROOT = join(HERE, "../..");
const PAGES = ["README.md", "security.md"].map((name) => readFileSync(join(HERE, name), "utf8"));

test("the compiler has nothing against the program", () => {
  const blocks = [...(PAGES[0] as string).matchAll(/```ts\n([\s\S]*?)```/g)].map(([, text]) => text as string);
  assert.is(blocks.length, 1);
  mkdirSync(join(ROOT, ".cache"), { recursive: true });
  const folder = mkdtempSync(join(ROOT, ".cache/readme-link-"));
  try {
    writeFileSync(join(folder, "program.ts"), blocks[0] as string);
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

test("what the pages link to or name is there", () => {
  let named = 0;
  for (const page of PAGES) {
    for (const [, path] of page.matchAll(/\]\(([^)#]+)\)/g)) {
      assert.ok(existsSync(join(HERE, path as string)), path);
      named++;
    }
    for (const [, path] of page.matchAll(/`((?:[a-z-]+\/)*[a-z-]+\.(?:ts|md))`/g)) {
      const wing = /^(firmware|controllers|tools|sim)\//.test(path as string);
      assert.ok(existsSync(join(wing ? ROOT : HERE, path as string)), path);
      named++;
    }
  }
  assert.ok(named > 20, String(named));
});

test.run();
