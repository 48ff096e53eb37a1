import { readFileSync } from "node:fs";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { MUTANTS } from "../../sim/junction/mutants.ts";
import { mutated } from "./mutate.ts";
import { trial } from "./proof-mutants.ts";

test("every mutation still has its text, once, and there are enough of them", () => {
  assert.ok(MUTANTS.length >= 30, `${MUTANTS.length} mutants`);
  assert.is(new Set(MUTANTS.map(({ name }) => name)).size, MUTANTS.length);
  for (const { name, file, from, to } of MUTANTS) {
    const text = readFileSync(new URL(`../../controllers/junction/${file}`, import.meta.url), "utf8");
    assert.is(text.split(from).length, 2, `${file}: ${name}`);
    assert.is.not(from, to);
  }
});

test("mutants of each kind are caught", async () => {
  for (const [name, by, what] of [
    ["minimum green not asked", "kernel, 2 stages", /short-green/],
    ["green begins without red-amber", "kernel, 2 stages", /missing-red-amber/],
    ["intergreen of the other way", "kernel, 2 stages", /monitor: /],
    ["a conflict that is entered one way only", "kernel, 2 stages", /hash/],
    ["a call forgotten", "engine, 2 stages", /referee: P: wanted/],
    ["maxWait guarded a second late", "engine, 2 stages", /referee: .: wanted for 21000 of 20000/],
  ] as const) {
    const caught = await trial(MUTANTS.find((mutant) => mutant.name === name) as (typeof MUTANTS)[number]);
    assert.is(caught?.by, by, name);
    assert.match(caught?.what ?? "", what);
  }
});

test("what is not mutated is not caught by what catches in a moment; what has no such text is refused", async () => {
  const same = await mutated({ name: "none", file: "kernel.ts", from: "The safety kernel", to: "A safety kernel" });
  assert.type(same.runEngine, "function");
  const none = { name: "none", file: "kernel.ts", from: "no such text", to: "" };
  try {
    await mutated(none);
    assert.unreachable();
  } catch (error) {
    assert.match((error as Error).message, /stands 0 times in kernel.ts/);
  }
});

test.run();
