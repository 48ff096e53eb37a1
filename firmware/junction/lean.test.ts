/** A cabinet without junctions reads in nothing that works one: its memory is for its lamps. */
import { readFileSync } from "node:fs";
import { test } from "uvu";
import * as assert from "uvu/assert";

const ROOT = new URL("../../", import.meta.url);
/** Statements that load a module when they are met: types alone are stripped, `import()` waits until it is called. */
const LOADS = /^(?:import|export)(?! type\b)(?:[^;"]*? from)? "(\.[^"]+)"/gm;
/** What checks a file that names junctions, and what the cockpit is told of their ways: tables and plain arithmetic. */
const ALLOWED = [
  "approach-line",
  "bounds",
  "bounds-limits",
  "bounds-plans",
  "bounds-waits",
  "defaults",
  "kernel-table",
  "model",
  "request-model",
].map((name) => `controllers/junction/${name}.ts`);

function loadedWith(path: string): ReadonlySet<string> {
  const seen = new Set<string>();
  const todo = [new URL(path, ROOT)];
  for (let file = todo.pop(); file; file = todo.pop()) {
    const name = file.href.slice(ROOT.href.length);
    if (seen.has(name)) continue;
    seen.add(name);
    for (const [, other = ""] of readFileSync(file, "utf8").matchAll(LOADS)) todo.push(new URL(other, file));
  }
  return seen;
}

test("the runtime's imports hold of junctions only what checks a configuration", () => {
  const all = loadedWith("firmware/main.ts");
  for (const known of ["firmware/cabinet.ts", "firmware/loop.ts", "controllers/decide.ts", "firmware/config/rules.ts"])
    assert.ok(all.has(known), `${known} is loaded: the imports are read`);
  assert.not.ok(all.has("firmware/junction/junctions.ts"));
  const ofJunctions = [...all].filter((name) =>
    /^(controllers\/junction|firmware\/(junction|rsmp3|vehicles))\//.test(name),
  );
  assert.equal(
    ofJunctions.filter((name) => !ALLOWED.includes(name)),
    [],
  );
});

test("a cabinet with one reads in its engine, and of the ways to the signals only its own when it starts", () => {
  const all = loadedWith("firmware/junction/junctions.ts");
  assert.ok(all.has("controllers/junction/engine.ts"));
  for (const way of ["rsmp3", "contacts", "heads"]) {
    assert.not.ok(all.has(`firmware/junction/${way}.ts`), way);
    assert.ok(loadedWith(`firmware/junction/${way}.ts`).size >= 5, `${way} is there`);
  }
});

test.run();
